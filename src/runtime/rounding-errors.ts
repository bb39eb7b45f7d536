import { DCT_BASIS } from '../jpeg/dct/basis.ts';
import { blockDct, runDct } from '../jpeg/dct/transforms.ts';
import type { DenseNode, LinearNode, MatrixNode, RowsNode } from '../weights/network.ts';

/**
 * First-order model of float32 rounding (N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed.,
 * §2.8 and §4.2): each operation adds an independent error of variance u²/3 times its squared result, u = 2⁻²⁴. Sums
 * that cancel therefore keep the errors of their large intermediate values.
 */
export const ROUNDING_VARIANCE = 2 ** -48 / 3;

/** Roundings of an 8×8 transform on the way to one value, each at most as large as the block's norm. */
const TRANSFORM_ROUNDINGS = 16;

/**
 * The wasm kernel multiplies columns that many rows use in fixed point: inputs are rounded to multiples of 2⁻²² of their
 * maximum (`multiplySingle`), an error of variance (2⁻²²)²/12 = 4·u²/3 times that maximum squared.
 */
const FIXED_POINT_ROUNDINGS = 4;

/** Smallest normal float32: backends may flush smaller values to zero. */
export const SMALLEST_NORMAL = 2 ** -126;

/** Rounding errors that one node adds to its outputs before ReLU. */
export interface NodeError {
  /** Variance per output (O values) of errors that are independent between outputs. */
  readonly variance: Float64Array;
  /** Standard deviation per output, with sign, of the error that all outputs share: that of Σx, times the offset. */
  readonly shared: Float64Array | null;
}

/** Errors of a node for one input (I values) whose exact sums before ReLU are `exact` (O values). */
export function nodeError(node: LinearNode, input: Float64Array, exact: Float64Array): NodeError {
  return node.kind === 'dense' ? denseError(node, input) : coefficientError(node, input, exact);
}

function denseError({ outFeatures, inFeatures, weights, bias }: DenseNode, input: Float64Array): NodeError {
  const variance = new Float64Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const sum = new RoundedSum();
    sum.add(bias?.[row] ?? 0);
    for (let k = 0; k < inFeatures; k++) sum.add(weights[row * inFeatures + k] * input[k]);
    variance[row] = sum.variance;
  }
  return { variance, shared: null };
}

function coefficientError(node: RowsNode | MatrixNode, input: Float64Array, exact: Float64Array): NodeError {
  const { outFeatures, scale, offset, bias } = node;
  const products = node.kind === 'rows' ? productErrors(node, input) : inverseErrors(node, input);
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
function productErrors(node: RowsNode | MatrixNode, input: Float64Array): Products {
  const { coefficients, quantization, kind } = node;
  const { rows, rowStart, column, value } = coefficients;
  const transformed =
    node.kind === 'rows' ? blockDct(input, 1, node.tile) : runDct(input, 1, node.inFeatures);
  const norms = squaredNorms(transformed, kind === 'rows' ? 64 : 8);
  // Fixed-point inputs are Q·X (rows), or the X of one horizontal frequency at a time (matrix).
  const max = new Float64Array(8);
  transformed.forEach((x, k) => {
    const input = kind === 'rows' ? x * quantization[k % 64] : x;
    for (let h = 0; h < 8; h++)
      if (kind === 'rows' || h === k % 8) max[h] = Math.max(max[h], Math.abs(input));
  });
  const total = new Float64Array(rows);
  const variance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const sum = new RoundedSum();
    // Batches add coefficients of +1 first, then those of −1, then all others (`sumEntries`).
    const bySign = [new RoundedSum(), new RoundedSum(), new RoundedSum()];
    let inputs = 0;
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
      const k = column[i];
      const step = quantization[kind === 'rows' ? k % 64 : 8 * (row % 8) + (k % 8)];
      const weight = value[i] * step;
      const term = weight * transformed[k];
      sum.add(term);
      bySign[value[i] === 1 ? 0 : value[i] === -1 ? 1 : 2].add(term);
      const fixed = (kind === 'rows' ? value[i] : weight) * max[k % 8];
      inputs +=
        TRANSFORM_ROUNDINGS * weight ** 2 * norms[Math.floor(k / (kind === 'rows' ? 64 : 8))] +
        FIXED_POINT_ROUNDINGS * fixed ** 2;
    }
    total[row] = sum.total;
    variance[row] = Math.max(sum.variance, varianceInTurn(bySign)) + ROUNDING_VARIANCE * inputs;
  }
  return { total, variance };
}

/** Those of a `matrix` node, after the inverse DCT on runs of 8 rows. */
function inverseErrors(node: MatrixNode, input: Float64Array): Products {
  const products = productErrors(node, input);
  const norms = squaredNorms(products.total, 8);
  const total = new Float64Array(node.outFeatures);
  const variance = new Float64Array(node.outFeatures);
  for (let row = 0; row < node.outFeatures; row++) {
    const run = Math.floor(row / 8);
    for (let v = 0; v < 8; v++) {
      const basis = DCT_BASIS[8 * v + (row % 8)];
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

/** Interleaved partial sums that backends keep: one, or one per vector lane and unrolled step. */
const ACCUMULATORS = [1, 2, 4, 8];

/**
 * A float32 sum of n terms t. Backends add in different orders, so its variance is the maximum over partial sums s of the
 * natural order and of interleaved ones, Σ s², plus the expected one of a random order, n·Σ t² at most.
 */
class RoundedSum {
  total = 0;
  #terms = 0;
  #squares = 0;
  readonly #sums = ACCUMULATORS.map((count) => new Float64Array(count));
  readonly #partial = new Float64Array(ACCUMULATORS.length);

  add(term: number): void {
    this.total += term;
    for (let i = 0; i < ACCUMULATORS.length; i++) {
      const lane = this.#terms % ACCUMULATORS[i];
      const sum = this.#sums[i][lane] + term;
      this.#sums[i][lane] = sum;
      this.#partial[i] += sum * sum;
    }
    this.#terms++;
    this.#squares += term * term;
  }

  get variance(): number {
    const flushed = this.#terms * SMALLEST_NORMAL;
    const partial = this.#partial.reduce((max, value) => Math.max(max, value), 0);
    return ROUNDING_VARIANCE * (partial + (this.#terms + 1) * this.#squares) + flushed ** 2;
  }

  /** Variance of the sum if it begins at `start`, not zero. */
  varianceFrom(start: number): number {
    return this.variance + ROUNDING_VARIANCE * this.#terms * Math.max(start ** 2, (start + this.total) ** 2);
  }
}

/** Variance of sums that are computed one after the other into one. */
function varianceInTurn(sums: readonly RoundedSum[]): number {
  let variance = 0;
  let start = 0;
  for (const sum of sums) {
    variance += sum.varianceFrom(start);
    start += sum.total;
  }
  return variance;
}
