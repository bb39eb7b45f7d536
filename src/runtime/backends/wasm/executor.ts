import { sparseBytes } from '../../../../kernels/coefficient-multiply/sparse.ts';
import type {
  EncodedCoefficients,
  MatrixStage,
  Network,
  RowsStage,
  Stage,
} from '../../../weights/network.ts';
import type { Executor, ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';
import { checkLength, type InputWidths, inputWidths, requireFinite } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import type { CostedLayer } from './batch-rule.ts';
import type { Batches, KernelStage, LaneSource } from './batches.ts';
import { CallBuffers } from './call-buffers.ts';
import { KernelMemory } from './memory.ts';
import { instantiate, type KernelBuild, type Kernels, kernelModule } from './module.ts';
import { entriesOnly, fastest, type PairRule, smallest } from './single-form.ts';
import { putSingle, putStage, turnedTable } from './stage-record.ts';
import { takeWork, type WorkSizes, workSizes } from './work.ts';

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
  readonly #stages: readonly KernelStage[];
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
  #leastOfGroup: number | undefined;
  #opening: Promise<Batches> | undefined;
  #batches: Batches | undefined;

  private constructor(network: Network, options: ExecutorOptions, build: KernelBuild) {
    const shared = options.threads > 1;
    this.#options = options;
    this.#build = build;
    this.#memory = new KernelMemory(shared);
    this.#kernels = instantiate(kernelModule(build, shared), this.#memory.memory);
    const { stages } = network;
    const first = stages[0];
    // Only the first stage may be `rows` in a batch: later ones would need their inputs as pictures again.
    this.#sideBySide =
      build === 'simd' &&
      options.memory === 'speed' &&
      stages.every(({ kind }, index) => index === 0 || kind !== 'rows');
    this.#stages = stages.map((stage) => this.#put(stage));
    this.#network = this.#memory.put(
      Uint32Array.of(stages.length, ...this.#stages.map(({ address }) => address)),
    );
    this.#table = first.kind === 'rows' ? this.#memory.put(turnedTable(first.quantization)) : 0;
    this.#widths = inputWidths(first);
    this.#outFeatures = stages[stages.length - 1].outFeatures;
    this.#sizes = workSizes(stages);
    this.#works = Array.from({ length: options.threads }, () => takeWork(this.#memory, this.#sizes));
    const inputWidth = Math.max(this.#widths.values, this.#widths.coefficients);
    this.#buffers = new CallBuffers(this.#memory, inputWidth, this.#outFeatures);
  }

  static async create(network: Network, options: ExecutorOptions, build: KernelBuild): Promise<WasmExecutor> {
    const executor = new WasmExecutor(network, options, build);
    // Threads only work on batches.
    if (options.threads > 1) executor.#batches = await executor.#openBatches();
    return executor;
  }

  get residentBytes(): ResidentBytes {
    return residentOf(
      this.#stages.map(({ name, device, source }) => ({ name, host: source?.bytes ?? 0, device })),
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
      const least = this.#leastOfGroup;
      // The caller may change its array while the rule or the batches are loaded.
      if (!this.#batches && (least === undefined || batch >= least)) input = input.slice();
      if (batch >= (least ?? (await this.#askRule()))) {
        this.#batches ??= await this.#openBatches();
        if (this.#batches.ready()) return this.#batches.run(input, batch);
      }
    }
    return this.#runSingles(input, batch, kind);
  }

  dispose(): void {
    this.#batches?.stop();
  }

  #put(stage: Stage): KernelStage {
    const { precision } = this.#options;
    const before = this.#memory.used;
    const address = putStage(this.#memory, stage, precision);
    const { inFeatures } = stage;
    let source: LaneSource | undefined;
    if (stage.kind === 'dense') {
      this.#layers.push({ kind: 'dense', inFeatures, rows: stage.outFeatures });
    } else {
      const { coefficients, kind } = stage;
      const { pairs, entries } = putSingle(
        this.#memory,
        address,
        stage,
        coefficients,
        precision,
        this.#pairRule(),
      );
      const nonzeros = coefficients.value.length;
      this.#layers.push({ kind, inFeatures, rows: coefficients.rows, nonzeros, pairs, entries });
      if (this.#sideBySide) source = laneSource(stage);
    }
    return { name: stage.name, address, device: this.#memory.used - before, source };
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
    const { leastOfGroup } = await import('./batches.ts');
    this.#leastOfGroup = leastOfGroup(this.#layers, this.#options.precision);
    return this.#leastOfGroup;
  }

  async #loadBatches(): Promise<Batches> {
    const leastOfGroup = this.#leastOfGroup ?? (await this.#askRule());
    const { Batches } = await import('./batches.ts');
    return Batches.create({
      memory: this.#memory,
      buffers: this.#buffers,
      options: this.#options,
      network: this.#network,
      works: this.#works,
      sizes: this.#sizes,
      stages: this.#stages,
      inFeatures: this.#widths.values,
      outFeatures: this.#outFeatures,
      leastOfGroup,
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

/** Keeps a stage's coefficients until the layout for batches is created: the JPEG, or the coefficients without one. */
function laneSource(stage: RowsStage | MatrixStage): LaneSource {
  const { encoded, coefficients } = stage;
  return encoded ? encodedSource(stage, encoded) : { bytes: sparseBytes(coefficients), stage: () => stage };
}

/** A separate function, so that the returned closure does not retain the decoded coefficients. */
function encodedSource(stage: RowsStage | MatrixStage, encoded: EncodedCoefficients): LaneSource {
  const shell = { ...stage, coefficients: undefined };
  const decoded = (): typeof stage => ({ ...shell, coefficients: encoded.decode() }) as typeof stage;
  return { bytes: encoded.bytes.byteLength, stage: decoded };
}
