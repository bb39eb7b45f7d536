import type { GPU, Input, IPipelineHandle, KernelVariable } from 'gpu.js';
import { WjpegError } from '../../../errors.ts';
import type { InputKind } from '../backend.ts';
import type { GpuJsMode } from './platform.ts';
import { createKernel, type StageKernels } from './stage-kernels.ts';

/** A network compiled for one batch size. */
export interface BuiltPipeline {
  /** The stages it was compiled from; their constants are on the device. */
  readonly stages: readonly StageKernels[];
  readonly batch: number;
  readonly kind: InputKind;
  /** `input`: batch × width values. Returns one array of logits per image. */
  run(input: Float32Array): Promise<readonly Float32Array[]>;
  destroy(): Promise<void>;
}

export interface PipelineShape {
  /** Images per call. */
  readonly size: number;
  /** Values per image. */
  readonly width: number;
  /** Kind of the values: `coefficients` skip the first stage's transform. */
  readonly kind: InputKind;
}

/** The expected executor of gpu.js per mode: any other is a silent fallback. */
const EXECUTOR: Partial<Record<GpuJsMode, string>> = { webgpu: 'fused-encoder', webasm: 'fused-sync' };

/** The device as gpu.js reports it; it calls every kind of WebGL 'gpu'. */
export function reportedMode(mode: GpuJsMode): string {
  return mode === 'webgl' || mode === 'webgl2' ? 'gpu' : mode;
}

export function buildPipeline(
  gpu: GPU,
  InputArray: typeof Input,
  mode: GpuJsMode,
  stages: readonly StageKernels[],
  { size, width, kind }: PipelineShape,
): BuiltPipeline {
  const built = stages.map((stage) => ({
    transform: stage.transform.map((step) => createKernel(gpu, step, size)),
    dequantize: stage.dequantize && createKernel(gpu, stage.dequantize, size),
    sum: stage.sum && createKernel(gpu, stage.sum, size),
    multiply: createKernel(gpu, stage.multiply, size),
    partSum: stage.partSum && createKernel(gpu, stage.partSum, size),
    inverse: stage.inverse && createKernel(gpu, stage.inverse, size),
  }));
  const noSums = new Float32Array(size);
  const pipeline = gpu.createPipeline(
    (input: IPipelineHandle) => {
      let values = input;
      built.forEach(({ transform, dequantize, sum, multiply, partSum, inverse }, index) => {
        if (index > 0 || kind === 'values') for (const kernel of transform) values = kernel(values);
        const sums = sum ? sum(values) : noSums;
        const inputs = dequantize ? dequantize(values) : values;
        const rowSums = inverse ? noSums : sums;
        // gpu.js counts arguments: arguments that a kernel does not declare must not be passed.
        if (partSum) values = partSum(multiply(inputs), rowSums);
        else values = dequantize ? multiply(inputs, rowSums) : multiply(inputs);
        if (inverse) values = inverse(values, sums);
      });
      return values;
    },
    // One thread: a pool of workers costs more than it saves on layers of this size, and comparisons stay fair.
    { threads: false },
  );
  return {
    stages,
    batch: size,
    kind,
    async run(input) {
      const argument = new InputArray(input as unknown as number[], [width, size]);
      let result: unknown;
      try {
        result = await pipeline(argument as KernelVariable);
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
      return result as Float32Array[];
    },
    destroy: async () => {
      await pipeline.destroy();
      for (const { transform, dequantize, sum, multiply, partSum, inverse } of built) {
        for (const kernel of [...transform, dequantize, sum, multiply, partSum, inverse]) kernel?.destroy();
      }
    },
  };
}
