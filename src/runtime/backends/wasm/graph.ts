import { instantiate } from '../../../../kernels/embedded.ts';
import type {
  GraphKernels,
  WasmBinding,
  WasmPlace,
  WasmStep,
} from '../../../../kernels/graph-wasm/binding.ts';
import { KERNELS_GRAPH } from '../../../../kernels/graph-wasm/kernels-graph.ts';
import { KERNELS } from '../../../../kernels/tables/wasm.ts';
import { WjpegError } from '../../../errors.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import { fuseAdds } from '../../../graph/passes/fuse-adds.ts';
import { fuseRelus } from '../../../graph/passes/fuse-relus.ts';
import { type GraphStep, linearChains } from '../../../graph/passes/linear-chains.ts';
import { markNonNegative } from '../../../graph/passes/non-negative.ts';
import { joinTransforms } from '../../../graph/passes/transform-convolutions.ts';
import { planGraph } from '../../../graph/plan.ts';
import { elementCount, type Shape } from '../../../graph/shape.ts';
import type { Network } from '../../../weights/network.ts';
import { checkLengths } from '../../graph/check-inputs.ts';
import { runInParts } from '../../graph/in-parts.ts';
import { givesEntry, isView, kernelNode, requireKernels } from '../../graph/kernels.ts';
import { type Places, placeValues } from '../../graph/place-values.ts';
import type {
  Executor,
  ExecutorOptions,
  GraphExecutor,
  InputKind,
  NodeWay,
  Precision,
  ResidentBytes,
} from '../backend.ts';
import { requireFinite } from '../check-input.ts';
import { Mutex } from '../mutex.ts';
import { type PlacedNode, residentOf } from '../resident.ts';
import { BatchCuts, runFilled } from './graph-parts.ts';
import { KernelMemory } from './memory.ts';
import { findBuild, kernelModule, loadModule, type ModuleName } from './module.ts';

/** Bytes that the values of a part of a batch may take together, about a second-level cache; larger batches go through in parts. */
const MAX_VALUE_BYTES = 2 ** 20;

export type CreateChain = (network: Network, options: ExecutorOptions) => Promise<Executor>;

/** A step made ready; places are in floats per image. */
type ReadyStep = ReadyNode | ReadyChain;

interface ReadyNode {
  readonly kind: 'node';
  /** Whether it gives the graph's `entry`. */
  readonly givesEntry: boolean;
  readonly run: WasmStep;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

interface ReadyChain {
  readonly kind: 'chain';
  readonly executor: Executor;
  readonly input: number;
  readonly output: number;
  readonly inFeatures: number;
  /** Whether it takes an input of the graph, which may come as coefficients. */
  readonly takesInput: boolean;
}

/**
 * The graph as `WasmGraphExecutor` runs it, its nodes joined and fused.
 *
 * @throws BACKEND_UNAVAILABLE where there is no WebAssembly SIMD
 */
export async function planWasmGraph(given: PlannedGraph, options: ExecutorOptions): Promise<PlannedGraph> {
  const how = { precision: options.precision, isCompact: options.memory !== 'speed' };
  const marked = how.precision === 'int8' ? markNonNegative(given) : given;
  const planned = planGraph(joinTransforms(marked, how));
  // Fused nodes stay in an order in which they can run, and give values whose shapes are known.
  const graph = { ...fuseRelus(fuseAdds(planned, how)), shapes: planned.shapes };
  const build = await findBuild();
  if ('build' in build && build.build === 'simd') return graph;
  const reason = 'reason' in build ? build.reason : 'this platform has no WebAssembly SIMD';
  throw new WjpegError(
    'unavailable',
    'BACKEND_UNAVAILABLE',
    `graphs on backend wasm: ${reason}; choose backend reference`,
  );
}

/** Loads the kernels; those of relaxed SIMD where they are wanted and right. Else the same integers are multiplied as int16. */
async function loadKernels(precision: Precision): Promise<ModuleName[]> {
  await loadModule('graph', KERNELS_GRAPH);
  if (precision !== 'int8') return ['graph'];
  return (await (await import('./relaxed.ts')).loadRelaxed()) ? ['graph', 'relaxed'] : ['graph'];
}

/**
 * Runs a graph on our own kernels. Linear chains are run by the executor that runs them alone, in memory of its own; all
 * other nodes in one memory, whose values share places by their lifetimes.
 */
export class WasmGraphExecutor implements GraphExecutor {
  readonly takesEntry = true;
  readonly residentBytes: ResidentBytes;
  readonly #graph: PlannedGraph;
  readonly #memory: KernelMemory;
  readonly #kernels: GraphKernels;
  readonly #steps: readonly ReadyStep[];
  readonly #chains: readonly Executor[];
  /** Place of each value, in floats per image from the start of the values. */
  readonly #places: Places;
  readonly #start: number;
  /** Of the outputs. */
  readonly #widths: readonly number[];
  readonly #cuts: BatchCuts;
  readonly #mutex = new Mutex();
  #images = 0;

  /** `createChain`: makes a linear chain ready, as the backend does for networks that are nothing else. */
  static async create(
    graph: PlannedGraph,
    options: ExecutorOptions,
    createChain: CreateChain,
  ): Promise<WasmGraphExecutor> {
    const steps = linearChains(graph);
    requireKernels('wasm', KERNELS, steps);
    const modules = await loadKernels(options.precision);
    const chains: Executor[] = [];
    try {
      for (const step of steps)
        if (step.kind === 'chain') chains.push(await createChain(step.network, options));
      return new WasmGraphExecutor(graph, steps, modules, chains, options);
    } catch (error) {
      for (const chain of chains) chain.dispose();
      throw error;
    }
  }

  private constructor(
    graph: PlannedGraph,
    steps: readonly GraphStep[],
    modules: readonly ModuleName[],
    chains: readonly Executor[],
    { precision, memory }: ExecutorOptions,
  ) {
    this.#graph = graph;
    this.#chains = chains;
    this.#memory = new KernelMemory(false);
    const exports = Object.assign(
      {},
      ...modules.map((name) => instantiate<GraphKernels>(kernelModule(name), this.#memory.memory)),
    ) as GraphKernels;
    this.#kernels = exports;
    let workBytes = 0;
    let workAddress = 0;
    let way: NodeWay = {};
    const place: WasmPlace = {
      kernels: exports,
      precision,
      isCompact: memory !== 'speed',
      write: (values) => this.#memory.write(values),
      work: (bytes) => {
        workBytes = Math.max(workBytes, bytes);
        return () => workAddress;
      },
      say: (weights, precision) => {
        way = { weights, precision };
      },
    };
    this.#places = placeValues(graph, steps);
    const placesOf = (names: readonly string[]): number[] =>
      names.map((name) => this.#places.offsets.get(name) as number);
    const resident: PlacedNode[] = [];
    const remaining = [...chains];
    this.#steps = steps.flatMap((step): ReadyStep[] => {
      if (step.kind === 'chain') {
        const executor = remaining.shift() as Executor;
        for (const { bytes, ...node } of executor.residentBytes.nodes)
          resident.push({ ...node, host: 0, device: bytes });
        const [input, output] = placesOf([step.input, step.output]);
        const { takesInput } = step;
        const { inFeatures } = step.network.nodes[0];
        return [{ kind: 'chain', executor, input, output, inFeatures, takesInput }];
      }
      if (isView(step.node)) return [];
      const before = this.#memory.used;
      way = {};
      const kernel = KERNELS[step.node.operator] as WasmBinding<object>;
      const run = kernel(kernelNode(step.node, graph.shapes), place);
      const device = this.#memory.used - before;
      if (device > 0) resident.push({ name: step.node.name, ...way, host: 0, device });
      return [
        {
          kind: 'node',
          givesEntry: givesEntry(step, graph.entry),
          run,
          inputs: placesOf(step.node.inputs),
          outputs: placesOf(step.node.outputs),
        },
      ];
    });
    workAddress = this.#memory.allocate(workBytes);
    this.#start = this.#memory.used;
    this.#widths = graph.outputs.map((name) => elementCount(graph.shapes.get(name) as Shape));
    const room = Math.max(1, Math.floor(MAX_VALUE_BYTES / (4 * this.#places.total)));
    this.#cuts = new BatchCuts(steps, { precision, memory }, room);
    this.residentBytes = residentOf(resident);
  }

  /** The kernels' memory never shrinks: its size now is its maximum. */
  get peakBytes(): number {
    return this.#chains.reduce((sum, chain) => sum + chain.peakBytes, this.#memory.memory.buffer.byteLength);
  }

  /** How many images of a batch, counted from its first, may not be shared out. */
  imagesTogether(batch: number): number {
    return this.#cuts.imagesTogether(batch);
  }

  /** `whole`: images of the batch of which these are a share; each has the answer that it has there. */
  run(
    inputs: readonly Float32Array[],
    batch: number,
    kind: InputKind,
    whole = batch,
  ): Promise<Float32Array[]> {
    checkLengths(this.#graph, inputs, batch, kind);
    const max = this.#cuts.imagesOfPart(whole);
    // The caller may change its arrays while a call still waits, or runs in parts.
    const isTakenNow = this.#mutex.isIdle && batch <= max && kind === 'values';
    const copies = isTakenNow ? inputs : inputs.map((input) => input.slice());
    return this.#mutex.run(() =>
      runInParts(copies, batch, max, this.#widths, (part, images) =>
        this.#runPart(part, images, max, kind, () => {
          for (const input of copies) requireFinite(input);
        }),
      ),
    );
  }

  dispose(): void {
    void this.#mutex.run(async () => {
      for (const chain of this.#chains) chain.dispose();
    });
  }

  /** `max`: images of a whole part; `refuse`: called where an input is not finite. */
  async #runPart(
    inputs: readonly Float32Array[],
    images: number,
    max: number,
    kind: InputKind,
    refuse: () => void,
  ): Promise<Float32Array[]> {
    this.#reserve(images);
    const address = (offset: number): number => this.#start + 4 * (offset * images);
    const view = (offset: number, length: number): Float32Array =>
      this.#memory.floats(address(offset), length);
    const { entry } = this.#graph;
    if (kind === 'values' || entry !== undefined) {
      this.#graph.inputs.forEach(({ name }, index) => {
        const place = this.#places.offsets.get((kind === 'coefficients' && entry) || name) as number;
        const { length } = inputs[index];
        view(place, length).set(inputs[index]);
        if (!(this.#kernels.largestMagnitude(address(place), length) < Infinity)) refuse();
      });
    }
    for (const step of this.#steps) {
      if (step.kind === 'node' && step.givesEntry && kind === 'coefficients') continue;
      if (step.kind === 'node') {
        step.run(step.inputs.map(address), step.outputs.map(address), images);
      } else {
        const { executor, input, output, inFeatures, takesInput } = step;
        const takesCoefficients = takesInput && kind === 'coefficients';
        const given = takesCoefficients ? inputs[0] : view(input, images * inFeatures);
        const values = takesCoefficients
          ? await executor.run(given, images, 'coefficients')
          : await runFilled(executor, given, images, this.#cuts.filledImages(images, max));
        view(output, values.length).set(values);
      }
    }
    return this.#graph.outputs.map((name, index) =>
      view(this.#places.offsets.get(name) as number, images * this.#widths[index]),
    );
  }

  /** Makes room for the values of so many images behind everything that stays. */
  #reserve(images: number): void {
    if (images <= this.#images) return;
    this.#memory.rewind(this.#start);
    this.#memory.allocate(4 * images * this.#places.total);
    this.#images = images;
  }
}
