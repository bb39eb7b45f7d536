import { instantiate } from '../../../../kernels/embedded.ts';
import { KERNELS_LANES } from '../../../../kernels/wasm/kernels-lanes.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { LinearNode, MatrixNode, RowsNode } from '../../../weights/network.ts';
import type { ExecutorOptions } from '../backend.ts';
import type { CallBuffers } from './call-buffers.ts';
import { allocateLanesWork, hasInt16Lanes, writeLanes } from './lanes-record.ts';
import type { KernelMemory } from './memory.ts';
import { kernelModule, type LaneKernels, loadModule } from './module.ts';
import type { ThreadPool } from './threads.ts';
import { GROUPS_AT_ONCE } from './tuning.ts';
import type { WorkSizes } from './work.ts';

export { minOfGroup } from './batch-rule.ts';

/** Source of a node's batch layout, until that is created. */
export interface LaneSource {
  /** Bytes on the host. */
  readonly bytes: number;
  node(): RowsNode | MatrixNode;
}

/** A node in the kernels' memory. */
export interface KernelNode {
  readonly name: string;
  readonly address: number;
  /** Bytes in the kernels' memory. */
  device: number;
  source: LaneSource | undefined;
  readonly weights: LinearNode['kind'];
}

/** The owning executor: everything shared with single inputs. */
export interface BatchHost {
  readonly memory: KernelMemory;
  readonly buffers: CallBuffers;
  readonly options: ExecutorOptions;
  /** Addresses: of the network, and of the work memory of each thread. */
  readonly network: number;
  readonly works: readonly number[];
  readonly sizes: WorkSizes;
  readonly nodes: readonly KernelNode[];
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Minimum number of images for which a group pays off. */
  readonly minOfGroup: number;
  /** Runs inputs one after another. `at`: index of the first in the caller's batch. */
  runSingles(input: Float32Array, batch: number, at: number): Float32Array;
  /** For inputs that the kernels could not prove finite. `at`: index in the caller's array. */
  checkFinite(input: Float32Array, at: number): void;
}

/**
 * Runs batches in groups of images side by side. Its kernels and code load with the first batch, which also creates the
 * layout of the coefficients from the JPEGs.
 */
export class Batches {
  readonly #host: BatchHost;
  readonly #kernels: LaneKernels;
  #pool: ThreadPool | undefined;
  /** Images per group: 0 if the coefficients cannot be laid out, undefined before the first attempt. */
  #group: number | undefined;

  private constructor(host: BatchHost, module: WebAssembly.Module) {
    this.#host = host;
    this.#kernels = instantiate<LaneKernels>(module, host.memory.memory);
  }

  /** Also starts the threads if the options request more than one. */
  static async create(host: BatchHost): Promise<Batches> {
    await loadModule('lanes', KERNELS_LANES);
    if (host.options.threads === 1) return new Batches(host, kernelModule('lanes'));
    const { writeJob, shareModule, ThreadPool } = await import('./threads.ts');
    const module = shareModule('lanes');
    const batches = new Batches(host, module);
    const job = host.buffers.writeBefore(() => writeJob(host.memory));
    batches.#pool = await ThreadPool.start('images', module, host.memory, job, host.works.slice(1));
    return batches;
  }

  /** Throws THREAD_LOST if a thread is lost. */
  assertWhole(): void {
    this.#pool?.assertWhole();
  }

  stop(): void {
    this.#pool?.stop();
  }

  /** Creates the layout on first use. Returns whether batches can run in groups. */
  ready(): boolean {
    if (this.#group !== undefined) return this.#group > 0;
    const { nodes, buffers } = this.#host;
    const devices = nodes.map(({ device }) => device);
    // Not set until the layout is complete: if an allocation fails, batches run one by one from then on.
    this.#group = 0;
    try {
      this.#group = buffers.writeBefore(() => this.#writeLanes());
    } catch (error) {
      devices.forEach((device, index) => {
        nodes[index].device = device;
      });
      throw error;
    }
    return this.#group > 0;
  }

  /**
   * Runs groups of images, each as soon as its inputs are copied and in the cache; with threads, as many as they share
   * per job. A last group that is too short runs one input after another.
   */
  run(input: Float32Array, batch: number): Float32Array {
    const { buffers, inFeatures, outFeatures, minOfGroup, options } = this.#host;
    const group = this.#group as number;
    const logits = new Float32Array(batch * outFeatures);
    const rest = batch % group;
    const alone = rest < minOfGroup ? rest : 0;
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

  /** Returns the number of images side by side; 0 if a layer does not fit the layout. */
  #writeLanes(): number {
    const { memory, nodes, options, works, sizes } = this.#host;
    let complete = true;
    let lines = 0;
    const sources = nodes.map(({ source }) => source);
    for (const node of nodes) node.source = undefined;
    for (const [index, source] of sources.entries()) {
      const node = nodes[index];
      if (!complete || source === undefined) continue;
      const before = memory.used;
      complete = writeLanes(memory, node.address, source.node(), options.precision);
      node.device += memory.used - before;
      lines = Math.max(lines, memory.words(node.address, layout.NODE_WORDS)[layout.C_LINE_COUNT]);
    }
    if (!complete) return 0;
    const int16 = hasInt16Lanes(memory, nodes[0].address);
    for (const work of works) allocateLanesWork(memory, work, sizes, lines, int16 ? 2 : 1);
    return int16 ? layout.INT16_LANES : layout.FLOAT_LANES;
  }

  /** Runs inputs in the kernels' memory. Returns whether they are known to be finite. */
  #runSideBySide(count: number, group: number): boolean {
    const { network, works, buffers, inFeatures, outFeatures } = this.#host;
    const input = buffers.inputs.byteOffset;
    const output = buffers.outputs.byteOffset;
    if (!this.#pool) return this.#kernels.runLanes(network, works[0], input, count, output) !== 0;
    const [inputStep, outputStep] = [inFeatures * 4, outFeatures * 4];
    this.#pool.runImages(this.#kernels, works[0], {
      network,
      count,
      group,
      input,
      inputStep,
      output,
      outputStep,
    });
    return false;
  }
}
