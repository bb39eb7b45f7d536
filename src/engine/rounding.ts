import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import { runDctReference } from '../../kernels/run-dct/reference.ts';
import type { DenseStage, MatrixStage, RowsStage, Stage } from '../model/network.ts';

/**
 * First-order model of float32 rounding (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
 * §2.8 and §4.2): each operation adds an independent error of variance u²/3 times its squared result, u = 2⁻²⁴. Sums
 * that cancel therefore keep the errors of their large intermediate values.
 */
const ROUNDING_VARIANCE = 2 ** -48 / 3;

/** Roundings of an 8×8 transform on the way to one value, each at most as large as the block's norm. */
const TRANSFORM_ROUNDINGS = 16;

/** Smallest normal float32: backends may flush smaller values to zero. */
const SMALLEST_NORMAL = 2 ** -126;

/** Rounding errors that one stage adds to its outputs before ReLU. */
export interface StageError {
  /** Variance per output (O values) of errors that are independent between outputs. */
  readonly variance: Float64Array;
  /** Standard deviation per output, with sign, of the error that all outputs share: that of Σx, times the offset. */
  readonly shared: Float64Array | null;
}

/** Errors of a stage for one input (I values) whose exact sums before ReLU are `exact` (O values). */
export function stageError(stage: Stage, input: Float64Array, exact: Float64Array): StageError {
  return stage.kind === 'dense' ? denseError(stage, input) : coefficientError(stage, input, exact);
}

function denseError({ outFeatures, inFeatures, weights, bias }: DenseStage, input: Float64Array): StageError {
  const variance = new Float64Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const sum = new RoundedSum();
    sum.add(bias?.[row] ?? 0);
    for (let k = 0; k < inFeatures; k++) sum.add(weights[row * inFeatures + k] * input[k]);
    variance[row] = sum.variance;
  }
  return { variance, shared: null };
}

function coefficientError(
  stage: RowsStage | MatrixStage,
  input: Float64Array,
  exact: Float64Array,
): StageError {
  const { outFeatures, scale, offset, bias } = stage;
  const products = stage.kind === 'rows' ? productErrors(stage, input) : inverseErrors(stage, input);
  const inputSum = new RoundedSum();
  for (const value of input) inputSum.add(value);
  const variance = new Float64Array(outFeatures);
  const shared = offset && new Float64Array(outFeatures);
  const deviation = Math.sqrt(inputSum.variance);
  for (let row = 0; row < outFeatures; row++) {
    const factor = scale[scale.length === 1 ? 0 : row];
    const shift = offset ? offset[offset.length === 1 ? 0 : row] : 0;
    // The epilogue scale·S + offset·Σx + b: two roundings per product, one per sum.
    const { total } = inputSum;
    const roundings =
      2 * (factor * products.total[row]) ** 2 +
      2 * (shift * total) ** 2 +
      (bias?.[row] ?? 0) ** 2 +
      2 * exact[row] ** 2;
    variance[row] = factor ** 2 * products.variance[row] + ROUNDING_VARIANCE * roundings;
    if (shared) shared[row] = shift * deviation;
  }
  return { variance, shared };
}

interface Products {
  readonly total: Float64Array;
  readonly variance: Float64Array;
}

/** S = Σ C·Q·X of each row of coefficients; X itself has the error of its transform. */
function productErrors(stage: RowsStage | MatrixStage, input: Float64Array): Products {
  const { coefficients, quantization, kind } = stage;
  const { rows, rowStart, column, value } = coefficients;
  const transformed =
    stage.kind === 'rows'
      ? blockDctReference(input, 1, stage.tile)
      : runDctReference(input, 1, stage.inFeatures);
  const norms = squaredNorms(transformed, kind === 'rows' ? 64 : 8);
  const total = new Float64Array(rows);
  const variance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const sum = new RoundedSum();
    let transform = 0;
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
      const k = column[i];
      const weight = value[i] * quantization[kind === 'rows' ? k % 64 : 8 * (row % 8) + (k % 8)];
      sum.add(weight * transformed[k]);
      transform += weight ** 2 * norms[Math.floor(k / (kind === 'rows' ? 64 : 8))];
    }
    total[row] = sum.total;
    variance[row] = sum.variance + ROUNDING_VARIANCE * TRANSFORM_ROUNDINGS * transform;
  }
  return { total, variance };
}

/** Those of a `matrix` stage, after the inverse DCT on runs of 8 rows. */
function inverseErrors(stage: MatrixStage, input: Float64Array): Products {
  const products = productErrors(stage, input);
  const norms = squaredNorms(products.total, 8);
  const total = new Float64Array(stage.outFeatures);
  const variance = new Float64Array(stage.outFeatures);
  for (let row = 0; row < stage.outFeatures; row++) {
    const run = Math.floor(row / 8);
    for (let v = 0; v < 8; v++) {
      const basis = (v === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (row % 8) + 1) * v * Math.PI) / 16);
      total[row] += basis * products.total[run * 8 + v];
      variance[row] += basis ** 2 * products.variance[run * 8 + v];
    }
    variance[row] += ROUNDING_VARIANCE * TRANSFORM_ROUNDINGS * norms[run];
  }
  return { total, variance };
}

/** Σ v² of each run of `length` values. */
function squaredNorms(values: Float64Array, length: number): Float64Array {
  const norms = new Float64Array(Math.ceil(values.length / length));
  values.forEach((value, index) => {
    norms[Math.floor(index / length)] += value ** 2;
  });
  return norms;
}

/**
 * A float32 sum of n terms t. Backends add in different orders, so its variance takes both the partial sums s of
 * the natural order, Σ s², and the expected ones of a random order, n·Σ t² at most.
 */
class RoundedSum {
  total = 0;
  #terms = 0;
  #partial = 0;
  #squares = 0;

  add(term: number): void {
    this.total += term;
    this.#terms++;
    this.#partial += this.total ** 2;
    this.#squares += term ** 2;
  }

  get variance(): number {
    const flushed = this.#terms * SMALLEST_NORMAL;
    return ROUNDING_VARIANCE * (this.#partial + (this.#terms + 1) * this.#squares) + flushed ** 2;
  }
}
