import { transposeStep } from '../../../../kernels/transpose/transpose.wgsl.ts';
import type { WgslStep } from '../../../../kernels/wgsl.ts';
import { type GrowingBuffer, type LoadedStep, loadSteps, ownBuffers } from './buffers.ts';
import { checked, type SharedDevice } from './device.ts';
import { Dispatches, type PlacedStep, partialsWidth, withPartSum, workBuffer } from './dispatches.ts';
import { laneCounts, maxImages } from './lanes.ts';

export interface ChainInput {
  /** images × width of the first step that is run. */
  readonly values: Float32Array;
  readonly images: number;
  /** The first step to run. */
  readonly from: number;
  /** Σx of each image, for chains that do not compute it themselves. */
  readonly sums?: Float32Array;
}

/**
 * Steps that run one after another, each on the outputs of the one before, in one command buffer per call. Weights are
 * uploaded when the chain is created; work buffers are created at the first batch that needs them, and grow. Values
 * alternate between two buffers; sums of inputs and sums of parts have one buffer each.
 */
export class WgslChain {
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
  readonly #dispatches: Dispatches;
  /** Maximum images per call of `run`. */
  readonly maxImages: number;

  /** `starts`: the steps at which a run may begin; `inputWidth`: values per image that the first step reads. */
  static async create(
    gpu: SharedDevice,
    steps: readonly WgslStep[],
    inputWidth: number,
    starts: readonly number[] = [0],
    maxWorkgroups?: number,
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
    maxWorkgroups: number | undefined,
  ) {
    const { device } = gpu;
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
    this.#values = [workBuffer(device, 'values'), workBuffer(device, 'values')];
    this.#sums = workBuffer(device, 'sums of inputs');
    this.#partials = workBuffer(device, 'sums of parts');
    this.#dispatches = new Dispatches(gpu, [...this.#values, this.#sums, this.#partials], maxWorkgroups);
  }

  /** Bytes of weights, tables and parameters on the device: of each step and, last, of shared data. */
  get residentBytes(): number[] {
    const bytes = ownBuffers(this.#loaded).map((buffers) => buffers.reduce((sum, { size }) => sum + size, 0));
    const { length } = this.#steps;
    return [...bytes.slice(0, length), bytes.slice(length).reduce((sum, size) => sum + size, 0)];
  }

  /** Bytes of the work buffers so far. */
  get workBytes(): number {
    return this.#dispatches.workBytes;
  }

  /** Runs up to `maxImages` images from step `from` on; returns images × width of the last step. */
  async run({ values, images, from, sums }: ChainInput): Promise<Float32Array> {
    const outputBytes = images * this.#outWidth * 4;
    const dispatches = await this.#dispatches.prepare(`${from}`, images, {
      place: () => this.#place(images, from),
      grow: () => this.#grow(images),
      outputBytes,
    });
    // Both changes of order, or neither, come on top of these steps.
    const swaps = this.#steps.slice(from).filter(({ writesSums }) => !writesSums).length;
    const write = (queue: GPUQueue): void => {
      queue.writeBuffer(this.#values[0].buffer, 0, values as BufferSource);
      if (sums) queue.writeBuffer(this.#sums.buffer, 0, sums as BufferSource);
    };
    const { buffer } = this.#values[swaps % 2];
    const [output] = await this.#dispatches.run(dispatches, images, write, [{ buffer, bytes: outputBytes }]);
    return output;
  }

  /** Frees all buffers. */
  destroy(): void {
    for (const buffer of ownBuffers(this.#loaded).flat()) buffer.destroy();
    this.#dispatches.destroy();
  }

  get #loaded(): LoadedStep[] {
    return [...this.#steps, this.#transposeBack, ...this.#transposes.values()];
  }

  /** The buffers that each step reads and writes. For a single image, callers and kernels use the same order. */
  #place(images: number, from: number): PlacedStep[] {
    const { lanes, vector } = laneCounts(images);
    const placed: PlacedStep[] = [];
    let [values, others] = this.#values;
    const add = (step: LoadedStep): void => {
      const each = { step, reads: [values], sums: this.#sums, writes: step.writesSums ? this.#sums : others };
      placed.push(...withPartSum(each, lanes, this.#partials));
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
    const grown = [
      ...this.#values.map((buffer) => buffer.grow(widest * padded * 4)),
      this.#sums.grow(padded * 4),
      this.#partials.grow(partialsWidth(this.#steps, lanes) * padded * 4),
    ];
    return grown.includes(true);
  }
}
