import { TrainKernels } from '../../kernels/train/kernels.ts';
import { crc32 } from '../crc32.ts';
import { WjpegError } from '../errors.ts';
import { type Fit, PICTURE_DEFAULTS } from '../format/manifest.ts';
import type { Graph, PlannedGraph } from '../graph/graph.ts';
import { detectFit } from '../image/detect-fit.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { Random } from '../random.ts';
import { channelNormalization } from './channel-normalization.ts';
import { fixVectors } from './fold.ts';
import { frozenTable } from './frozen-table.ts';
import { Inputs } from './inputs.ts';
import { type Layout, type LayoutOptions, layOut, type NodeParameters } from './layout.ts';
import { CountingMemory } from './memory.ts';
import { fanIn, weightsOf } from './network.ts';
import { checkTrainOptions } from './option-rules.ts';
import { type ChannelNormalization, type TrainOptions, trainDefaults } from './options.ts';
import { range } from './range.ts';
import { RateModelOfLayer, rasterOrder, tileRowOrder } from './rate.ts';
import { lambdaRamp, oneCycle } from './schedule.ts';
import type { WeightSheet } from './sheet.ts';
import { type Besides, sizeFactor } from './size-target.ts';
import { networkToTrain } from './start-graph.ts';
import { checkTeacher, planTeacher, type Teacher, teacherChecksum } from './teacher.ts';
import { PassRunner } from './threads.ts';

/** Results of one epoch. */
export interface EpochReport {
  /** Counted from 1. */
  readonly epoch: number;
  /** Mean cross-entropy of the epoch's batches, nats per picture. */
  readonly loss: number;
  /** Fraction of held-out pictures classified wrongly after the epoch; undefined if none are held out. */
  readonly validationError: number | undefined;
  /** Mean cross-entropy of the held-out pictures, which is less noisy than their error. */
  readonly validationLoss: number | undefined;
  /** Estimated bytes of each layer's coefficients. */
  readonly estimatedBytes: readonly number[];
  /** Nonzero coefficients of each layer. */
  readonly nonzeros: readonly number[];
  readonly seconds: number;
}

/** Steps between two updates of the coefficient costs. */
const RATE_INTERVAL = 25;

/** Parts of a batch, all alike: threads share them, and what comes of a run depends on them, not on the number of threads. */
const SHARDS = [4, 3, 2];

/** Variance of initial weights times the number of inputs: as PyTorch has it, or as He et al. (2015) for what is normalised after. */
const VARIANCE = { plain: 1 / 3, normalized: 2 } as const;

/** Fraction of held-out pictures that are classified wrongly, and their mean cross-entropy. */
export interface Validation {
  readonly error: number;
  readonly loss: number;
}

/** Trains a network on pictures, its weights in coefficients. */
export class Trainer {
  readonly options: TrainOptions;
  /** The network, with the weights that it started from. */
  readonly graph: PlannedGraph;
  /** Parameters of nodes that have any, in the graph's order. */
  readonly parameters: readonly NodeParameters[];
  readonly normalization: ChannelNormalization;
  readonly random: Random;
  /** Results of the completed epochs. */
  history: readonly EpochReport[] = [];
  readonly #data: LabelledPictures;
  readonly #kernels: TrainKernels;
  readonly #layout: Layout;
  readonly #runner: PassRunner;
  readonly #inputs: Inputs;
  readonly #orders: readonly Uint32Array[];
  /** By which a checkpoint knows the teacher; undefined without one. */
  readonly teacherChecksum: number | undefined;
  #checksum: number | undefined;

  /**
   * @param options replace single defaults (`TRAIN_DEFAULTS`; outputs, held-out pictures and batch as the data have them)
   * @param start a network to go on from, weights and all, instead of `options.net`
   * @param teacher a network whose answers are learnt beside the labels, see `options.distillation`
   * @throws WjpegError `TRAIN_…` for data and options that do not match, and without memory or SIMD
   */
  constructor(data: LabelledPictures, options: Partial<TrainOptions> = {}, start?: Graph, teacher?: Teacher) {
    checkTrainOptions(options);
    const complete = trainDefaults(data, options);
    checkData(data, complete);
    this.options = complete;
    this.#data = data;
    const { channels = 1, width, height } = data;
    this.graph = networkToTrain(start ?? complete, [channels, height, width], complete.outputs);
    this.normalization = complete.normalization ?? channelNormalization(data, this.trainingPictures);
    const plan = teacher && planTeacher(teacher, this.normalization);
    if (plan) checkTeacher(plan, this.graph);
    this.teacherChecksum = plan && teacherChecksum(plan);
    const { batch, distillation } = complete;
    const shards = SHARDS.find((count) => batch % count === 0) ?? 1;
    const layoutOptions: LayoutOptions = {
      graph: this.graph,
      shards,
      images: batch / shards,
      offset: complete.offset,
      step: complete.step,
      isShared: complete.table === 'shared',
      classWeights: complete.classWeights ?? new Array(complete.outputs).fill(1),
      distillation: plan && { teacher: plan, ...distillation },
    };
    const counted = new CountingMemory();
    layOut(counted, layoutOptions);
    this.#kernels = new TrainKernels(counted.floats);
    this.#layout = layOut(this.#kernels, layoutOptions);
    for (const call of this.#layout.begin) this.#kernels.run(call);
    this.parameters = this.#layout.parameters;
    const { train, evaluate, shards: ends } = this.#layout;
    this.#runner = new PassRunner(this.#kernels, { train, evaluate });
    this.#inputs = new Inputs(data, ends, layoutOptions.images, this.normalization);
    this.#orders = this.sheets.map(({ shape: { tile, shape, blocksDown, blocksAcross } }) =>
      tile
        ? tileRowOrder(shape[0], tile.blocksPerColumn, tile.blocksPerRow)
        : rasterOrder(blocksDown * blocksAcross),
    );
    this.random = new Random(complete.seed);
    // Close seeds start alike, so the first numbers are discarded.
    for (let i = 0; i < 16; i++) this.random.next();
    for (const { node, weights } of this.parameters) {
      if (!weights) continue;
      const { sheet } = weights;
      if (start) sheet.initializeFrom(this.#kernels, weightsOf(node));
      else sheet.initialize(this.random, this.#variance(node.outputs[0]) / fanIn(sheet.shape));
    }
  }

  /** The weights, in the graph's order. */
  get sheets(): readonly WeightSheet[] {
    return this.parameters.flatMap(({ weights }) => (weights ? [weights.sheet] : []));
  }

  /** Pictures of the data. */
  get data(): LabelledPictures {
    return this.#data;
  }

  /** CRC-32 over pictures and labels, by which a checkpoint knows its data. */
  get checksum(): number {
    const { buffer, byteOffset, byteLength } = this.#data.labels;
    const labels = new Uint8Array(buffer, byteOffset, byteLength);
    this.#checksum ??= crc32(labels, crc32(this.#data.pictures));
    return this.#checksum;
  }

  /** How the training pictures lie in their frames, as `detectFit` sees it: what other pictures have to be brought to. */
  get fit(): Fit | undefined {
    return this.#data.channels === 3
      ? undefined
      : detectFit(this.#data, PICTURE_DEFAULTS.preprocessing.background);
  }

  /** Number of training pictures: all but those held out. */
  get trainingPictures(): number {
    return this.#data.count - this.options.validation;
  }

  /** Complete batches per epoch; the remaining pictures are skipped in that epoch. */
  get stepsPerEpoch(): number {
    return Math.floor(this.trainingPictures / this.options.batch);
  }

  /** Completed epochs. */
  get epoch(): number {
    return this.history.length;
  }

  /** Whether all epochs are complete. */
  get done(): boolean {
    return this.epoch >= this.options.epochs;
  }

  /** Steps of quantisation: one table per sheet, or one for all. */
  get tables(): Layout['tables'] {
    return this.#layout.tables;
  }

  /**
   * Shares the work among that many threads, this one included; what comes of it stays the same. Before the threads are there
   * it is done on this one.
   *
   * @throws what the platform throws where threads cannot be started
   */
  async useThreads(count: number): Promise<void> {
    await this.#runner.start(count);
  }

  /** Ends the threads. */
  close(): void {
    this.#runner.stop();
  }

  /**
   * Runs one epoch and returns its results. `onStep` receives the number of completed steps of the epoch.
   *
   * @throws WjpegError `TRAIN_DIVERGED` where the loss is no number any more
   */
  runEpoch(onStep: (done: number) => void = () => {}): EpochReport {
    const steps = this.epochSteps();
    for (let last = 0; ; ) {
      const { done, value } = steps.next();
      if (done) return value;
      // Held-out pictures come in parts, too, which are no steps.
      if (value > last) onStep(value);
      last = value;
    }
  }

  /**
   * The same step by step, so that something else may happen between them: gives how many are done, and again while held-out
   * pictures are classified.
   *
   * @throws WjpegError `TRAIN_DIVERGED` where the loss is no number any more
   */
  *epochSteps(): Generator<number, EpochReport> {
    const { batch, epochs } = this.options;
    const start = performance.now();
    const order = this.random.permutation(this.trainingPictures);
    let loss = 0;
    for (let i = 0; i < this.stepsPerEpoch; i++) {
      if (i % RATE_INTERVAL === 0) this.#reckonRate();
      loss += this.#step(
        order.subarray(i * batch, (i + 1) * batch),
        this.epoch * this.stepsPerEpoch + i,
        epochs * this.stepsPerEpoch,
      );
      yield i + 1;
    }
    const validation = yield* this.#validating();
    const report: EpochReport = {
      epoch: this.epoch + 1,
      loss: loss / (this.stepsPerEpoch * batch),
      validationError: validation?.error,
      validationLoss: validation?.loss,
      estimatedBytes: this.sheets.map((_, index) => this.rateModel(index).totalBits() / 8),
      nonzeros: this.sheets.map((sheet) => sheet.coefficients().reduce((n, c) => (c ? n + 1 : n), 0)),
      seconds: (performance.now() - start) / 1000,
    };
    this.history = [...this.history, report];
    return report;
  }

  /** The cost of a layer's coefficients at present. */
  rateModel(layer: number): RateModelOfLayer {
    return new RateModelOfLayer(this.sheets[layer].coefficients(), this.#orders[layer]);
  }

  /** Fraction of held-out pictures classified wrongly, and their mean cross-entropy; undefined if none are held out. */
  validate(): Validation | undefined {
    const steps = this.#validating();
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  *#validating(): Generator<number, Validation | undefined> {
    const { validation, batch } = this.options;
    if (validation === 0) return undefined;
    let correct = 0;
    let loss = 0;
    this.#prepare();
    for (let first = this.trainingPictures; first < this.#data.count; first += batch) {
      this.#evaluate(range(first, Math.min(first + batch, this.#data.count)));
      for (const { result } of this.#layout.shards) {
        loss += result.values[0];
        correct += result.values[1];
      }
      yield this.stepsPerEpoch;
    }
    return { error: 1 - correct / validation, loss: loss / validation };
  }

  /** Logits of pictures of the data, row-major; as the file will give them, if `finish` has been called. */
  logits(indices: ArrayLike<number>): Float32Array {
    const { batch, outputs } = this.options;
    const all = new Float32Array(indices.length * outputs);
    this.#prepare();
    for (let first = 0; first < indices.length; first += batch) {
      const part = Array.from(
        { length: Math.min(batch, indices.length - first) },
        (_, i) => indices[first + i],
      );
      this.#evaluate(part);
      const images = this.#layout.shards[0].labels.values.length;
      part.forEach((_, i) => {
        const { values } = this.#layout.shards[Math.floor(i / images)].logits;
        for (let o = 0; o < outputs; o++) all[(first + i) * outputs + o] = values[o * images + (i % images)];
      });
    }
    return all;
  }

  /** Fixes tables, biases and normalisations to the numbers that the file will hold; a run that goes on undoes the latter. */
  finish(): void {
    this.#freeze();
    fixVectors(this.graph, this.parameters);
  }

  /** What initial weights of the node that gives `value` vary, times their number of inputs. */
  #variance(value: string): number {
    const next = this.graph.nodes.find(({ inputs }) => inputs.includes(value));
    return VARIANCE[next?.operator === 'batch-norm' ? 'normalized' : 'plain'];
  }

  #evaluate(indices: ArrayLike<number>): void {
    this.#inputs.fill(indices, undefined, this.random);
    this.#runner.run('evaluate');
  }

  #prepare(): void {
    for (const { weights, bias, normalization } of this.parameters) {
      weights?.sheet.prepare(this.#kernels);
      bias?.prepare();
      normalization?.prepare();
    }
    for (const call of this.#layout.prepare) this.#kernels.run(call);
  }

  #step(indices: Uint32Array, step: number, steps: number): number {
    const { augment, augmentation, learningRate, lambda, ramp, freeze } = this.options;
    const progress = step / steps;
    if (progress >= freeze) this.#freeze();
    this.#inputs.fill(
      indices,
      augment > 0 ? { kind: augmentation, strength: augment } : undefined,
      this.random,
    );
    this.#prepare();
    this.#runner.run('train');
    const loss = this.#layout.shards.reduce((sum, { result }) => sum + result.values[0], 0);
    if (!Number.isFinite(loss)) {
      throw new WjpegError(
        'misuse',
        'TRAIN_DIVERGED',
        `the loss is no number any more in epoch ${this.epoch + 1}: choose a learning rate below ${learningRate}`,
      );
    }
    const rate = learningRate * oneCycle(progress);
    const price = lambda * this.#sizeFactor() * lambdaRamp(progress, ramp);
    this.#update(rate, price, step + 1);
    return loss;
  }

  #update(rate: number, price: number, step: number): void {
    for (const { logSteps } of this.#layout.tables) logSteps.gradient.fill(0);
    for (const { weights, bias, normalization } of this.parameters) {
      if (weights) {
        const [first, ...others] = weights.gradients;
        for (const other of others) {
          this.#kernels.run(['sum', first.values.length, first.address, other.address, first.address]);
        }
        weights.sheet.update(this.#kernels, first, rate, price, step);
      }
      bias?.update(rate, step);
      normalization?.update(rate, step);
    }
    for (const { logSteps, quantization } of this.#layout.tables) {
      if (!quantization) logSteps.update(rate, step);
    }
  }

  /** Fixes the steps as the file will hold them; training continues with exactly these. */
  #freeze(): void {
    for (const table of this.#layout.tables) {
      if (table.quantization) continue;
      const sheets = this.sheets.filter((sheet) => sheet.table === table);
      const users = sheets.map((sheet) => ({
        factor: Math.exp(sheet.logFactor.values[0]),
        latent: sheet.latent.values,
        maxWeight: sheet.maxWeight(this.#kernels),
      }));
      const { quantization, scales } = frozenTable(table.logSteps.values.map(Math.exp), users);
      table.quantization = quantization;
      sheets.forEach((sheet, i) => {
        sheet.scale = scales[i];
      });
    }
  }

  /** Lambda's factor for the target size in this epoch. */
  #sizeFactor(): number {
    const { targetBytes } = this.options;
    if (targetBytes === undefined) return 1;
    const estimates = this.history.map(({ estimatedBytes }) => sum(estimatedBytes));
    return sizeFactor(estimates, targetBytes, this.#besides(), this.options);
  }

  #besides(): Besides {
    const vectors = this.parameters.map(({ bias, normalization }) =>
      Math.max(bias?.adam.values.length ?? 0, 2 * (normalization?.mean.length ?? 0)),
    );
    return { layers: this.sheets.length, numbers: sum(vectors), isPicture: this.options.table === 'shared' };
  }

  #reckonRate(): void {
    if (this.options.rate === 'flat') return;
    this.sheets.forEach((sheet, i) => {
      this.rateModel(i).marginalWeights(sheet.rateWeight.values);
    });
  }
}

function checkData(data: LabelledPictures, { batch, validation, outputs }: TrainOptions): void {
  const left = data.count - validation;
  if (left < batch) {
    throw new WjpegError(
      'misuse',
      'TRAIN_TOO_FEW',
      `${data.count} pictures less ${validation} held out leave ${Math.max(0, left)}, expected at least a batch of ${batch}`,
    );
  }
  const wrong = data.labels.findIndex((label) => label >= outputs);
  if (wrong >= 0) {
    throw new WjpegError(
      'corrupt',
      'TRAIN_LABEL',
      `picture ${wrong} has label ${data.labels[wrong]}, expected 0 to ${outputs - 1}`,
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
