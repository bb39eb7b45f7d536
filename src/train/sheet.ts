import type { Buffer32, BufferInt, TrainKernels } from '../../kernels/train/kernels.ts';
import type { Random } from '../random.ts';
import { ADAM, AdamVector, biasCorrection } from './adam.ts';
import { quantizedCoefficients } from './frozen-table.ts';
import type { TrainMemory } from './memory.ts';
import { type SheetShape, weightPlaces } from './sheet-shape.ts';

/** Steps of quantisation as they are learnt, for one sheet or for all. */
export interface LearntTable {
  /** Logarithms of the 64 steps; gradients are added up by the sheets. */
  readonly logSteps: AdamVector;
  /** The integers of the file, once they are fixed. */
  quantization: Uint16Array | undefined;
}

/**
 * The weights of one node in training. Their parameters are latent coefficients (float32): the network uses round(latent) ×
 * step, one learnt step per position (64) and sheet, and an inverse 8×8 DCT makes of these the sheet's samples, among which
 * the weights stand (`weightPlaces`).
 */
export class WeightSheet {
  readonly shape: SheetShape;
  /** Blocks of 64 in raster order, as are the next three. */
  readonly latent: Buffer32;
  readonly first: Buffer32;
  readonly second: Buffer32;
  /** The cost of a coefficient, see rate.ts: bits = weight · log2(1 + 2·|latent|). */
  readonly rateWeight: Buffer32;
  readonly table: LearntTable;
  /** The logarithm of the sheet's steps beside its table's; learnt where the table is shared. */
  readonly logFactor: AdamVector = new AdamVector(1);
  /** Of a fixed table: weight per sample step. */
  scale: number | undefined;
  /** The samples: (8·blocksDown) × (8·blocksAcross), row-major. */
  readonly samples: Buffer32;
  /** Where each weight stands in `samples`. */
  readonly places: Int32Array;
  readonly #isShared: boolean;
  readonly #weightOf: BufferInt;
  readonly #steps: Buffer32;
  readonly #stepGradient: Buffer32;
  readonly #values: Buffer32;
  readonly #gradient: Buffer32;
  readonly #firstStep: number;

  /** `firstStep`: the initial steps, which are also the unit of the latents' learning rate. */
  constructor(
    memory: TrainMemory,
    shape: SheetShape,
    table: LearntTable,
    isShared: boolean,
    firstStep: number,
  ) {
    this.shape = shape;
    this.table = table;
    this.#isShared = isShared;
    this.#firstStep = firstStep;
    const count = shape.blocksDown * shape.blocksAcross * 64;
    this.latent = memory.buffer(count);
    this.first = memory.buffer(count);
    this.second = memory.buffer(count);
    this.rateWeight = memory.buffer(count);
    this.rateWeight.values.fill(1);
    this.samples = memory.buffer(count);
    this.#values = memory.buffer(count);
    this.#gradient = memory.buffer(count);
    this.#steps = memory.buffer(64);
    this.#stepGradient = memory.buffer(64);
    this.places = weightPlaces(shape);
    const weightOf = new Int32Array(count).fill(-1);
    this.places.forEach((place, weight) => {
      weightOf[place] = weight;
    });
    this.#weightOf = memory.table(weightOf);
    if (isShared) this.logFactor.values[0] = Math.log(firstStep) - table.logSteps.values[0];
    else table.logSteps.values.fill(Math.log(firstStep));
  }

  /**
   * Random coefficients for which the weights have this variance. The DCT is orthonormal, so they may be drawn as coefficients:
   * uniform latents, of which so many round to ±1.
   */
  initialize(random: Random, variance: number): void {
    const steps = variance / this.#firstStep ** 2;
    const { values } = this.latent;
    // Up to a third of ±1; beyond, uniform latents have that variance after rounding but for 1/12.
    const bound = steps < 1 / 3 ? 0.5 / (1 - steps) : Math.sqrt(3 * (steps + 1 / 12));
    for (let i = 0; i < values.length; i++) values[i] = random.symmetric() * bound;
  }

  /** Starts from weights, in their own order. */
  initializeFrom(kernels: TrainKernels, weights: Float32Array): void {
    const { blocksDown, blocksAcross } = this.shape;
    this.samples.values.fill(0);
    weights.forEach((weight, i) => {
      this.samples.values[this.places[i]] = weight;
    });
    kernels.forwardMatrix(blocksDown, blocksAcross, this.samples, this.latent);
    const { values } = this.latent;
    for (let i = 0; i < values.length; i++) values[i] /= this.#firstStep;
  }

  /** Computes the samples from the latents. Call before the first pass after they change. */
  prepare(kernels: TrainKernels): void {
    const { latent, samples, shape } = this;
    this.#steps.values.set(this.steps());
    kernels.run([
      'dequantize',
      latent.values.length,
      latent.address,
      this.#steps.address,
      this.#values.address,
    ]);
    kernels.inverseMatrix(shape.blocksDown, shape.blocksAcross, this.#values, samples);
  }

  /** The 64 steps: learnt, or those of the fixed table. */
  steps(): Float64Array {
    const { quantization, logSteps } = this.table;
    const [logFactor] = this.logFactor.values;
    const { scale } = this;
    return quantization && scale !== undefined
      ? Float64Array.from(quantization, (entry) => entry * scale)
      : logSteps.values.map((log) => Math.exp(log + logFactor));
  }

  /**
   * One step of Adam. `weightGradient`: of the weights, in their own order; `step` counts from 1. The gradient of the steps is
   * added to the table's.
   */
  update(
    kernels: TrainKernels,
    weightGradient: Buffer32,
    learningRate: number,
    lambda: number,
    step: number,
  ): void {
    const { latent, samples, shape, table } = this;
    const count = latent.values.length;
    const stepGradient = this.#stepGradient;
    // The samples are not needed any more: their memory takes the gradient's.
    kernels.run(['gather', count, this.#weightOf.address, weightGradient.address, samples.address]);
    kernels.forwardMatrix(shape.blocksDown, shape.blocksAcross, samples, this.#gradient);
    const correction = biasCorrection(step);
    stepGradient.values.fill(0);
    kernels.run([
      'adamCoefficients',
      count,
      latent.address,
      this.first.address,
      this.second.address,
      this.#gradient.address,
      this.rateWeight.address,
      this.#steps.address,
      stepGradient.address,
      lambda,
      (learningRate / this.#firstStep) * correction.first,
      correction.second,
      ADAM.keepFirst,
      ADAM.keepSecond,
      ADAM.epsilon,
    ]);
    if (table.quantization) return;
    for (let k = 0; k < 64; k++) table.logSteps.gradient[k] += stepGradient.values[k];
    if (!this.#isShared) return;
    this.logFactor.gradient[0] = stepGradient.values.reduce((sum, value) => sum + value, 0);
    this.logFactor.update(learningRate, step);
  }

  /** Maximum magnitude of the current weights, including padding. */
  maxWeight(kernels: TrainKernels): number {
    this.prepare(kernels);
    return this.samples.values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  }

  /** The quantised coefficients, in the order of `latent`. */
  coefficients(): Int16Array {
    return quantizedCoefficients(this.latent.values);
  }
}
