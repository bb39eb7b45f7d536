import type { DenseLinear } from '../weights/dense-network.ts';

/** Inputs that a network is calibrated with: what a layer sees, `count` vectors of `size` values. */
export interface Activations {
  readonly count: number;
  readonly size: number;
  readonly values: Float32Array;
}

/** y = W·x + b for many inputs; `weights` O × I, row-major. */
export function applyLinear(
  { values, count, size }: Activations,
  weights: ArrayLike<number>,
  bias: ArrayLike<number> | null,
): Activations {
  const outFeatures = weights.length / size;
  // Column-major weights, so that an input that is zero, as most are after a ReLU, skips a whole column.
  const columns = new Float64Array(weights.length);
  for (let row = 0; row < outFeatures; row++) {
    for (let k = 0; k < size; k++) columns[k * outFeatures + row] = weights[row * size + k];
  }
  const outputs = new Float32Array(count * outFeatures);
  const sums = new Float64Array(outFeatures);
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < outFeatures; row++) sums[row] = bias?.[row] ?? 0;
    for (let k = 0; k < size; k++) {
      const value = values[i * size + k];
      if (value === 0) continue;
      const start = k * outFeatures;
      for (let row = 0; row < outFeatures; row++) sums[row] += value * columns[start + row];
    }
    outputs.set(sums, i * outFeatures);
  }
  return { count, size: outFeatures, values: outputs };
}

export function applyRelu({ count, size, values }: Activations): Activations {
  return { count, size, values: values.map((value) => Math.max(0, value)) };
}

/** W·x + b of a layer as it was trained. */
export function applyLayer(inputs: Activations, layer: DenseLinear): Activations {
  return applyLinear(inputs, layer.weights, layer.bias);
}
