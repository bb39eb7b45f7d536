import { sparseBytes } from '../../../../kernels/coefficient-multiply/sparse.ts';
import { instantiate } from '../../../../kernels/embedded.ts';
import type {
  EncodedCoefficients,
  LinearNode,
  MatrixNode,
  Network,
  RowsNode,
} from '../../../weights/network.ts';
import type { Executor, ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';
import { checkLength, type InputWidths, inputWidths, requireFinite } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import type { CostedLayer } from './batch-rule.ts';
import type { Batches, KernelNode, LaneSource } from './batches.ts';
import { CallBuffers } from './call-buffers.ts';
import { KernelMemory } from './memory.ts';
import { type KernelBuild, type Kernels, kernelModule } from './module.ts';
import { turnedTable, writeNode, writeSingle } from './node-record.ts';
import { entriesOnly, fastest, type PairRule, smallest } from './packed-single.ts';
import { allocateWork, type WorkSizes, workSizes } from './work.ts';

/**
 * Runs a network on our own kernels. Coefficients are laid out for single inputs immediately; the layout for batches is
 * created for the first batch, from the JPEG, which is kept for that. With `memory: 'compact'` there is a single
 * layout, the smallest, and a batch runs one input after another.
 */
export class WasmExecutor implements Executor {
  readonly backend = 'wasm';
  readonly #options: ExecutorOptions;
  readonly #build: KernelBuild;
  readonly #memory: KernelMemory;
  readonly #kernels: Kernels;
  readonly #nodes: readonly KernelNode[];
  readonly #sizes: WorkSizes;
  readonly #network: number;
  readonly #table: number;
  readonly #widths: InputWidths;
  readonly #outFeatures: number;
  /** Work memory of each thread. */
  readonly #works: readonly number[];
  readonly #buffers: CallBuffers;
  /** Whether the inputs of a batch can run side by side. */
  readonly #sideBySide: boolean;
  readonly #layers: CostedLayer[] = [];
  /** From how many images on a group pays; unknown until a batch comes. */
  #minOfGroup: number | undefined;
  #opening: Promise<Batches> | undefined;
  #batches: Batches | undefined;

  private constructor(network: Network, options: ExecutorOptions, build: KernelBuild) {
    const shared = options.threads > 1;
    this.#options = options;
    this.#build = build;
    this.#memory = new KernelMemory(shared);
    this.#kernels = instantiate<Kernels>(kernelModule(build, shared), this.#memory.memory);
    const { nodes } = network;
    const first = nodes[0];
    // Only the first node may be `rows` in a batch: later ones would need their inputs as pictures again.
    this.#sideBySide =
      build === 'simd' &&
      options.memory === 'speed' &&
      nodes.every(({ kind }, index) => index === 0 || kind !== 'rows');
    this.#nodes = nodes.map((node) => this.#write(node));
    this.#network = this.#memory.write(
      Uint32Array.of(nodes.length, ...this.#nodes.map(({ address }) => address)),
    );
    this.#table = first.kind === 'rows' ? this.#memory.write(turnedTable(first.quantization)) : 0;
    this.#widths = inputWidths(first);
    this.#outFeatures = nodes[nodes.length - 1].outFeatures;
    this.#sizes = workSizes(nodes);
    this.#works = Array.from({ length: options.threads }, () => allocateWork(this.#memory, this.#sizes));
    const inputWidth = Math.max(this.#widths.values, this.#widths.coefficients);
    this.#buffers = new CallBuffers(this.#memory, inputWidth, this.#outFeatures);
  }

  /** With several threads `prepareThreads` comes first. */
  static async create(network: Network, options: ExecutorOptions, build: KernelBuild): Promise<WasmExecutor> {
    const executor = new WasmExecutor(network, options, build);
    // Threads only work on batches.
    if (options.threads > 1) executor.#batches = await executor.#openBatches();
    return executor;
  }

  get residentBytes(): ResidentBytes {
    return residentOf(
      this.#nodes.map(({ name, device, source, weights }) => ({
        name,
        weights,
        precision: weights === 'dense' ? 'float32' : this.#options.precision,
        host: source?.bytes ?? 0,
        device,
      })),
    );
  }

  /** The kernels' memory never shrinks: its current size is its peak. */
  get peakBytes(): number {
    return this.#memory.memory.buffer.byteLength + this.residentBytes.host;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    checkLength(input, batch, kind, this.#widths);
    this.#batches?.assertWhole();
    if (kind === 'values' && batch > 1 && this.#sideBySide) {
      const min = this.#minOfGroup;
      // The caller may change its array while the rule or the batches are loaded.
      if (!this.#batches && (min === undefined || batch >= min)) input = input.slice();
      if (batch >= (min ?? (await this.#askRule()))) {
        this.#batches ??= await this.#openBatches();
        if (this.#batches.ready()) return this.#batches.run(input, batch);
      }
    }
    return this.#runSingles(input, batch, kind);
  }

  dispose(): void {
    this.#batches?.stop();
  }

  #write(node: LinearNode): KernelNode {
    const { precision } = this.#options;
    const before = this.#memory.used;
    const address = writeNode(this.#memory, node, precision);
    const { inFeatures } = node;
    let source: LaneSource | undefined;
    if (node.kind === 'dense') {
      this.#layers.push({ kind: 'dense', inFeatures, rows: node.outFeatures });
    } else {
      const { coefficients, kind } = node;
      const { pairs, entries } = writeSingle(
        this.#memory,
        address,
        node,
        coefficients,
        precision,
        this.#pairRule(),
      );
      const nonzeros = coefficients.value.length;
      this.#layers.push({ kind, inFeatures, rows: coefficients.rows, nonzeros, pairs, entries });
      if (this.#sideBySide) source = laneSource(node);
    }
    return { name: node.name, address, device: this.#memory.used - before, source, weights: node.kind };
  }

  #pairRule(): PairRule {
    const { precision, memory } = this.#options;
    if (this.#build === 'scalar') return entriesOnly;
    return memory === 'compact' ? smallest : fastest(precision);
  }

  /** Code for batches loads with the first of them. */
  #openBatches(): Promise<Batches> {
    this.#opening ??= this.#loadBatches().catch((error) => {
      // A failed load is retried by the next batch.
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** The rule comes with the first batch: most pages never run one. */
  async #askRule(): Promise<number> {
    const { minOfGroup } = await import('./batches.ts');
    this.#minOfGroup = minOfGroup(this.#layers, this.#options.precision);
    return this.#minOfGroup;
  }

  async #loadBatches(): Promise<Batches> {
    const minOfGroup = this.#minOfGroup ?? (await this.#askRule());
    const { Batches } = await import('./batches.ts');
    return Batches.create({
      memory: this.#memory,
      buffers: this.#buffers,
      options: this.#options,
      network: this.#network,
      works: this.#works,
      sizes: this.#sizes,
      nodes: this.#nodes,
      inFeatures: this.#widths.values,
      outFeatures: this.#outFeatures,
      minOfGroup,
      runSingles: (input, batch, at) => this.#runSingles(input, batch, 'values', at),
      checkFinite: (input, at) => this.#checkFinite(input, at),
    });
  }

  /** `at`: index of the first input in the caller's batch. */
  #runSingles(input: Float32Array, batch: number, kind: InputKind, at = 0): Float32Array {
    const width = this.#widths[kind];
    const table = kind === 'coefficients' ? this.#table : 0;
    if (batch === 1) {
      this.#runSingle(input, at * width, table);
      return this.#buffers.outputs.slice(0, this.#outFeatures);
    }
    const logits = new Float32Array(batch * this.#outFeatures);
    for (let first = 0; first < batch; first++) {
      this.#runSingle(input.subarray(first * width, (first + 1) * width), (at + first) * width, table);
      logits.set(this.#buffers.outputs.subarray(0, this.#outFeatures), first * this.#outFeatures);
    }
    return logits;
  }

  /** `at`: index of the input in the caller's array. */
  #runSingle(input: Float32Array, at: number, table: number): void {
    const { inputs, outputs } = this.#buffers;
    inputs.set(input);
    // Whole runs of 8 inputs are read, four at once.
    if (input.length % 32 > 0 && table === 0) inputs.fill(0, input.length, (input.length + 31) & ~31);
    const finite = this.#kernels.runSingle(
      this.#network,
      this.#works[0],
      inputs.byteOffset,
      table,
      outputs.byteOffset,
    );
    if (!finite) this.#checkFinite(input, at);
  }

  #checkFinite(input: Float32Array, at: number): void {
    if (!this.#kernels.allFinite(this.#buffers.inputs.byteOffset, input.length)) requireFinite(input, at);
  }
}

/** Keeps a node's coefficients until the layout for batches is created: the JPEG, or the coefficients without one. */
function laneSource(node: RowsNode | MatrixNode): LaneSource {
  const { encoded, coefficients } = node;
  return encoded ? encodedSource(node, encoded) : { bytes: sparseBytes(coefficients), node: () => node };
}

/** A separate function, so that the returned closure does not retain the decoded coefficients. */
function encodedSource(node: RowsNode | MatrixNode, encoded: EncodedCoefficients): LaneSource {
  const shell = { ...node, coefficients: undefined };
  const decoded = (): typeof node => ({ ...shell, coefficients: encoded.decode() }) as typeof node;
  return { bytes: encoded.bytes.byteLength, node: decoded };
}
