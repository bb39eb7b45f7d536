import { WjpegError } from '../../errors.ts';
import { toFloat32 } from '../../safetensors/tensor.ts';
import type { DenseLinear } from '../../weights/dense-network.ts';
import type { BatchNormTensors } from './modules.ts';

/** What a batch normalisation does when a network runs: y = scale·x + shift, one number per feature, float64. */
interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** @throws `MODEL_NOT_FINITE` for statistics that are not finite, or a variance below 0 */
export function affine(norm: BatchNormTensors): Affine {
  const mean = toFloat32(norm.mean);
  const variance = toFloat32(norm.variance);
  const gamma = norm.gamma && toFloat32(norm.gamma);
  const beta = norm.beta && toFloat32(norm.beta);
  const scale = Float64Array.from(
    variance,
    (value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + norm.epsilon),
  );
  const shift = scale.map((value, i) => (beta?.[i] ?? 0) - value * mean[i]);
  const bad = shift.findIndex((value, i) => !Number.isFinite(value) || !Number.isFinite(scale[i]));
  if (bad >= 0) {
    throw new WjpegError(
      'corrupt',
      'MODEL_NOT_FINITE',
      `batch normalisation '${norm.name}' has variance ${variance[bad]} at feature ${bad}, ` +
        'expected finite statistics and a variance of 0 or more',
    );
  }
  return { scale, shift };
}

/** The layer followed by the normalisation, as one layer: W′ = diag(scale)·W, b′ = scale·b + shift. */
export function foldAfter(layer: DenseLinear, norm: BatchNormTensors): DenseLinear {
  checkFeatures(norm, layer.outFeatures, `'${layer.name}' gives`);
  const { scale, shift } = affine(norm);
  return {
    ...layer,
    weights: layer.weights.map((weight, i) => weight * scale[Math.floor(i / layer.inFeatures)]),
    bias: Float32Array.from(shift, (value, row) => value + scale[row] * (layer.bias?.[row] ?? 0)),
  };
}

/** The normalisation followed by the layer, as one layer: W′ = W·diag(scale), b′ = b + W·shift. */
export function foldBefore(norm: BatchNormTensors, layer: DenseLinear): DenseLinear {
  checkFeatures(norm, layer.inFeatures, `'${layer.name}' takes`);
  const { scale, shift } = affine(norm);
  const { weights, inFeatures, outFeatures } = layer;
  const bias = Float32Array.from({ length: outFeatures }, (_, row) => {
    let sum = layer.bias?.[row] ?? 0;
    for (let k = 0; k < inFeatures; k++) sum += weights[row * inFeatures + k] * shift[k];
    return sum;
  });
  return { ...layer, weights: weights.map((weight, i) => weight * scale[i % inFeatures]), bias };
}

function checkFeatures(norm: BatchNormTensors, features: number, what: string): void {
  if (norm.features === features) return;
  throw new WjpegError(
    'unsupported',
    'MODEL_BAD_CHAIN',
    `batch normalisation '${norm.name}' has ${norm.features} features, but ${what} ${features}`,
  );
}
