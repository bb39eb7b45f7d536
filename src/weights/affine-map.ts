/**
 * Maps between weights and JPEG samples: weight = scale·(sample − 128) + offset, sample in 0…255 before rounding.
 * The 128 is the level shift of T.81 A.3.1, so a symmetric map stores zero weights as zero coefficients.
 */

export type AffineMapKind = 'min-max' | 'symmetric';
/** Whether an affine map applies to a whole layer or each row has its own. */
export type AffineMapScope = 'layer' | 'row';

export interface WeightMap {
  readonly kind: AffineMapKind;
  /** One value (scope `layer`) or one per row. Positive. */
  readonly scale: Float32Array;
  /** As many values as `scale`; null for the symmetric map, where all are zero. */
  readonly offset: Float32Array | null;
}

/**
 * Fits an affine map to a weight matrix, row-major `rows` × `columns`. min-max: the minimum weight becomes sample 0, the
 * maximum 255. symmetric: zero becomes 128, the maximum magnitude at most 0.5 or 255.5. `store` rounds a number to the
 * type it will be stored as, so that the map used is the map stored.
 */
export function fitAffineMap(
  weights: Float32Array,
  rows: number,
  kind: AffineMapKind,
  scope: AffineMapScope,
  store: (value: number) => number,
): WeightMap {
  const count = scope === 'row' ? rows : 1;
  const length = weights.length / count;
  const scale = new Float32Array(count);
  const offset = kind === 'min-max' ? new Float32Array(count) : null;
  for (let i = 0; i < count; i++) {
    let low = Infinity;
    let high = -Infinity;
    for (let k = i * length; k < (i + 1) * length; k++) {
      const weight = weights[k];
      if (weight < low) low = weight;
      if (weight > high) high = weight;
    }
    if (offset) {
      const step = store((high - low) / 255);
      scale[i] = step > 0 ? step : 1;
      // If all weights are equal, the offset alone is the weight: sample 128, no coefficient, no rounding.
      offset[i] = store(step > 0 ? low + 128 * step : low);
      // If the offset is large and the range small, rounding the offset may move samples beyond 0…255.
      const reach = Math.max((offset[i] - low) / 128, (high - offset[i]) / 127);
      if (reach > scale[i] * 1.005) scale[i] = store(reach);
    } else {
      scale[i] = storedScale(Math.max(-low, high) / 127.5, store);
    }
  }
  return { kind, scale, offset };
}

/** Rows of equal weights have no range: any positive scale works, so 1. */
function storedScale(value: number, store: (value: number) => number): number {
  const stored = store(value);
  return stored > 0 ? stored : 1;
}
