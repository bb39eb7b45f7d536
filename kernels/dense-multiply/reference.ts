/**
 * y = W·x for a batch, in float64; the plainest loops there are.
 *
 * `weights`: O × I, row-major. `inputs`: B × I. Returns B × O. Bias and ReLU: see `finishReference`.
 */
export function denseMultiplyReference(
  weights: ArrayLike<number>,
  inputs: ArrayLike<number>,
  batch: number,
  inFeatures: number,
  outFeatures: number,
): Float64Array {
  const outputs = new Float64Array(batch * outFeatures);
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < outFeatures; row++) {
      let sum = 0;
      for (let k = 0; k < inFeatures; k++) sum += weights[row * inFeatures + k] * inputs[b * inFeatures + k];
      outputs[b * outFeatures + row] = sum;
    }
  }
  return outputs;
}
