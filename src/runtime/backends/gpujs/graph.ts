import type { GPU, IKernelRunShortcut, IPipelineHandle } from 'gpu.js';
import { copyKernel } from '../../../../kernels/elementwise/gpu.ts';
import type { GpuJsKernel, GpuJsNodeStep } from '../../../../kernels/gpujs.ts';
import { KERNELS } from '../../../../kernels/tables/gpujs.ts';
import type { GraphNode, PlannedGraph } from '../../../graph/graph.ts';
import { type ChainStep, linearChains } from '../../../graph/passes/linear-chains.ts';
import { elementCount, type Shape } from '../../../graph/shape.ts';
import { checkInputs, coefficientWidth } from '../../graph/check-inputs.ts';
import { givesEntry, isView, kernelNode, requireKernels } from '../../graph/kernels.ts';
import type { GraphExecutor, InputKind, ResidentBytes } from '../backend.ts';
import { residentOf } from '../resident.ts';
import { constantBytes } from './constants.ts';
import type { NodeKernels } from './kernel-step.ts';
import { type GpuJsBackendName, isGpu } from './names.ts';
import { createKernel, nodeKernels } from './node-kernels.ts';
import { chainBody, chainPart, type PipelineBody, type PipelinePart } from './pipeline.ts';
import { Pipelines } from './pipelines.ts';
import { gpuJsMode, loadGpuJs } from './platform.ts';
import { splitRows } from './split-rows.ts';

type ReadyStep =
  | {
      readonly kind: 'chain';
      readonly step: ChainStep;
      readonly nodes: readonly NodeKernels[];
    }
  | { readonly kind: 'node'; readonly node: GraphNode; readonly steps: readonly GpuJsNodeStep[] };

/** Runs a graph as one gpu.js pipeline per batch size: values stay on the device between its kernels. */
export class GpuJsGraphExecutor implements GraphExecutor {
  readonly takesEntry = true;
  readonly #backend: GpuJsBackendName;
  readonly #graph: PlannedGraph;
  readonly #parts: readonly PipelinePart[];
  readonly #pipelines: Pipelines;
  #peakBytes = 0;

  private constructor(
    backend: GpuJsBackendName,
    gpuJs: typeof import('./gpu-js.ts'),
    graph: PlannedGraph,
    steps: readonly ReadyStep[],
  ) {
    this.#backend = backend;
    this.#graph = graph;
    this.#parts = steps.flatMap(partsOf);
    const widths = (names: readonly string[]): number[] =>
      names.map((name) => elementCount(graph.shapes.get(name) as Shape));
    this.#pipelines = new Pipelines(gpuJs, gpuJsMode(backend, gpuJs.GPU), {
      inputWidths: (kind) =>
        kind === 'coefficients' ? [coefficientWidth(graph)] : widths(graph.inputs.map(({ name }) => name)),
      outputWidths: widths(graph.outputs),
      body: (gpu, size, kind) => graphBody(gpu, graph, steps, { size, kind, split: isGpu(backend) }),
    });
  }

  static async create(backend: GpuJsBackendName, graph: PlannedGraph): Promise<GpuJsGraphExecutor> {
    const steps = linearChains(graph);
    requireKernels(backend, KERNELS, steps);
    const ready = steps.flatMap((step): ReadyStep[] => {
      if (step.kind === 'chain') {
        const nodes = step.network.nodes.map((node) => nodeKernels(node, isGpu(backend) ? 24 : 16));
        return [{ kind: 'chain', step, nodes }];
      }
      const { node } = step;
      if (isView(node)) return [{ kind: 'node', node, steps: [] }];
      const kernel = KERNELS[node.operator] as GpuJsKernel<object>;
      return [{ kind: 'node', node, steps: kernel(kernelNode(node, graph.shapes)) }];
    });
    return new GpuJsGraphExecutor(backend, await loadGpuJs(), graph, ready);
  }

  get residentBytes(): ResidentBytes {
    return residentOf(constantBytes(this.#parts, this.#pipelines.built, this.#backend));
  }

  get peakBytes(): number {
    const { host, device } = this.residentBytes;
    this.#peakBytes = Math.max(this.#peakBytes, host + device + this.#pipelines.peakCallBytes);
    return this.#peakBytes;
  }

  async run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]> {
    checkInputs(this.#graph, inputs, batch, kind);
    return this.#pipelines.run(inputs, batch, kind);
  }

  dispose(): void {
    this.#pipelines.dispose();
  }
}

interface BodyShape {
  readonly size: number;
  readonly kind: InputKind;
  /** Whether rows are split over threads where a GPU would else be idle. */
  readonly split: boolean;
}

function graphBody(
  gpu: GPU,
  graph: PlannedGraph,
  steps: readonly ReadyStep[],
  { size, kind, split }: BodyShape,
): PipelineBody {
  const kernels: IKernelRunShortcut[] = [];
  const parts: PipelinePart[] = [];
  const entry = kind === 'coefficients' ? graph.entry : undefined;
  const run = steps.filter((ready) => ready.kind === 'chain' || !givesEntry(ready, entry));
  const built = run.map((ready) => {
    if (ready.kind === 'chain') {
      const nodes = split ? ready.nodes.map((node) => splitRows(node, size)) : ready.nodes;
      const chain = chainBody(gpu, nodes, size, ready.step.takesInput && kind === 'coefficients');
      kernels.push(...chain.kernels);
      parts.push(...chain.parts);
      return { chain, own: [] };
    }
    const own = ready.steps.map((step) => createKernel(gpu, step, size));
    kernels.push(...own);
    parts.push(...partsOf(ready));
    return { chain: undefined, own };
  });
  // Pipelines give results of kernels only: an input that is an output, or one asked for twice, is copied.
  const copies = graph.outputs.map((name) => {
    const width = elementCount(graph.shapes.get(name) as Shape);
    const copy = createKernel(gpu, { kernel: copyKernel, width, constants: {} }, size);
    kernels.push(copy);
    return copy;
  });
  const apply = (inputs: readonly IPipelineHandle[]): IPipelineHandle[] => {
    const values = new Map(graph.inputs.map(({ name }, index) => [entry ?? name, inputs[index]]));
    const value = (name: string): IPipelineHandle => values.get(name) as IPipelineHandle;
    const given = new Set(inputs);
    run.forEach((ready, index) => {
      const { chain, own } = built[index];
      if (ready.kind === 'chain') {
        const [output] = (chain as PipelineBody).apply([value(ready.step.input)]);
        values.set(ready.step.output, output);
        return;
      }
      const { node } = ready;
      let result = value(node.inputs[0]);
      ready.steps.forEach((step, at) => {
        const previous = result;
        result = own[at](
          ...step.reads.map((read) => (read === 'previous' ? previous : value(node.inputs[read]))),
        );
      });
      values.set(node.outputs[0], result);
    });
    return graph.outputs.map((name, index) => {
      const result = value(name);
      if (!given.has(result)) {
        given.add(result);
        return result;
      }
      return copies[index](result);
    });
  };
  return { parts, kernels, apply };
}

function partsOf(ready: ReadyStep): PipelinePart[] {
  if (ready.kind === 'chain') return ready.nodes.map(chainPart);
  return ready.steps.length === 0 ? [] : [{ name: ready.node.name, steps: ready.steps }];
}
