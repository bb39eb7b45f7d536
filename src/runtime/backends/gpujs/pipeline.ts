import type { GPU, IKernelRunShortcut, Input, IPipelineHandle, KernelVariable } from 'gpu.js';
import { WjpegError } from '../../../errors.ts';
import type { InputKind } from '../backend.ts';
import type { KernelStep, NodeKernels } from './kernel-step.ts';
import { createKernel, nodeSteps } from './node-kernels.ts';
import type { GpuJsMode } from './platform.ts';

/** A layer or node of a network, and the kernels that it is made of. */
export interface PipelinePart {
  readonly name: string;
  readonly steps: readonly KernelStep[];
}

/** What a pipeline does with its inputs: the kernels that it calls, and how it calls them. */
export interface PipelineBody {
  /** What the kernels were compiled from: their constants are on the device. */
  readonly parts: readonly PipelinePart[];
  readonly kernels: readonly IKernelRunShortcut[];
  apply(inputs: readonly IPipelineHandle[]): IPipelineHandle[];
}

/** A network compiled for one batch size. */
export interface BuiltPipeline {
  readonly parts: readonly PipelinePart[];
  readonly batch: number;
  readonly kind: InputKind;
  /** `inputs`: batch × width values each. Returns for each output one array per image. */
  run(inputs: readonly Float32Array[]): Promise<readonly (readonly Float32Array[])[]>;
  destroy(): Promise<void>;
}

export interface PipelineShape {
  /** Images per call. */
  readonly size: number;
  /** Numbers per image, of each input. */
  readonly widths: readonly number[];
  /** What the numbers are: `coefficients` skip the first transform. */
  readonly kind: InputKind;
}

/** The expected executor of gpu.js per mode: any other is a silent fallback. */
const EXECUTOR: Partial<Record<GpuJsMode, string>> = { webgpu: 'fused-encoder', webasm: 'fused-sync' };

/** The device as gpu.js reports it; it calls every kind of WebGL 'gpu'. */
export function reportedMode(mode: GpuJsMode): string {
  return mode === 'webgl' || mode === 'webgl2' ? 'gpu' : mode;
}

/** A linear chain. `transformed`: its input is what the first transform would give. */
export function chainBody(
  gpu: GPU,
  nodes: readonly NodeKernels[],
  size: number,
  transformed: boolean,
): PipelineBody {
  const kernels: IKernelRunShortcut[] = [];
  const create = <T extends KernelStep | undefined>(
    step: T,
  ): T extends undefined ? undefined : IKernelRunShortcut => {
    const kernel = step && createKernel(gpu, step, size);
    if (kernel) kernels.push(kernel);
    return kernel as T extends undefined ? undefined : IKernelRunShortcut;
  };
  const built = nodes.map((node) => ({
    transform: node.transform.map((step) => create(step)),
    dequantize: create(node.dequantize),
    sum: create(node.sum),
    multiply: create(node.multiply),
    partSum: create(node.partSum),
    inverse: create(node.inverse),
  }));
  const noSums = new Float32Array(size);
  const apply = ([input]: readonly IPipelineHandle[]): IPipelineHandle[] => {
    let values = input;
    built.forEach(({ transform, dequantize, sum, multiply, partSum, inverse }, index) => {
      if (index > 0 || !transformed) for (const kernel of transform) values = kernel(values);
      const sums = sum ? sum(values) : noSums;
      const inputs = dequantize ? dequantize(values) : values;
      const rowSums = inverse ? noSums : sums;
      // gpu.js counts arguments: those that a kernel does not name must not be given.
      if (partSum) values = partSum(multiply(inputs), rowSums);
      else values = dequantize ? multiply(inputs, rowSums) : multiply(inputs);
      if (inverse) values = inverse(values, sums);
    });
    return [values];
  };
  return { parts: nodes.map(chainPart), kernels, apply };
}

/** A node of a chain as a part. */
export function chainPart(node: NodeKernels): PipelinePart {
  return { name: node.name, steps: nodeSteps(node) };
}

export function buildPipeline(
  gpu: GPU,
  InputArray: typeof Input,
  mode: GpuJsMode,
  { parts, kernels, apply }: PipelineBody,
  { size, widths, kind }: PipelineShape,
): BuiltPipeline {
  const trace = (...inputs: IPipelineHandle[]): IPipelineHandle | IPipelineHandle[] => {
    const outputs = apply(inputs);
    return outputs.length === 1 ? outputs[0] : outputs;
  };
  // gpu.js asks a function how many inputs it has.
  Object.defineProperty(trace, 'length', { value: widths.length });
  const pipeline = gpu.createPipeline(
    trace,
    // One thread: a pool of workers costs more than it saves on layers of this size, and comparisons stay fair.
    { threads: false },
  );
  return {
    parts,
    batch: size,
    kind,
    async run(inputs) {
      const given = inputs.map(
        (input, index) => new InputArray(input as unknown as number[], [widths[index], size]),
      );
      let result: unknown;
      try {
        result = await pipeline(...(given as KernelVariable[]));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new WjpegError('unavailable', 'BACKEND_FAILED', `gpu.js failed on ${mode}: ${reason}`, {
          cause,
        });
      }
      const expected = EXECUTOR[mode] ?? 'generic';
      if (pipeline.backend !== reportedMode(mode) || pipeline.executorKind !== expected) {
        const reason = pipeline.fallbackReason ?? 'no reason given';
        throw new WjpegError(
          'unavailable',
          'BACKEND_DEGRADED',
          `gpu.js ran on ${pipeline.backend} (${pipeline.executorKind}) instead of ${mode} (${expected}): ${reason}`,
        );
      }
      // One output is an array of rows, several are an array of such arrays.
      const rows = result as Float32Array[] | Float32Array[][];
      return Array.isArray(rows[0]) ? (rows as Float32Array[][]) : [rows as Float32Array[]];
    },
    destroy: async () => {
      await pipeline.destroy();
      for (const kernel of kernels) kernel.destroy();
    },
  };
}
