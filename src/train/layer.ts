import {
  type Buffer32,
  type Operand,
  rowMajor,
  type TrainKernels,
  transposed,
} from '../../kernels/train/kernels.ts';
import type { Random } from '../random.ts';
import { ADAM, AdamVector, biasCorrection } from './adam.ts';
import { type FrozenTable, frozenTable, quantizedCoefficients } from './frozen-table.ts';
import { type LayerShape, placeWeights } from './layer-shape.ts';

/**
 * One linear layer in training. Its parameters are latent coefficients (float32); the forward pass uses
 * round(latent) × step, with one learnt step per position (64), in the basis of the layer's layout:
 * - `rows`: the coefficients of neuron o are row o of a matrix that is multiplied by the block DCT of the input
 *   picture;
 * - `matrix`: an inverse 8×8 DCT gives the weight matrix, padded to whole blocks.
 *
 * Letters: B pictures per batch, O out-features, I in-features, K columns of the effective matrix.
 */
export class TrainLayer {
  readonly shape: LayerShape;
  /** Blocks of 64: O × blocks of a tile for `rows`; blocks of the padded matrix in raster order for `matrix`. */
  readonly latent: Buffer32;
  readonly first: Buffer32;
  readonly second: Buffer32;
  /** The cost of a coefficient, see rate.ts: bits = weight · log2(1 + 2·|latent|). */
  readonly rateWeight: Buffer32;
  /** Logarithms of the 64 steps. */
  readonly logSteps: AdamVector = new AdamVector(64);
  /** O values. */
  readonly bias: AdamVector;
  frozen: FrozenTable | undefined;
  readonly blocksDown: number;
  readonly blocksAcross: number;
  readonly #kernels: TrainKernels;
  readonly #firstStep: number;
  readonly #steps: Buffer32;
  readonly #stepGradient: Buffer32;
  readonly #values: Buffer32;
  readonly #valueGradient: Buffer32;
  readonly #matrix: Buffer32;
  readonly #matrixGradient: Buffer32;

  /** `firstStep`: the initial steps, which are also the unit of the latents' learning rate. */
  constructor(kernels: TrainKernels, shape: LayerShape, firstStep: number) {
    const { outFeatures, inFeatures, tile } = shape;
    this.shape = shape;
    this.#kernels = kernels;
    this.#firstStep = firstStep;
    this.blocksDown = tile ? outFeatures : Math.ceil(outFeatures / 8);
    this.blocksAcross = tile ? tile.blocksPerRow * tile.blocksPerColumn : Math.ceil(inFeatures / 8);
    const count = this.blocksDown * this.blocksAcross * 64;
    this.latent = kernels.buffer(count);
    this.first = kernels.buffer(count);
    this.second = kernels.buffer(count);
    this.rateWeight = kernels.buffer(count);
    this.rateWeight.values.fill(1);
    this.#values = kernels.buffer(count);
    this.#valueGradient = kernels.buffer(count);
    this.#matrix = tile ? this.#values : kernels.buffer(count);
    this.#matrixGradient = tile ? this.#valueGradient : kernels.buffer(count);
    this.#steps = kernels.buffer(64);
    this.#stepGradient = kernels.buffer(64);
    this.bias = new AdamVector(outFeatures);
    this.logSteps.values.fill(Math.log(this.#firstStep));
  }

  /** Floats of memory that a layer of this shape needs. */
  static floats({ outFeatures, inFeatures, tile }: LayerShape): number {
    return tile
      ? outFeatures * tile.blocksPerRow * tile.blocksPerColumn * 64 * 6 + 1000
      : Math.ceil(outFeatures / 8) * Math.ceil(inFeatures / 8) * 64 * 8 + 1000;
  }

  /** Columns of the effective matrix: K. */
  get columns(): number {
    return this.shape.tile ? this.blocksAcross * 64 : this.blocksAcross * 8;
  }

  /** How many of the columns the products use: all of K for `rows`, I for `matrix`. */
  get usedColumns(): number {
    return this.shape.tile ? this.columns : this.shape.inFeatures;
  }

  /**
   * Uniform latents, a few of them above ½, so that the effective weights have variance 1/(3·I). The DCT is
   * orthonormal, so they may be drawn as coefficients.
   */
  initialize(random: Random): void {
    const nonzero = Math.min(0.5, 1 / (3 * this.shape.inFeatures * this.#firstStep ** 2));
    const bound = 0.5 / (1 - nonzero);
    const { values } = this.latent;
    for (let i = 0; i < values.length; i++) values[i] = random.symmetric() * bound;
  }

  /** Starts from weights, O × I row-major. */
  initializeFrom(weights: Float32Array, bias: Float32Array | null): void {
    const { outFeatures, tile } = this.shape;
    const { blocksDown, blocksAcross } = this;
    placeWeights(weights, this.shape, this.#matrix.values);
    if (tile) {
      const { blocksPerColumn, blocksPerRow } = tile;
      this.#kernels.transformPictures(outFeatures, blocksPerColumn, blocksPerRow, this.#matrix, this.latent);
    } else {
      this.#kernels.forwardMatrix(blocksDown, blocksAcross, this.#matrix, this.latent);
    }
    const { values } = this.latent;
    for (let i = 0; i < values.length; i++) values[i] /= this.#firstStep;
    if (bias && this.shape.bias) this.bias.values.set(bias);
  }

  /** Computes the effective matrix from the latents. Call before the first `forward` after they change. */
  prepare(): void {
    this.#steps.values.set(this.steps());
    this.#kernels.dequantize(this.latent, this.#steps, this.#values);
    if (!this.shape.tile) {
      this.#kernels.inverseMatrix(this.blocksDown, this.blocksAcross, this.#values, this.#matrix);
    }
  }

  /** The 64 steps: learnt, or those of the frozen table. */
  steps(): Float64Array {
    const { frozen } = this;
    return frozen
      ? Float64Array.from(frozen.quantization, (entry) => entry * frozen.scale)
      : this.logSteps.values.map(Math.exp);
  }

  /** output (B × O) = input (B × K or I) · Wᵀ + bias, ReLU applied. */
  forward(input: Buffer32, output: Buffer32, batch: number): void {
    const { outFeatures, bias, relu } = this.shape;
    const used = this.usedColumns;
    this.#kernels.multiply(
      batch,
      outFeatures,
      used,
      rowMajor(input, used),
      transposed(this.#weights()),
      output,
    );
    const { values } = output;
    if (bias) {
      for (let i = 0; i < batch * outFeatures; i++) values[i] += this.bias.values[i % outFeatures];
    }
    if (relu) for (let i = 0; i < batch * outFeatures; i++) if (!(values[i] > 0)) values[i] = 0;
  }

  /**
   * From the gradient of the output (B × O, ReLU already undone), computes those of the weights and, on request, of the
   * input.
   */
  backward(
    input: Buffer32,
    outputGradient: Buffer32,
    inputGradient: Buffer32 | undefined,
    batch: number,
  ): void {
    const { outFeatures } = this.shape;
    const used = this.usedColumns;
    const gradient = rowMajor(outputGradient, outFeatures);
    this.#kernels.multiply(
      outFeatures,
      used,
      batch,
      transposed(gradient),
      rowMajor(input, used),
      this.#matrixGradient,
      this.columns,
    );
    if (inputGradient) {
      this.#kernels.multiply(batch, used, outFeatures, gradient, this.#weights(), inputGradient);
    }
    if (this.shape.bias) {
      this.bias.gradient.fill(0);
      for (let i = 0; i < batch * outFeatures; i++) {
        this.bias.gradient[i % outFeatures] += outputGradient.values[i];
      }
    }
  }

  /** One step of Adam on everything. `step` counts from 1. */
  update(learningRate: number, lambda: number, step: number): void {
    if (!this.shape.tile) {
      this.#kernels.forwardMatrix(
        this.blocksDown,
        this.blocksAcross,
        this.#matrixGradient,
        this.#valueGradient,
      );
    }
    const correction = biasCorrection(step);
    this.#stepGradient.values.fill(0);
    this.#kernels.adamCoefficients({
      latent: this.latent,
      first: this.first,
      second: this.second,
      gradient: this.#valueGradient,
      weight: this.rateWeight,
      steps: this.#steps,
      stepGradient: this.#stepGradient,
      lambda,
      rate: (learningRate / this.#firstStep) * correction.first,
      correction: correction.second,
      ...ADAM,
    });
    if (!this.frozen) {
      this.logSteps.gradient.set(this.#stepGradient.values);
      this.logSteps.update(learningRate, step);
    }
    if (this.shape.bias) this.bias.update(learningRate, step);
  }

  /** Fixes the steps as the file will hold them; training continues with exactly these. */
  freeze(): void {
    this.frozen = frozenTable(this.logSteps.values.map(Math.exp), this.latent.values, this.#maxWeight());
  }

  /** Maximum magnitude of the current weights, including padding. */
  #maxWeight(): number {
    this.prepare();
    const { blocksDown, blocksAcross } = this;
    // The gradient's buffer is free between two steps.
    const samples = this.#valueGradient;
    this.#kernels.inverseMatrix(blocksDown, blocksAcross, this.#values, samples);
    return samples.values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  }

  /** The quantised coefficients, in the order of `latent`. */
  coefficients(): Int16Array {
    return quantizedCoefficients(this.latent.values);
  }

  #weights(): Operand {
    return rowMajor(this.#matrix, this.columns);
  }
}
