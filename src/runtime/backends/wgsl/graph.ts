import { KERNELS } from '../../../../kernels/tables/wgsl.ts';
import { WjpegError } from '../../../errors.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import { planSlots } from '../../../graph/memory-plan.ts';
import { linearChains } from '../../../graph/passes/linear-chains.ts';
import { elementCount, type Shape } from '../../../graph/shape.ts';
import { checkInputs } from '../../graph/check-inputs.ts';
import { requireKernels } from '../../graph/kernels.ts';
import type { GraphExecutor, InputKind, ResidentBytes } from '../backend.ts';
import { Mutex } from '../mutex.ts';
import { residentOf } from '../resident.ts';
import { GrowingBuffer, type LoadedStep, loadSteps, ownBuffers } from './buffers.ts';
import { checked, gpuError, type SharedDevice, sharedDevice } from './device.ts';
import {
  callerOrder,
  type GraphOperations,
  graphOperations,
  type Operation,
  operationsFor,
} from './graph-steps.ts';
import { fold, laneCounts, maxImages } from './lanes.ts';

/** An operation whose weights are on the device. */
interface LoadedOperation extends Omit<Operation, 'step'> {
  readonly step: LoadedStep;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** Batch sizes whose commands are kept ready. */
const MAX_PREPARED = 8;

/**
 * Runs a graph of our own WGSL kernels in one command buffer per call; nothing but inputs and outputs leaves the device.
 * Values that do not live at the same time share buffers, which grow with the batch.
 */
export class WgslGraphExecutor implements GraphExecutor {
  readonly residentBytes: ResidentBytes;
  readonly #gpu: SharedDevice;
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
  readonly #call: GrowingBuffer;
  readonly #readback: GrowingBuffer;
  readonly #prepared = new Map<string, readonly Dispatch[]>();
  readonly #maxImages: number;
  readonly #mutex = new Mutex();
  #peakBytes: number;
  #disposed = false;

  static async create(graph: PlannedGraph): Promise<WgslGraphExecutor> {
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
    this.#gpu = gpu;
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
    const work = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.#buffers = widths.map((_, index) => new GrowingBuffer(device, `values ${index}`, work));
    this.#partials = new GrowingBuffer(device, 'sums of parts', work);
    this.#noSums = new GrowingBuffer(device, 'zeros', work);
    this.#call = new GrowingBuffer(device, 'call', GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#readback = new GrowingBuffer(device, 'readback', GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
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
      this.#destroyWork();
    });
  }

  async #runInParts(
    inputs: readonly Float32Array[],
    batch: number,
    kind: InputKind,
  ): Promise<Float32Array[]> {
    const outputs = this.#graph.outputs.map((name) => new Float32Array(batch * this.#width(name)));
    for (let first = 0; first < batch; first += this.#maxImages) {
      const images = Math.min(this.#maxImages, batch - first);
      const part = inputs.map((input) => {
        const size = input.length / batch;
        return input.subarray(first * size, (first + images) * size);
      });
      const given = await this.#runPart(part, images, kind);
      for (const [index, name] of this.#graph.outputs.entries()) {
        outputs[index].set(given[index], first * this.#width(name));
      }
    }
    const held = [...inputs, ...outputs].reduce((sum, array) => sum + array.byteLength, 0);
    const work = this.#work.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#peakBytes = Math.max(this.#peakBytes, this.residentBytes.device + work + held);
    return outputs;
  }

  async #runPart(inputs: readonly Float32Array[], images: number, kind: InputKind): Promise<Float32Array[]> {
    const dispatches = await this.#prepare(images, kind);
    const { device } = this.#gpu;
    const { lanes, padded, vector } = laneCounts(images);
    const lengths = this.#graph.outputs.map((name) => 4 * images * this.#width(name));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const readback = this.#readback.buffer;
    const ordered = (name: string): string => (vector ? callerOrder(name) : name);
    try {
      await checked(this.#gpu, 'run', () => {
        device.queue.writeBuffer(this.#call.buffer, 0, Uint32Array.of(lanes, images, padded));
        for (const [index, { name }] of this.#graph.inputs.entries()) {
          const value = kind === 'coefficients' ? (this.#plan.coefficientInput as string) : name;
          device.queue.writeBuffer(this.#buffer(ordered(value)), 0, inputs[index] as BufferSource);
        }
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (const { pipeline, bindings, workgroups } of dispatches) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindings);
          pass.dispatchWorkgroups(...workgroups);
        }
        pass.end();
        let at = 0;
        for (const [index, name] of this.#graph.outputs.entries()) {
          encoder.copyBufferToBuffer(this.#buffer(ordered(name)), 0, readback, at, lengths[index]);
          at += lengths[index];
        }
        device.queue.submit([encoder.finish()]);
        return readback.mapAsync(GPUMapMode.READ, 0, total);
      });
      const all = readback.getMappedRange(0, total).slice(0);
      let at = 0;
      return lengths.map((length) => {
        const output = new Float32Array(all, at, length / 4);
        at += length;
        return output;
      });
    } finally {
      readback.unmap();
    }
  }

  /** The dispatches for so many images; they are made once, and again when a buffer has grown. */
  async #prepare(images: number, kind: InputKind): Promise<readonly Dispatch[]> {
    const key = `${images} ${kind}`;
    const known = this.#prepared.get(key);
    if (known) return known;
    const { lanes, vector } = laneCounts(images);
    const placed = operationsFor(this.#operations, vector, kind).flatMap((operation) =>
      withPartSum(operation, lanes),
    );
    const plans = placed.map(({ step }) => step.plan(lanes));
    const compiled = placed.map(({ step }, index) =>
      this.#gpu.pipeline(step.source(vector, lanes), plans[index].constants),
    );
    const pipelines = await Promise.all(compiled).catch(async (error) => {
      throw await gpuError(this.#gpu, 'compilation of a kernel', error);
    });
    return checked(this.#gpu, 'commands and work memory', () => {
      if (this.#grow(images)) this.#prepared.clear();
      const dispatches = placed.map((operation, index): Dispatch => {
        const { laneGroups, itemGroups } = plans[index];
        return {
          pipeline: pipelines[index],
          bindings: this.#bind(operation, pipelines[index]),
          workgroups: [
            laneGroups,
            ...fold(itemGroups, this.#gpu.device.limits.maxComputeWorkgroupsPerDimension),
          ],
        };
      });
      while (this.#prepared.size >= MAX_PREPARED) {
        this.#prepared.delete(this.#prepared.keys().next().value as string);
      }
      this.#prepared.set(key, dispatches);
      return dispatches;
    }).catch((error) => {
      // A buffer that there was no memory for exists all the same, and would fail every later call.
      this.#destroyWork();
      throw error;
    });
  }

  #bind({ step, reads, writes, sums }: LoadedOperation, pipeline: GPUComputePipeline): GPUBindGroup {
    const buffers = [
      this.#call.buffer,
      ...step.constants,
      ...reads.map((name) => this.#buffer(name)),
      ...(step.readsSums ? [sums === undefined ? this.#noSums.buffer : this.#buffer(sums)] : []),
      this.#buffer(writes),
    ];
    return this.#gpu.device.createBindGroup({
      label: step.name,
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  #buffer(name: string): GPUBuffer {
    if (name === PARTIALS) return this.#partials.buffer;
    return this.#buffers[this.#slots.get(this.#plan.owner.get(name) ?? name) as number].buffer;
  }

  #width(output: string): number {
    return elementCount(this.#graph.shapes.get(output) as Shape);
  }

  get #work(): GrowingBuffer[] {
    return [...this.#buffers, this.#partials, this.#noSums, this.#call, this.#readback];
  }

  #destroyWork(): void {
    for (const buffer of this.#work) buffer.destroy();
    this.#prepared.clear();
  }

  /** Makes the work buffers large enough; returns whether one is new. */
  #grow(images: number): boolean {
    const { lanes, padded } = laneCounts(images);
    const partials = this.#operations.map(({ step }) => {
      const { splits } = step.plan(lanes);
      return splits > 1 ? splits * step.width : 0;
    });
    const grown = [
      ...this.#buffers.map((buffer, slot) => buffer.grow(this.#slotWidths[slot] * padded * 4)),
      this.#partials.grow(Math.max(...partials) * padded * 4),
      this.#noSums.grow(padded * 4),
      this.#call.grow(16),
    ];
    // No bind group holds this one.
    this.#readback.grow(this.#graph.outputs.reduce((sum, name) => sum + 4 * images * this.#width(name), 0));
    return grown.includes(true);
  }
}

/** Where workgroups that share a row leave their sums. */
const PARTIALS = 'sums of parts';

/** A step that splits its rows is followed by one that adds up the parts. */
function withPartSum(operation: LoadedOperation, lanes: number): LoadedOperation[] {
  const { step } = operation;
  if (step.partSum === undefined || step.plan(lanes).splits === 1) return [operation];
  return [
    { ...operation, writes: PARTIALS },
    { ...operation, step: step.partSum, reads: [PARTIALS] },
  ];
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
