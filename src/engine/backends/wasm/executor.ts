import { sparseBytes } from '../../../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixStage, Network, RowsStage, Stage } from '../../../model/network.ts';
import type { Executor, ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';
import { requireFinite } from '../finite.ts';
import { residentOf } from '../resident.ts';
import { coefficientCosts, denseCosts, leastOfGroup, type StageCosts } from './batch-rule.ts';
import { KernelMemory } from './memory.ts';
import { instantiate, type KernelBuild, type Kernels, kernelModule } from './module.ts';
import { entriesOnly, fastest, type PairRule, smallest } from './single-form.ts';
import { hasInt16Lanes, putLanes, putSingle, putStage, turnedTable } from './stage-record.ts';
import type { ThreadPool } from './threads.ts';
import { takeLanesWork, takeWork, type WorkSizes, workSizes } from './work.ts';

/** Groups that threads share out among themselves in one go: their inputs stay in the cache of the second level. */
const GROUPS_AT_ONCE = 24;

interface KernelStage {
  readonly name: string;
  readonly address: number;
  readonly costs: StageCosts;
  /** Bytes in the kernels' memory. */
  device: number;
  /** What the layout for batches is to be made from, until it is made. */
  source: LaneSource | undefined;
}

interface LaneSource {
  /** What it holds on the host. */
  readonly bytes: number;
  stage(): RowsStage | MatrixStage;
}

/**
 * Runs a network on our own kernels. Coefficients are laid out for single inputs at once; the layout for batches is
 * made when a batch first comes, from the JPEG, which is kept for it. With `memory: 'compact'` there is one
 * layout only, the smallest, and a batch is run as one input after another.
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
  readonly #inFeatures: number;
  /** Coefficients of an input, where the first stage takes them. */
  readonly #columns: number;
  readonly #outFeatures: number;
  /** Work memory of each thread. */
  readonly #works: readonly number[];
  #pool: ThreadPool | undefined;
  /** From how many images on a group pays. */
  readonly #leastOfGroup: number;
  /** Images of a group: 0 where there is no layout for batches, undefined as long as no batch came. */
  #lanes: number | undefined;
  /** Where inputs and outputs of a call lie: behind all else, so that they can grow. */
  #ioStart: number;
  #ioImages = 0;
  #inputs: Float32Array = new Float32Array(0);
  #outputs: Float32Array = new Float32Array(0);

  private constructor(network: Network, options: ExecutorOptions, build: KernelBuild) {
    const shared = options.threads > 1;
    this.#options = options;
    this.#build = build;
    this.#memory = new KernelMemory(shared);
    this.#kernels = instantiate(kernelModule(build, shared), this.#memory.memory);
    const { stages } = network;
    const first = stages[0];
    this.#stages = stages.map((stage) => this.#put(stage));
    this.#network = this.#memory.put(
      Uint32Array.of(stages.length, ...this.#stages.map(({ address }) => address)),
    );
    this.#table = first.kind === 'rows' ? this.#memory.put(turnedTable(first.quantization)) : 0;
    this.#inFeatures = first.inFeatures;
    this.#columns = first.kind === 'rows' ? first.coefficients.columns : 0;
    this.#outFeatures = stages[stages.length - 1].outFeatures;
    const mostOfGroup = options.precision === 'int16' ? layout.INT16_LANES : layout.FLOAT_LANES;
    this.#leastOfGroup = leastOfGroup(
      this.#stages.map(({ costs }) => costs),
      mostOfGroup,
    );
    this.#sizes = workSizes(stages);
    this.#works = Array.from({ length: options.threads }, () => takeWork(this.#memory, this.#sizes));
    // Only the first stage may be `rows` in a batch: later ones would need their inputs as pictures again.
    const together =
      options.memory === 'speed' &&
      this.#kernels.runLanes !== undefined &&
      stages.every(({ kind }, index) => index === 0 || kind !== 'rows');
    this.#lanes = together ? undefined : 0;
    this.#ioStart = this.#memory.used;
    this.#reserve(1);
  }

  static async create(network: Network, options: ExecutorOptions, build: KernelBuild): Promise<WasmExecutor> {
    const executor = new WasmExecutor(network, options, build);
    if (options.threads > 1) {
      // Threads work on batches only, and their memories lie before what grows.
      executor.#memory.rewind(executor.#ioStart);
      const { ThreadPool } = await import('./threads.ts');
      executor.#pool = await ThreadPool.start(
        kernelModule(build, true),
        executor.#memory,
        executor.#works.slice(1),
      );
      executor.#ioStart = executor.#memory.used;
      executor.#ioImages = 0;
      executor.#reserve(1);
    }
    return executor;
  }

  get residentBytes(): ResidentBytes {
    return residentOf(
      this.#stages.map(({ name, device, source }) => ({ name, host: source?.bytes ?? 0, device })),
    );
  }

  /** The kernels' memory never shrinks: its size now is its greatest. */
  get peakBytes(): number {
    return this.#memory.memory.buffer.byteLength + this.residentBytes.host;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    this.#pool?.assertWhole();
    if (kind === 'values' && batch >= this.#leastOfGroup && this.#lanesReady() > 0) {
      return this.#runGroups(input, batch);
    }
    return this.#runSingles(input, batch, kind);
  }

  dispose(): void {
    this.#pool?.stop();
  }

  #put(stage: Stage): KernelStage {
    const { precision, memory } = this.#options;
    const before = this.#memory.used;
    const address = putStage(this.#memory, stage, precision);
    const { inFeatures, outFeatures } = stage;
    let costs = denseCosts(inFeatures, outFeatures);
    let source: LaneSource | undefined;
    if (stage.kind !== 'dense') {
      const { coefficients } = stage;
      const { pairs, entries } = putSingle(
        this.#memory,
        address,
        stage,
        coefficients,
        precision,
        this.#pairRule(),
      );
      const nonzeros = coefficients.value.length;
      costs = coefficientCosts({ inFeatures, rows: coefficients.rows, nonzeros, pairs, entries }, precision);
      if (memory === 'speed' && this.#kernels.runLanes) source = laneSource(stage);
    }
    return { name: stage.name, address, costs, device: this.#memory.used - before, source };
  }

  #pairRule(): PairRule {
    const { precision, memory } = this.#options;
    if (this.#build === 'scalar') return entriesOnly;
    return memory === 'compact' ? smallest : fastest(precision);
  }

  /** Makes the layout for batches if it is not there yet. Returns how many images it takes at once; 0 for none. */
  #lanesReady(): number {
    if (this.#lanes !== undefined) return this.#lanes;
    const memory = this.#memory;
    const devices = this.#stages.map(({ device }) => device);
    const ioStart = this.#ioStart;
    memory.rewind(ioStart);
    this.#ioImages = 0;
    // Until the layout is whole there is none: if memory is refused on the way, batches are run singly from then on.
    this.#lanes = 0;
    try {
      const lanes = this.#putLanes();
      this.#ioStart = memory.used;
      this.#reserve(1);
      this.#lanes = lanes;
    } catch (error) {
      devices.forEach((device, index) => {
        this.#stages[index].device = device;
      });
      this.#ioStart = ioStart;
      this.#reserve(1);
      throw error;
    }
    return this.#lanes;
  }

  #putLanes(): number {
    const memory = this.#memory;
    let complete = true;
    let lines = 0;
    const sources = this.#stages.map(({ source }) => source);
    for (const stage of this.#stages) stage.source = undefined;
    for (const [index, source] of sources.entries()) {
      const stage = this.#stages[index];
      if (!complete || source === undefined) continue;
      const before = memory.used;
      complete = putLanes(memory, stage.address, source.stage(), this.#options.precision);
      stage.device += memory.used - before;
      lines = Math.max(lines, memory.words(stage.address, layout.STAGE_WORDS)[layout.C_LINE_COUNT]);
    }
    if (!complete) return 0;
    const int16 = hasInt16Lanes(memory, this.#stages[0].address);
    for (const work of this.#works) takeLanesWork(memory, work, this.#sizes, lines, int16 ? 2 : 1);
    return int16 ? layout.INT16_LANES : layout.FLOAT_LANES;
  }

  /** `at`: the first input's number in what the caller gave. */
  #runSingles(input: Float32Array, batch: number, kind: InputKind, at = 0): Float32Array {
    const width = kind === 'coefficients' ? this.#columns : this.#inFeatures;
    const table = kind === 'coefficients' ? this.#table : 0;
    if (batch === 1) {
      this.#runSingle(input, at * width, table);
      return this.#outputs.slice(0, this.#outFeatures);
    }
    const logits = new Float32Array(batch * this.#outFeatures);
    for (let first = 0; first < batch; first++) {
      this.#runSingle(input.subarray(first * width, (first + 1) * width), (at + first) * width, table);
      logits.set(this.#outputs.subarray(0, this.#outFeatures), first * this.#outFeatures);
    }
    return logits;
  }

  /** `at`: where the input lies in what the caller gave. */
  #runSingle(input: Float32Array, at: number, table: number): void {
    this.#inputs.set(input);
    // Whole runs of 8 inputs are read, four at once.
    if (input.length % 32 > 0 && table === 0) this.#inputs.fill(0, input.length, (input.length + 31) & ~31);
    const finite = this.#kernels.runSingle(
      this.#network,
      this.#works[0],
      this.#inputs.byteOffset,
      table,
      this.#outputs.byteOffset,
    );
    if (!finite) this.#checkFinite(input, at);
  }

  /**
   * Groups of images side by side, each as soon as its inputs have been copied and are in the cache; with threads, as many
   * as they share out among themselves. A last group that is too short for that is run one input after another.
   */
  #runGroups(input: Float32Array, batch: number): Float32Array {
    const group = this.#lanes as number;
    const width = this.#inFeatures;
    const out = this.#outFeatures;
    const logits = new Float32Array(batch * out);
    const rest = batch % group;
    const alone = rest < this.#leastOfGroup ? rest : 0;
    const step = this.#pool ? group * Math.max(GROUPS_AT_ONCE, this.#options.threads) : group;
    this.#reserve(Math.min(step, Math.ceil(batch / group) * group));
    for (let first = 0; first < batch - alone; first += step) {
      const count = Math.min(step, batch - alone - first);
      const part = input.subarray(first * width, (first + count) * width);
      this.#inputs.set(part);
      if (!this.#runSideBySide(count, group)) this.#checkFinite(part, first * width);
      logits.set(this.#outputs.subarray(0, count * out), first * out);
    }
    if (alone > 0) {
      const first = batch - alone;
      logits.set(this.#runSingles(input.subarray(first * width), alone, 'values', first), first * out);
    }
    return logits;
  }

  /** Runs inputs that lie in memory. Returns whether they are known to be finite. */
  #runSideBySide(count: number, group: number): boolean {
    const input = this.#inputs.byteOffset;
    const output = this.#outputs.byteOffset;
    if (!this.#pool) {
      const { runLanes } = this.#kernels as Required<Kernels>;
      return runLanes(this.#network, this.#works[0], input, count, output) !== 0;
    }
    const [inputStep, outputStep] = [this.#inFeatures * 4, this.#outFeatures * 4];
    const images = { network: this.#network, count, group, input, inputStep, output, outputStep };
    this.#pool.run(this.#kernels, this.#works[0], images);
    return false;
  }

  /** For inputs of which the kernels could not say that they are finite. `at`: where they lie in what the caller gave. */
  #checkFinite(input: Float32Array, at: number): void {
    if (!this.#kernels.allFinite(this.#inputs.byteOffset, input.length)) requireFinite(input, at);
  }

  /** Makes room for the inputs and outputs of so many images at once. If memory is refused, what was there stays. */
  #reserve(images: number): void {
    if (images <= this.#ioImages) return;
    const memory = this.#memory;
    const values = images * Math.max(this.#inFeatures, this.#columns) + 32;
    memory.rewind(this.#ioStart);
    // Growing takes the memory away from under earlier views: all at once, so that it is done or refused as a whole.
    memory.take(values * 4 + images * this.#outFeatures * 4 + 128);
    memory.rewind(this.#ioStart);
    const inputs = memory.take(values * 4);
    const outputs = memory.take(images * this.#outFeatures * 4);
    this.#inputs = memory.floats(inputs, values);
    this.#outputs = memory.floats(outputs, images * this.#outFeatures);
    this.#ioImages = images;
  }
}

/** What keeps a stage's coefficients until the layout for batches is made: the JPEG, or where there is none, themselves. */
function laneSource(stage: RowsStage | MatrixStage): LaneSource {
  const { encoded, coefficients, ...shell } = stage;
  if (!encoded) return { bytes: sparseBytes(coefficients), stage: () => stage };
  const decoded = (): typeof stage => ({ ...shell, coefficients: encoded.decode() }) as typeof stage;
  return { bytes: encoded.bytes.byteLength, stage: decoded };
}
