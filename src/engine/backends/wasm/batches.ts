import '../../../core.ts';
import { KERNELS_LANES } from '../../../../kernels/wasm/kernels-lanes.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixStage, RowsStage } from '../../../model/network.ts';
import type { ExecutorOptions } from '../backend.ts';
import type { CallBuffers } from './call-buffers.ts';
import { hasInt16Lanes, putLanes, takeLanesWork } from './lanes-record.ts';
import type { KernelMemory } from './memory.ts';
import { instantiate, kernelModule, type LaneKernels, loadModule } from './module.ts';
import type { ThreadPool } from './threads.ts';
import type { WorkSizes } from './work.ts';

/** Groups that threads share out among themselves in one go: their inputs stay in the cache of the second level. */
const GROUPS_AT_ONCE = 24;

/** What a stage's layout for batches is made from, until it is made. */
export interface LaneSource {
  /** What it holds on the host. */
  readonly bytes: number;
  stage(): RowsStage | MatrixStage;
}

/** A stage in the kernels' memory. */
export interface KernelStage {
  readonly name: string;
  readonly address: number;
  /** Bytes in the kernels' memory. */
  device: number;
  source: LaneSource | undefined;
}

/** The executor that batches belong to: what they share with single inputs. */
export interface BatchHost {
  readonly memory: KernelMemory;
  readonly buffers: CallBuffers;
  readonly options: ExecutorOptions;
  /** Addresses: of the network, and of the work memory of each thread. */
  readonly network: number;
  readonly works: readonly number[];
  readonly sizes: WorkSizes;
  readonly stages: readonly KernelStage[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** From how many images on a group pays. */
  readonly leastOfGroup: number;
  /** Runs inputs one after another. `at`: the first one's number in what the caller gave. */
  runSingles(input: Float32Array, batch: number, at: number): Float32Array;
  /** For inputs of which the kernels could not say that they are finite. `at`: where they lie in what the caller gave. */
  checkFinite(input: Float32Array, at: number): void;
}

/**
 * Runs batches in groups of images side by side. Kernels and code for it come with the first batch, and so does the layout
 * of the coefficients, which is made from the JPEGs.
 */
export class Batches {
  readonly #host: BatchHost;
  readonly #kernels: LaneKernels;
  #pool: ThreadPool | undefined;
  /** Images of a group: 0 where the coefficients can not be laid out, undefined until that was tried. */
  #group: number | undefined;

  private constructor(host: BatchHost, module: WebAssembly.Module) {
    this.#host = host;
    this.#kernels = instantiate<LaneKernels>(module, host.memory.memory);
  }

  /** Starts the threads, too, where the options ask for more than one. */
  static async create(host: BatchHost): Promise<Batches> {
    await loadModule('lanes', KERNELS_LANES);
    if (host.options.threads === 1) return new Batches(host, kernelModule('lanes'));
    const { putJob, shareModule, ThreadPool } = await import('./threads.ts');
    const module = shareModule('lanes');
    const batches = new Batches(host, module);
    const job = host.buffers.putBefore(() => putJob(host.memory));
    batches.#pool = await ThreadPool.start(module, host.memory, job, host.works.slice(1));
    return batches;
  }

  /** Throws THREAD_LOST if a thread is. */
  assertWhole(): void {
    this.#pool?.assertWhole();
  }

  stop(): void {
    this.#pool?.stop();
  }

  /** Makes the layout if it is not there yet. Returns whether batches can be run in groups. */
  ready(): boolean {
    if (this.#group !== undefined) return this.#group > 0;
    const { stages, buffers } = this.#host;
    const devices = stages.map(({ device }) => device);
    // Until the layout is whole there is none: if memory is refused on the way, batches are run singly from then on.
    this.#group = 0;
    try {
      this.#group = buffers.putBefore(() => this.#putLanes());
    } catch (error) {
      devices.forEach((device, index) => {
        stages[index].device = device;
      });
      throw error;
    }
    return this.#group > 0;
  }

  /**
   * Groups of images, each as soon as its inputs have been copied and are in the cache; with threads, as many as they share
   * out among themselves. A last group that is too short for that is run one input after another.
   */
  run(input: Float32Array, batch: number): Float32Array {
    const { buffers, inFeatures, outFeatures, leastOfGroup, options } = this.#host;
    const group = this.#group as number;
    const logits = new Float32Array(batch * outFeatures);
    const rest = batch % group;
    const alone = rest < leastOfGroup ? rest : 0;
    const step = this.#pool ? group * Math.max(GROUPS_AT_ONCE, options.threads) : group;
    buffers.reserve(Math.min(step, Math.ceil(batch / group) * group));
    for (let first = 0; first < batch - alone; first += step) {
      const count = Math.min(step, batch - alone - first);
      const part = input.subarray(first * inFeatures, (first + count) * inFeatures);
      buffers.inputs.set(part);
      if (!this.#runSideBySide(count, group)) this.#host.checkFinite(part, first * inFeatures);
      logits.set(buffers.outputs.subarray(0, count * outFeatures), first * outFeatures);
    }
    if (alone > 0) {
      const first = batch - alone;
      const singles = this.#host.runSingles(input.subarray(first * inFeatures), alone, first);
      logits.set(singles, first * outFeatures);
    }
    return logits;
  }

  /** Returns how many images go side by side; 0 where a layer does not fit the layout. */
  #putLanes(): number {
    const { memory, stages, options, works, sizes } = this.#host;
    let complete = true;
    let lines = 0;
    const sources = stages.map(({ source }) => source);
    for (const stage of stages) stage.source = undefined;
    for (const [index, source] of sources.entries()) {
      const stage = stages[index];
      if (!complete || source === undefined) continue;
      const before = memory.used;
      complete = putLanes(memory, stage.address, source.stage(), options.precision);
      stage.device += memory.used - before;
      lines = Math.max(lines, memory.words(stage.address, layout.STAGE_WORDS)[layout.C_LINE_COUNT]);
    }
    if (!complete) return 0;
    const int16 = hasInt16Lanes(memory, stages[0].address);
    for (const work of works) takeLanesWork(memory, work, sizes, lines, int16 ? 2 : 1);
    return int16 ? layout.INT16_LANES : layout.FLOAT_LANES;
  }

  /** Runs inputs that lie in memory. Returns whether they are known to be finite. */
  #runSideBySide(count: number, group: number): boolean {
    const { network, works, buffers, inFeatures, outFeatures } = this.#host;
    const input = buffers.inputs.byteOffset;
    const output = buffers.outputs.byteOffset;
    if (!this.#pool) return this.#kernels.runLanes(network, works[0], input, count, output) !== 0;
    const [inputStep, outputStep] = [inFeatures * 4, outFeatures * 4];
    this.#pool.run(this.#kernels, works[0], { network, count, group, input, inputStep, output, outputStep });
    return false;
  }
}
