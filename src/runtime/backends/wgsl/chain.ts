import { transposeStep } from '../../../../kernels/transpose/transpose.wgsl.ts';
import type { WgslStep } from '../../../../kernels/wgsl.ts';
import { GrowingBuffer, type LoadedStep, loadSteps, ownBuffers } from './buffers.ts';
import { checked, gpuError, type SharedDevice } from './device.ts';
import { fold, laneCounts, maxImages } from './lanes.ts';

/** Batch sizes whose commands are kept ready. */
const MAX_PREPARED = 8;

export interface ChainInput {
  /** images × width of the first step that is run. */
  readonly values: Float32Array;
  readonly images: number;
  /** The first step to run. */
  readonly from: number;
  /** Σx of each image, for chains that do not compute it themselves. */
  readonly sums?: Float32Array;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}

/** One step with its place among the buffers. */
interface Placed {
  readonly step: LoadedStep;
  readonly from: GrowingBuffer;
  readonly to: GrowingBuffer;
}

/** All commands of one batch size. */
interface Prepared {
  readonly dispatches: readonly Dispatch[];
  /** The input buffer and the output buffer. */
  readonly input: GPUBuffer;
  readonly output: GPUBuffer;
}

/**
 * Steps that run one after another, each on the outputs of the one before, in one command buffer per call. Weights are
 * uploaded when the chain is created; work buffers are created at the first batch that needs them, and grow. Values
 * alternate between two buffers; sums of inputs and sums of parts have one buffer each.
 */
export class WgslChain {
  readonly #gpu: SharedDevice;
  readonly #steps: readonly LoadedStep[];
  /** Width of the values that each step reads. */
  readonly #inputWidths: readonly number[];
  readonly #outWidth: number;
  /** Conversion from the caller's order to the kernels', by the following step, and back. */
  readonly #transposes: ReadonlyMap<number, LoadedStep>;
  readonly #transposeBack: LoadedStep;
  readonly #values: readonly [GrowingBuffer, GrowingBuffer];
  readonly #sums: GrowingBuffer;
  readonly #partials: GrowingBuffer;
  readonly #call: GrowingBuffer;
  readonly #readback: GrowingBuffer;
  readonly #prepared = new Map<string, Prepared>();
  readonly #maxWorkgroups: number;
  /** Maximum images per call of `run`. */
  readonly maxImages: number;

  /** `starts`: the steps at which a run may begin; `inputWidth`: values per image that the first step reads. */
  static async create(
    gpu: SharedDevice,
    steps: readonly WgslStep[],
    inputWidth: number,
    starts: readonly number[] = [0],
    maxWorkgroups: number = gpu.device.limits.maxComputeWorkgroupsPerDimension,
  ): Promise<WgslChain> {
    let chain: WgslChain | undefined;
    try {
      return await checked(gpu, 'upload of the weights', () => {
        chain = new WgslChain(gpu, steps, inputWidth, starts, maxWorkgroups);
        return chain;
      });
    } catch (error) {
      chain?.destroy();
      throw error;
    }
  }

  private constructor(
    gpu: SharedDevice,
    steps: readonly WgslStep[],
    inputWidth: number,
    starts: readonly number[],
    maxWorkgroups: number,
  ) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.#maxWorkgroups = maxWorkgroups;
    let width = inputWidth;
    this.#inputWidths = steps.map((step) => {
      const before = width;
      if (!step.writesSums) width = step.width;
      return before;
    });
    this.#outWidth = width;
    this.maxImages = maxImages(Math.max(...this.#inputWidths, width), device.limits);
    const loaded = loadSteps(device, [
      ...steps,
      transposeStep(width, 'to caller'),
      ...starts.map((start) => transposeStep(this.#inputWidths[start], 'to kernels')),
    ]);
    this.#steps = loaded.slice(0, steps.length);
    this.#transposeBack = loaded[steps.length];
    this.#transposes = new Map(starts.map((start, index) => [start, loaded[steps.length + 1 + index]]));
    const work = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    this.#values = [new GrowingBuffer(device, 'values', work), new GrowingBuffer(device, 'values', work)];
    this.#sums = new GrowingBuffer(device, 'sums of inputs', work);
    this.#partials = new GrowingBuffer(device, 'sums of parts', work);
    this.#call = new GrowingBuffer(device, 'call', GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#readback = new GrowingBuffer(device, 'readback', GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Bytes of weights, tables and parameters on the device: of each step and, last, of shared data. */
  get residentBytes(): number[] {
    const bytes = ownBuffers(this.#loaded).map((buffers) => buffers.reduce((sum, { size }) => sum + size, 0));
    const { length } = this.#steps;
    return [...bytes.slice(0, length), bytes.slice(length).reduce((sum, size) => sum + size, 0)];
  }

  /** Bytes of the work buffers so far. */
  get workBytes(): number {
    return this.#work.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Runs up to `mostImages` images from step `from` on; returns images × width of the last step. */
  async run({ values, images, from, sums }: ChainInput): Promise<Float32Array> {
    const prepared = await this.#prepare(images, from);
    const { device } = this.#gpu;
    const bytes = images * this.#outWidth * 4;
    const readback = this.#readback.buffer;
    const { lanes, padded } = laneCounts(images);
    try {
      await checked(this.#gpu, 'run', () => {
        device.queue.writeBuffer(this.#call.buffer, 0, Uint32Array.of(lanes, images, padded));
        device.queue.writeBuffer(prepared.input, 0, values as BufferSource);
        if (sums) device.queue.writeBuffer(this.#sums.buffer, 0, sums as BufferSource);
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (const { pipeline, bindings, workgroups } of prepared.dispatches) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindings);
          pass.dispatchWorkgroups(...workgroups);
        }
        pass.end();
        encoder.copyBufferToBuffer(prepared.output, 0, readback, 0, bytes);
        device.queue.submit([encoder.finish()]);
        return readback.mapAsync(GPUMapMode.READ, 0, bytes);
      });
      return new Float32Array(readback.getMappedRange(0, bytes).slice(0));
    } finally {
      readback.unmap();
    }
  }

  /** Frees all buffers. */
  destroy(): void {
    for (const buffer of ownBuffers(this.#loaded).flat()) buffer.destroy();
    this.#destroyWork();
  }

  get #loaded(): LoadedStep[] {
    return [...this.#steps, this.#transposeBack, ...this.#transposes.values()];
  }

  get #work(): GrowingBuffer[] {
    return [...this.#values, this.#sums, this.#partials, this.#call, this.#readback];
  }

  #destroyWork(): void {
    for (const buffer of this.#work) buffer.destroy();
    this.#prepared.clear();
  }

  /** The commands for a number of images; cached until a buffer grows. */
  async #prepare(images: number, from: number): Promise<Prepared> {
    const key = `${images} ${from}`;
    const known = this.#prepared.get(key);
    if (known) return known;
    const { lanes, vector } = laneCounts(images);
    const placed = this.#place(images, from);
    const plans = placed.map(({ step }) => step.plan(lanes));
    const compiled = placed.map(({ step }, index) =>
      this.#gpu.pipeline(step.source(vector, lanes), plans[index].constants),
    );
    const pipelines = await Promise.all(compiled).catch(async (error) => {
      throw await gpuError(this.#gpu, 'compilation of a kernel', error);
    });
    return checked(this.#gpu, 'commands and work memory', () => {
      if (this.#grow(images)) this.#prepared.clear();
      const dispatches = placed.map(({ step, from: source, to }, index): Dispatch => {
        const { laneGroups, itemGroups } = plans[index];
        const buffers = [
          this.#call.buffer,
          ...step.constants,
          source.buffer,
          ...(step.readsSums ? [this.#sums.buffer] : []),
          to.buffer,
        ];
        return {
          pipeline: pipelines[index],
          bindings: this.#gpu.device.createBindGroup({
            label: step.name,
            layout: pipelines[index].getBindGroupLayout(0),
            entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
          }),
          workgroups: [laneGroups, ...fold(itemGroups, this.#maxWorkgroups)],
        };
      });
      const prepared = {
        dispatches,
        input: placed[0].from.buffer,
        output: placed[placed.length - 1].to.buffer,
      };
      while (this.#prepared.size >= MAX_PREPARED) {
        this.#prepared.delete(this.#prepared.keys().next().value as string);
      }
      this.#prepared.set(key, prepared);
      return prepared;
    }).catch((error) => {
      // A buffer whose allocation failed still exists, and would fail every later call.
      this.#destroyWork();
      throw error;
    });
  }

  /** The buffers that each step reads and writes. For a single image, callers and kernels use the same order. */
  #place(images: number, from: number): Placed[] {
    const { lanes, vector } = laneCounts(images);
    const placed: Placed[] = [];
    let [values, others] = this.#values;
    const add = (step: LoadedStep): void => {
      const split = step.plan(lanes).splits > 1 ? step.partSum : undefined;
      const to = step.writesSums ? this.#sums : others;
      placed.push({ step, from: values, to: split ? this.#partials : to });
      if (split) placed.push({ step: split, from: this.#partials, to });
      if (!step.writesSums) [values, others] = [others, values];
    };
    if (vector) add(this.#transposes.get(from) as LoadedStep);
    for (const step of this.#steps.slice(from)) add(step);
    if (vector) add(this.#transposeBack);
    return placed;
  }

  /** Grows the work buffers as needed; returns whether one was replaced. */
  #grow(images: number): boolean {
    const { lanes, padded } = laneCounts(images);
    const widest = Math.max(...this.#inputWidths, this.#outWidth);
    const partials = this.#steps.map((step) => {
      const { splits } = step.plan(lanes);
      return splits > 1 ? splits * step.width : 0;
    });
    const grown = [
      ...this.#values.map((buffer) => buffer.grow(widest * padded * 4)),
      this.#sums.grow(padded * 4),
      this.#partials.grow(Math.max(...partials) * padded * 4),
      this.#call.grow(16),
    ];
    // No bind group holds this one.
    this.#readback.grow(images * this.#outWidth * 4);
    return grown.includes(true);
  }
}
