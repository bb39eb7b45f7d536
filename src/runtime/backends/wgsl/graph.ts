import { KERNELS } from '../../../../kernels/tables/wgsl.ts';
import { WjpegError } from '../../../errors.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import { planSlots } from '../../../graph/memory-plan.ts';
import { linearChains } from '../../../graph/passes/linear-chains.ts';
import { transformConvolutions } from '../../../graph/passes/transform-convolutions.ts';
import { planGraph } from '../../../graph/plan.ts';
import { elementCount, type Shape } from '../../../graph/shape.ts';
import { checkInputs } from '../../graph/check-inputs.ts';
import { runInParts } from '../../graph/in-parts.ts';
import { requireKernels } from '../../graph/kernels.ts';
import type { GraphExecutor, InputKind, ResidentBytes } from '../backend.ts';
import { Mutex } from '../mutex.ts';
import { residentOf } from '../resident.ts';
import { type GrowingBuffer, type LoadedStep, loadSteps, ownBuffers } from './buffers.ts';
import { checked, type SharedDevice, sharedDevice } from './device.ts';
import { Dispatches, type PlacedStep, partialsWidth, withPartSum, workBuffer } from './dispatches.ts';
import {
  callerOrder,
  type GraphOperations,
  graphOperations,
  type Operation,
  operationsFor,
} from './graph-steps.ts';
import { laneCounts, maxImages } from './lanes.ts';

/** An operation whose weights are on the device. */
interface LoadedOperation extends Omit<Operation, 'step'> {
  readonly step: LoadedStep;
}

/**
 * Runs a graph of our own WGSL kernels in one command buffer per call; nothing but inputs and outputs leaves the device.
 * Values that do not live at the same time share buffers, which grow with the batch.
 */
export class WgslGraphExecutor implements GraphExecutor {
  readonly takesEntry = true;
  readonly residentBytes: ResidentBytes;
  readonly #graph: PlannedGraph;
  readonly #plan: GraphOperations;
  readonly #operations: readonly LoadedOperation[];
  /** Value → its buffer. */
  readonly #slots: ReadonlyMap<string, number>;
  readonly #slotWidths: readonly number[];
  readonly #buffers: readonly GrowingBuffer[];
  readonly #partials: GrowingBuffer;
  /** Zeros, for kernels that read Σx but whose offsets are all 0. */
  readonly #noSums: GrowingBuffer;
  readonly #dispatches: Dispatches;
  readonly #maxImages: number;
  readonly #mutex = new Mutex();
  #peakBytes: number;
  #disposed = false;

  static async create(given: PlannedGraph): Promise<WgslGraphExecutor> {
    const graph = planGraph(transformConvolutions(given));
    const steps = linearChains(graph);
    requireKernels('webgpu', KERNELS, steps);
    const gpu = await sharedDevice();
    let executor: WgslGraphExecutor | undefined;
    try {
      return await checked(gpu, 'upload of the weights', () => {
        executor = new WgslGraphExecutor(gpu, graph, graphOperations(graph, steps));
        return executor;
      });
    } catch (error) {
      executor?.dispose();
      throw error;
    }
  }

  private constructor(gpu: SharedDevice, graph: PlannedGraph, plan: GraphOperations) {
    const { device } = gpu;
    this.#graph = graph;
    this.#plan = plan;
    this.#maxImages = maxImages(Math.max(...plan.widths.values()), device.limits);
    const loaded = loadSteps(
      device,
      plan.operations.map(({ step }) => step),
    );
    this.#operations = plan.operations.map((operation, index) => ({ ...operation, step: loaded[index] }));
    const { slots, widths } = assignSlots(plan);
    this.#slots = slots;
    this.#slotWidths = widths;
    this.#buffers = widths.map((_, index) => workBuffer(device, `values ${index}`));
    this.#partials = workBuffer(device, 'sums of parts');
    this.#noSums = workBuffer(device, 'zeros');
    this.#dispatches = new Dispatches(gpu, [...this.#buffers, this.#partials, this.#noSums]);
    this.residentBytes = residentOf(residentParts(this.#operations));
    this.#peakBytes = this.residentBytes.device;
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  async run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]> {
    if (this.#disposed) throw new WjpegError('misuse', 'SESSION_DISPOSED', 'this network has been disposed');
    checkInputs(this.#graph, inputs, batch, kind);
    // The caller may change its arrays while an earlier call still runs.
    const copies = inputs.map((input) => input.slice());
    return this.#mutex.run(() => this.#runInParts(copies, batch, kind));
  }

  dispose(): void {
    this.#disposed = true;
    void this.#mutex.run(async () => {
      for (const buffer of ownBuffers(this.#operations.map(({ step }) => step)).flat()) buffer.destroy();
      this.#dispatches.destroy();
    });
  }

  async #runInParts(
    inputs: readonly Float32Array[],
    batch: number,
    kind: InputKind,
  ): Promise<Float32Array[]> {
    const widths = this.#graph.outputs.map((name) => this.#width(name));
    const outputs = await runInParts(inputs, batch, this.#maxImages, widths, (part, images) =>
      this.#runPart(part, images, kind),
    );
    const held = [...inputs, ...outputs].reduce((sum, array) => sum + array.byteLength, 0);
    this.#peakBytes = Math.max(
      this.#peakBytes,
      this.residentBytes.device + this.#dispatches.workBytes + held,
    );
    return outputs;
  }

  async #runPart(inputs: readonly Float32Array[], images: number, kind: InputKind): Promise<Float32Array[]> {
    const bytes = this.#graph.outputs.map((name) => 4 * images * this.#width(name));
    const dispatches = await this.#dispatches.prepare(kind, images, {
      place: () => this.#place(images, kind),
      grow: () => this.#grow(images),
      outputBytes: bytes.reduce((sum, length) => sum + length, 0),
    });
    const { vector } = laneCounts(images);
    const ordered = (name: string): GPUBuffer => this.#buffer(vector ? callerOrder(name) : name).buffer;
    const write = (queue: GPUQueue): void => {
      for (const [index, { name }] of this.#graph.inputs.entries()) {
        const value = kind === 'coefficients' ? (this.#plan.coefficientInput as string) : name;
        queue.writeBuffer(ordered(value), 0, inputs[index] as BufferSource);
      }
    };
    const outputs = this.#graph.outputs.map((name, index) => ({
      buffer: ordered(name),
      bytes: bytes[index],
    }));
    return this.#dispatches.run(dispatches, images, write, outputs);
  }

  #place(images: number, kind: InputKind): PlacedStep[] {
    const { lanes, vector } = laneCounts(images);
    return operationsFor(this.#operations, vector, kind).flatMap(({ step, reads, writes, sums }) => {
      const placed: PlacedStep = {
        step,
        reads: reads.map((name) => this.#buffer(name)),
        sums: sums === undefined ? this.#noSums : this.#buffer(sums),
        writes: this.#buffer(writes),
      };
      return withPartSum(placed, lanes, this.#partials);
    });
  }

  #buffer(name: string): GrowingBuffer {
    return this.#buffers[this.#slots.get(this.#plan.owner.get(name) ?? name) as number];
  }

  #width(output: string): number {
    return elementCount(this.#graph.shapes.get(output) as Shape);
  }

  /** Makes the work buffers large enough; returns whether one is new. */
  #grow(images: number): boolean {
    const { lanes, padded } = laneCounts(images);
    const partials = partialsWidth(
      this.#operations.map(({ step }) => step),
      lanes,
    );
    const grown = [
      ...this.#buffers.map((buffer, slot) => buffer.grow(this.#slotWidths[slot] * padded * 4)),
      this.#partials.grow(partials * padded * 4),
      this.#noSums.grow(padded * 4),
    ];
    return grown.includes(true);
  }
}

/** Buffers for all values, shared by lifetimes in the order of the operations. */
function assignSlots({ operations, widths, owner }: GraphOperations): {
  slots: ReadonlyMap<string, number>;
  widths: readonly number[];
} {
  const lifetimes = new Map<string, { size: number; first: number; last: number }>();
  operations.forEach(({ reads, writes, sums }, index) => {
    for (const value of [...reads, writes, ...(sums === undefined ? [] : [sums])]) {
      const name = owner.get(value) ?? value;
      const known = lifetimes.get(name);
      if (known) known.last = index;
      // An input is written before the first operation, in the order of callers or of kernels.
      else
        lifetimes.set(name, {
          size: widths.get(name) as number,
          first: value === writes ? index : 0,
          last: index,
        });
    }
  });
  // For one image there is no change of order: inputs come where kernels read, and outputs stay where they wrote.
  for (const { reads, writes, lanesOnly } of operations) {
    if (!lanesOnly) continue;
    for (const value of [...reads, writes]) {
      const lifetime = lifetimes.get(owner.get(value) ?? value) as { first: number; last: number };
      if (reads.some((name) => name === callerOrder(writes))) lifetime.first = 0;
      else lifetime.last = operations.length;
    }
  }
  const { slots, sizes } = planSlots([...lifetimes.values()]);
  return { slots: new Map([...lifetimes.keys()].map((name, index) => [name, slots[index]])), widths: sizes };
}

/** Bytes of weights, tables and parameters by layer or node, what several share counted with the first. */
function residentParts(
  operations: readonly LoadedOperation[],
): { name: string; host: number; device: number }[] {
  const bytes = new Map<string, number>();
  ownBuffers(operations.map(({ step }) => step)).forEach((buffers, index) => {
    const { part } = operations[index];
    bytes.set(
      part,
      buffers.reduce((sum, { size }) => sum + size, bytes.get(part) ?? 0),
    );
  });
  return [...bytes].map(([name, device]) => ({ name, host: 0, device }));
}
