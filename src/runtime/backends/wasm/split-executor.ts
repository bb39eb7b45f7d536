import { instantiate } from '../../../../kernels/embedded.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { LinearNode, Network } from '../../../weights/network.ts';
import { rowPart } from '../../../weights/row-part.ts';
import type { Executor, ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';
import { checkInput, type InputWidths, inputWidths } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import { sumOfResident } from '../resident-together.ts';
import { byColumn, columnOrder } from './columns.ts';
import { WasmExecutor } from './executor.ts';
import { KernelMemory } from './memory.ts';
import { type Kernels, kernelModule } from './module.ts';
import { padRows, turnedTable, writeNode, writeSingle } from './node-record.ts';
import { choosePairs, fastest, type PairChoice } from './packed-single.ts';
import { ThreadPool, writeJob } from './threads.ts';
import { allocateWork, workSizes } from './work.ts';

/**
 * Weights of a layer, nonzeros where it has coefficients, from which several threads take a single input: some 50 µs, where a thread that
 * sleeps wakes up in 9.
 */
const MIN_SPLIT = 500_000;

/** Whether a layer is worth a thread for a single input. */
export function hasLargeLayer({ nodes }: Network): boolean {
  return nodes.some(isLarge);
}

function isLarge(node: LinearNode): boolean {
  return (node.kind === 'dense' ? node.weights : node.coefficients.value).length >= MIN_SPLIT;
}

/** One layer, as the networks of its rows: one, or one for each thread. */
interface Stage {
  /** Address of pairs: a network, and where its rows begin in the output, in bytes. */
  readonly networks: number;
  readonly count: number;
  readonly input: number;
  readonly output: number;
}

/**
 * Runs single inputs of large layers on several threads: each takes some of a layer's rows, in shared memory, with the sums that it has
 * when one thread takes all of them. Batches are run by the executor that has no such layers; both hold the weights, in forms of their own.
 */
export class SplitExecutor implements Executor {
  readonly backend = 'wasm';
  readonly #batches: WasmExecutor;
  readonly #memory = new KernelMemory(true);
  readonly #kernels: Kernels;
  readonly #stages: readonly Stage[];
  readonly #widths: InputWidths;
  readonly #outFeatures: number;
  readonly #table: number;
  readonly #works: readonly number[];
  readonly #resident: ResidentBytes;
  #pool: ThreadPool | undefined;

  private constructor(network: Network, options: ExecutorOptions, batches: WasmExecutor) {
    const { nodes } = network;
    const memory = this.#memory;
    this.#batches = batches;
    this.#kernels = instantiate<Kernels>(kernelModule('simd', true), memory.memory);
    const used = nodes.map(() => 0);
    const networks = nodes.map((node, index) => {
      const before = memory.used;
      const parts = isLarge(node) ? partsOf(node, options.threads) : [{ first: 0, part: node }];
      const choice = node.kind === 'dense' ? undefined : choiceOf(node, options);
      const pairs = parts.flatMap(({ first, part }) => {
        const address = writeNode(memory, part, options.precision);
        if (part.kind !== 'dense')
          writeSingle(memory, address, part, part.coefficients, options.precision, choice as PairChoice);
        return [memory.write(Uint32Array.of(1, address)), 4 * first];
      });
      const written = memory.write(Uint32Array.from(pairs));
      used[index] = memory.used - before;
      return { networks: written, count: parts.length };
    });
    this.#resident = residentOf(nodes.map(({ name }, index) => ({ name, host: 0, device: used[index] })));
    const [first] = nodes;
    this.#widths = inputWidths(first);
    this.#outFeatures = nodes[nodes.length - 1].outFeatures;
    this.#table = first.kind === 'rows' ? memory.write(turnedTable(first.quantization)) : 0;
    const sizes = workSizes(nodes);
    this.#works = Array.from({ length: options.threads }, () => allocateWork(memory, sizes));
    // Whole runs of 8 values are read, four at once: what follows a layer's own stays zero.
    const values = [
      Math.max(this.#widths.values, this.#widths.coefficients),
      ...nodes.map(({ outFeatures }) => outFeatures),
    ].map((features) => memory.write(new Uint8Array(4 * (features + 32))));
    this.#stages = networks.map((layer, index) => ({
      ...layer,
      input: values[index],
      output: values[index + 1],
    }));
  }

  static async create(network: Network, options: ExecutorOptions): Promise<SplitExecutor> {
    const batches = await WasmExecutor.create(network, options, 'simd');
    try {
      const executor = new SplitExecutor(network, options, batches);
      const memory = executor.#memory;
      executor.#pool = await ThreadPool.start(
        'rows',
        kernelModule('simd', true),
        memory,
        writeJob(memory),
        executor.#works.slice(1),
      );
      return executor;
    } catch (error) {
      batches.dispose();
      throw error;
    }
  }

  get residentBytes(): ResidentBytes {
    return sumOfResident([this.#batches.residentBytes, this.#resident]);
  }

  get peakBytes(): number {
    return this.#memory.memory.buffer.byteLength + this.#batches.peakBytes;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    if (batch !== 1) return this.#batches.run(input, batch, kind);
    checkInput(input, batch, kind, this.#widths);
    const pool = this.#pool as ThreadPool;
    pool.assertWhole();
    const memory = this.#memory;
    const [first] = this.#stages;
    const all = memory.floats(first.input, Math.max(this.#widths.values, this.#widths.coefficients) + 32);
    all.set(input);
    all.fill(0, input.length);
    for (const [index, stage] of this.#stages.entries()) {
      const table = index === 0 && kind === 'coefficients' ? this.#table : 0;
      if (stage.count > 1) {
        pool.runRows(this.#kernels, this.#works[0], { ...stage, network: stage.networks, table });
      } else {
        const [network] = memory.words(stage.networks, 1);
        this.#kernels.runSingle(network, this.#works[0], stage.input, table, stage.output);
      }
    }
    const last = this.#stages[this.#stages.length - 1];
    return memory.floats(last.output, this.#outFeatures).slice();
  }

  dispose(): void {
    this.#pool?.stop();
    this.#batches.dispose();
  }
}

/** The pairs of columns that one thread would keep as int8, so that its sums are those of all rows together. */
function choiceOf(node: Exclude<LinearNode, { kind: 'dense' }>, { precision }: ExecutorOptions): PairChoice {
  const { kind, coefficients } = node;
  const order = columnOrder(kind, coefficients.columns);
  return choosePairs(byColumn(coefficients, order), order, padRows(coefficients.rows), fastest(precision));
}

/** A node's rows in as many parts, each but the last of whole blocks of rows, which the kernels multiply together. */
function partsOf(node: LinearNode, count: number): { first: number; part: LinearNode }[] {
  const blocks = Math.ceil(node.outFeatures / layout.ROW_BLOCK);
  const startOf = (part: number): number =>
    Math.min(node.outFeatures, layout.ROW_BLOCK * Math.floor((part * blocks) / count));
  return Array.from({ length: count }, (_, part) => ({ first: startOf(part), end: startOf(part + 1) }))
    .filter(({ first, end }) => end > first)
    .map(({ first, end }) => ({ first, part: rowPart(node, first, end - first) }));
}
