import type { Activations } from './activations.ts';

/** Inputs between two calls of `onProgress`. */
const PROGRESS_INPUTS = 64;

/** Mean of each value, and the covariance (size × size, row-major) of `inputs`. `onProgress`: the part that is done. */
export function covariance(
  inputs: Activations,
  onProgress: (part: number) => void = () => {},
): { mean: Float64Array; matrix: Float64Array } {
  const { size } = inputs;
  const { meanA, products } = crossMoments(inputs, inputs, true, onProgress);
  // What is left of E[x²] − E[x]² for a value that never changes is rounding, of either sign.
  const varies = Array.from(
    meanA,
    (mean, k) => products[k * size + k] - mean * mean > 1e-10 * products[k * size + k],
  );
  for (let a = 0; a < size; a++) {
    for (let b = a; b < size; b++) {
      const entry = varies[a] && varies[b] ? products[a * size + b] - meanA[a] * meanA[b] : 0;
      products[a * size + b] = entry;
      products[b * size + a] = entry;
    }
  }
  return { mean: meanA, matrix: products };
}

/** Mean of each value. */
export function means({ values, count, size }: Activations): Float64Array {
  const sums = new Float64Array(size);
  for (let i = 0; i < count; i++) for (let k = 0; k < size; k++) sums[k] += values[i * size + k];
  return sums.map((sum) => sum / count);
}

/** E[(a − E a)(b − E b)ᵀ], a.size × b.size, of two views of the same inputs. */
export function crossCovariance(a: Activations, b: Activations): Float64Array {
  const { meanA, meanB, products } = crossMoments(a, b, false);
  return products.map((product, i) => product - meanA[Math.floor(i / b.size)] * meanB[i % b.size]);
}

/** Means and E[a·bᵀ]; only the upper triangle where a and b are the same. */
function crossMoments(
  a: Activations,
  b: Activations,
  symmetric: boolean,
  onProgress: (part: number) => void = () => {},
): { meanA: Float64Array; meanB: Float64Array; products: Float64Array } {
  const products = new Float64Array(a.size * b.size);
  const meanA = new Float64Array(a.size);
  const meanB = new Float64Array(b.size);
  // Pictures and what follows a ReLU have many zeros: only the others are multiplied.
  const index = new Uint32Array(b.size);
  const value = new Float64Array(b.size);
  for (let i = 0; i < a.count; i++) {
    if (i % PROGRESS_INPUTS === 0) onProgress(i / a.count);
    let nonzeros = 0;
    for (let k = 0; k < b.size; k++) {
      const entry = b.values[i * b.size + k];
      if (entry === 0) continue;
      meanB[k] += entry;
      index[nonzeros] = k;
      value[nonzeros] = entry;
      nonzeros++;
    }
    let first = 0;
    for (let k = 0; k < a.size; k++) {
      const entry = a.values[i * a.size + k];
      if (entry === 0) continue;
      meanA[k] += entry;
      const row = k * b.size;
      for (let j = symmetric ? first++ : 0; j < nonzeros; j++) products[row + index[j]] += entry * value[j];
    }
  }
  const scale = 1 / a.count;
  return {
    meanA: meanA.map((sum) => sum * scale),
    meanB: meanB.map((sum) => sum * scale),
    products: products.map((sum) => sum * scale),
  };
}
