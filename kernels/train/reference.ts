/** The kernels of training in plain float64 loops: the oracle of the float32 SIMD ones. */

/** A matrix operand: element (r, c) is `values[r·row + c·column]`. */
export interface Operand {
  readonly values: ArrayLike<number>;
  readonly row: number;
  readonly column: number;
}

/** C = A·B: A is m × k, B is k × n; returns C, m × n row-major. */
export function multiplyReference(m: number, n: number, k: number, a: Operand, b: Operand): Float64Array {
  const c = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) {
        const left = a.values[row * a.row + i * a.column];
        sum += left * b.values[i * b.row + column * b.column];
      }
      c[row * n + column] = sum;
    }
  }
  return c;
}

export interface AdamState {
  latent: number;
  first: number;
  second: number;
}

export interface AdamNumbers {
  readonly lambda: number;
  readonly rate: number;
  readonly correction: number;
  readonly keepFirst: number;
  readonly keepSecond: number;
  readonly epsilon: number;
}

/** One coefficient's step of Adam, see assembly/coefficients.ts; `gradient` is that of the dequantised coefficient. */
export function adamReference(
  { latent, first, second }: AdamState,
  gradient: number,
  step: number,
  weight: number,
  { lambda, rate, correction, keepFirst, keepSecond, epsilon }: AdamNumbers,
): AdamState {
  const pull = (Math.sign(latent) * lambda * weight * 2) / Math.LN2 / (1 + 2 * Math.abs(latent));
  const g = gradient * step + pull;
  const m = keepFirst * first + (1 - keepFirst) * g;
  const v = keepSecond * second + (1 - keepSecond) * g * g;
  return { latent: latent - (rate * m) / (Math.sqrt(v) * correction + epsilon), first: m, second: v };
}

/** A convolution: output channels, products, images, extents of an output plane. */
export interface Convolution {
  readonly outputs: number;
  /** K: input channels × taps. */
  readonly products: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
}

/** Where a kernel finds what a convolution multiplies, in elements. */
export interface Planes {
  readonly values: ArrayLike<number>;
  /** Offset of each of the K products. */
  readonly table: readonly number[];
  readonly image: number;
  readonly row: number;
}

/** weights: O × K; returns outputs, O × images × height × width. */
export function convolveReference(
  { outputs, products, images, height, width }: Convolution,
  weights: ArrayLike<number>,
  { values, table, image, row }: Planes,
): Float64Array {
  const result = new Float64Array(outputs * images * height * width);
  let at = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < images; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let k = 0; k < products; k++) {
            sum += weights[o * products + k] * values[table[k] + i * image + y * row + x];
          }
          result[at++] = sum;
        }
      }
    }
  }
  return result;
}

/** The gradient of the weights, O × K, from that of the outputs, O × images × height × width. */
export function convolveWeightsReference(
  { outputs, products, images, height, width }: Convolution,
  gradient: ArrayLike<number>,
  { values, table, image, row }: Planes,
): Float64Array {
  const result = new Float64Array(outputs * products);
  let at = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < images; i++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, at++) {
          for (let k = 0; k < products; k++) {
            result[o * products + k] += gradient[at] * values[table[k] + i * image + y * row + x];
          }
        }
      }
    }
  }
  return result;
}
