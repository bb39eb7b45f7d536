import { type Buffer32, TrainKernels } from '../../kernels/train/kernels.ts';
import { WjpegError } from '../errors.ts';
import { type Fit, PICTURE_DEFAULTS } from '../format/manifest.ts';
import { detectFit } from '../image/detect-fit.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { type TileGeometry, tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { Random } from '../random.ts';
import { type DenseNetwork, linearLayers } from '../weights/dense-network.ts';
import { Batches } from './batches.ts';
import { TrainLayer } from './layer.ts';
import type { LayerShape } from './layer-shape.ts';
import { countCorrect, crossEntropy } from './loss.ts';
import { checkTrainOptions } from './option-rules.ts';
import { type TrainOptions, trainDefaults } from './options.ts';
import { RateModelOfLayer, rasterOrder, tileRowOrder } from './rate.ts';
import { lambdaRamp, oneCycle } from './schedule.ts';
import { sizeFactor } from './size-target.ts';

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

/** Trains a network of linear layers and ReLUs, the first of which takes pictures, in coefficients. */
export class Trainer {
  readonly options: TrainOptions;
  readonly layers: readonly TrainLayer[];
  readonly tile: TileGeometry;
  readonly random: Random;
  /** Results of the completed epochs. */
  history: readonly EpochReport[] = [];
  readonly #data: LabelledPictures;
  readonly #kernels: TrainKernels;
  readonly #batches: Batches;
  readonly #orders: readonly Uint32Array[];
  /** Output of each layer, B × O. */
  readonly #outputs: readonly Buffer32[];
  readonly #gradients: readonly Buffer32[];

  /**
   * @param options replace single defaults (`TRAIN_DEFAULTS`; outputs, held-out pictures and batch as the data have them)
   * @param start initial dense weights; random if absent
   * @throws WjpegError `TRAIN_…` for data and options that do not match, and without memory or SIMD
   */
  constructor(data: LabelledPictures, options: Partial<TrainOptions> = {}, start?: DenseNetwork) {
    checkTrainOptions(options);
    const complete = trainDefaults(data, options);
    checkOptions(data, complete);
    this.options = complete;
    this.#data = data;
    this.tile = tileGeometry(data.width, data.height, complete.offset, complete.offset);
    const shapes = layerShapes(this.tile, complete);
    const { batch } = complete;
    const activations = shapes.map(({ outFeatures }) => batch * outFeatures);
    const columns = shapes.map(({ tile, inFeatures }) =>
      tile ? tile.blocksPerRow * tile.blocksPerColumn * 64 : inFeatures,
    );
    const products = shapes.flatMap(({ outFeatures }, i): [number, number, number][] => [
      [batch, outFeatures, columns[i]],
      [outFeatures, columns[i], batch],
      [batch, columns[i], outFeatures],
    ]);
    const floats =
      sum(shapes.map((shape) => TrainLayer.floats(shape))) +
      2 * sum(activations) +
      Batches.floats(this.tile, batch) +
      Math.max(...products.map(([m, n, k]) => (m + n + 16) * Math.min(k, 256) + 64));
    this.#kernels = new TrainKernels(floats);
    this.#kernels.reserveScratch(products);
    this.#batches = new Batches(this.#kernels, data, this.tile, batch);
    this.layers = shapes.map(
      (shape) => new TrainLayer(this.#kernels, shape, complete.step[shape.tile ? 'rows' : 'matrix']),
    );
    this.#outputs = activations.map((length) => this.#kernels.buffer(length));
    this.#gradients = activations.map((length) => this.#kernels.buffer(length));
    this.#orders = this.layers.map(({ shape, blocksDown, blocksAcross }) =>
      shape.tile
        ? tileRowOrder(blocksDown, shape.tile.blocksPerColumn, shape.tile.blocksPerRow)
        : rasterOrder(blocksDown * blocksAcross),
    );
    this.random = new Random(complete.seed);
    // Close seeds start alike, so the first numbers are discarded.
    for (let i = 0; i < 16; i++) this.random.next();
    if (start) this.#startFrom(start);
    else for (const layer of this.layers) layer.initialize(this.random);
  }

  /** Number of pictures in the data. */
  get pictures(): number {
    return this.#data.count;
  }

  /** How the training pictures lie in their frames, as `detectFit` sees it: what other pictures have to be brought to. */
  get fit(): Fit | undefined {
    return detectFit(this.#data, PICTURE_DEFAULTS.preprocessing.background);
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

  /** Lambda's factor for the target size in this epoch. */
  get #sizeFactor(): number {
    const { targetBytes } = this.options;
    if (targetBytes === undefined) return 1;
    const estimates = this.history.map(({ estimatedBytes }) => sum(estimatedBytes));
    return sizeFactor(estimates, targetBytes, this.layers.length, this.options);
  }

  /** Runs one epoch and returns its results. `onStep` receives the number of completed steps of the epoch. */
  runEpoch(onStep: (done: number) => void = () => {}): EpochReport {
    const start = performance.now();
    const { batch, epochs } = this.options;
    const order = this.random.permutation(this.trainingPictures);
    let loss = 0;
    for (let i = 0; i < this.stepsPerEpoch; i++) {
      if (i % RATE_INTERVAL === 0) this.#reckonRate();
      loss += this.#step(
        order.subarray(i * batch, (i + 1) * batch),
        this.epoch * this.stepsPerEpoch + i,
        epochs * this.stepsPerEpoch,
      );
      onStep(i + 1);
    }
    const validation = this.validate();
    const report: EpochReport = {
      epoch: this.epoch + 1,
      loss: loss / (this.stepsPerEpoch * batch),
      validationError: validation?.error,
      validationLoss: validation?.loss,
      estimatedBytes: this.layers.map((_, index) => this.rateModel(index).totalBits() / 8),
      nonzeros: this.layers.map((layer) => layer.coefficients().reduce((n, c) => (c ? n + 1 : n), 0)),
      seconds: (performance.now() - start) / 1000,
    };
    this.history = [...this.history, report];
    return report;
  }

  /** The cost of a layer's coefficients at present. */
  rateModel(layer: number): RateModelOfLayer {
    return new RateModelOfLayer(this.layers[layer].coefficients(), this.#orders[layer]);
  }

  /** Fraction of held-out pictures classified wrongly, and their mean cross-entropy; undefined if none are held out. */
  validate(): { error: number; loss: number } | undefined {
    const { validation, batch, outputs } = this.options;
    if (validation === 0) return undefined;
    let correct = 0;
    let loss = 0;
    const gradient = this.#gradients[this.layers.length - 1].values;
    for (let first = this.trainingPictures; first < this.#data.count; first += batch) {
      const indices = range(first, Math.min(first + batch, this.#data.count));
      const labels = indices.map((index) => this.#data.labels[index]);
      const logits = this.logits(indices);
      correct += countCorrect(logits, labels, indices.length, outputs);
      loss += crossEntropy(logits, labels, indices.length, outputs, gradient);
    }
    return { error: 1 - correct / validation, loss: loss / validation };
  }

  /** Logits of at most one batch of pictures of the data; the array is reused by the next call. */
  logits(indices: readonly number[]): Float32Array {
    this.#batches.fill(indices, 0, this.random);
    for (const layer of this.layers) layer.prepare();
    return this.#forward(indices.length);
  }

  #step(indices: Uint32Array, step: number, steps: number): number {
    const { augment, learningRate, lambda, ramp, freeze, outputs } = this.options;
    const progress = step / steps;
    if (progress >= freeze) for (const layer of this.layers) if (!layer.frozen) layer.freeze();
    const batch = indices.length;
    this.#batches.fill(indices, augment, this.random);
    for (const layer of this.layers) layer.prepare();
    const last = this.layers.length - 1;
    const labels = Array.from(indices, (index) => this.#data.labels[index]);
    const loss = crossEntropy(this.#forward(batch), labels, batch, outputs, this.#gradients[last].values);
    for (let i = last; i >= 0; i--) {
      const input = i === 0 ? this.#batches.input : this.#outputs[i - 1];
      const inputGradient = i === 0 ? undefined : this.#gradients[i - 1];
      this.layers[i].backward(input, this.#gradients[i], inputGradient, batch);
      if (inputGradient) undoRelu(this.#outputs[i - 1].values, inputGradient.values);
    }
    const rate = learningRate * oneCycle(progress);
    const price = lambda * this.#sizeFactor * lambdaRamp(progress, ramp);
    for (const layer of this.layers) layer.update(rate, price, step + 1);
    return loss;
  }

  #forward(batch: number): Float32Array {
    let input = this.#batches.input;
    this.layers.forEach((layer, i) => {
      layer.forward(input, this.#outputs[i], batch);
      input = this.#outputs[i];
    });
    return input.values;
  }

  #reckonRate(): void {
    if (this.options.rate === 'flat') return;
    this.layers.forEach((layer, i) => {
      this.rateModel(i).marginalWeights(layer.rateWeight.values);
    });
  }

  #startFrom(network: DenseNetwork): void {
    const dense = linearLayers(network);
    const sizes = (layers: readonly { outFeatures: number }[]): string =>
      layers.map((layer) => layer.outFeatures).join('-');
    const shapes = this.layers.map((layer) => layer.shape);
    if (sizes(dense) !== sizes(shapes) || dense[0].inFeatures !== shapes[0].inFeatures) {
      throw new WjpegError(
        'misuse',
        'TRAIN_START',
        `the network to start from is ${dense[0].inFeatures}-${sizes(dense)}, expected ${shapes[0].inFeatures}-${sizes(shapes)}`,
      );
    }
    dense.forEach(({ weights, bias }, i) => {
      this.layers[i].initializeFrom(weights, bias);
    });
  }
}

function undoRelu(output: Float32Array, gradient: Float32Array): void {
  for (let i = 0; i < gradient.length; i++) if (output[i] === 0) gradient[i] = 0;
}

function layerShapes(tile: TileGeometry, { hidden, outputs, bias }: TrainOptions): LayerShape[] {
  const sizes = [tile.width * tile.height, ...hidden, outputs];
  return sizes.slice(1).map((outFeatures, i) => ({
    // Names appear in the file several times: every character counts.
    name: String(i + 1),
    inFeatures: sizes[i],
    outFeatures,
    tile: i === 0 ? tile : undefined,
    bias: bias === 'all' || (bias === 'output' && i === hidden.length),
    relu: i < hidden.length,
  }));
}

function checkOptions(data: LabelledPictures, { batch, validation, outputs }: TrainOptions): void {
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

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
