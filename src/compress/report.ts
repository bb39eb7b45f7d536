import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import { coefficientNode } from '../weights/coefficient-node.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';
import type { CompressedLayer } from './compress-layer.ts';
import type { RestType } from './layer-options.ts';
import { relativeError } from './output-error.ts';

/** What became of one linear layer's weights (biases not counted). */
export interface LayerReport {
  readonly name: string;
  /** [O, I] of a linear layer, [O, I, KH, KW] of a convolution. */
  readonly shape: readonly number[];
  /** Bytes of the weights as float32. */
  readonly denseBytes: number;
  readonly storedAs: 'rows' | 'matrix' | 'taps' | RestType;
  /** Bytes of the JPEG, or of the tensor. */
  readonly bytes: number;
  /** Nonzero coefficients ÷ weights; 1 for a dense layer. */
  readonly density: number;
  /**
   * Peak signal-to-noise ratio of the weights in dB, the peak being the range (greatest − least) of the layer's
   * weights; infinite where they come back exactly, undefined where they are kept as they are.
   */
  readonly psnr: number | undefined;
  /** Error of the stored weights, √(Σ (ŵ − w)² ÷ Σ w²): 0 for exact ones, 1 is as much error as there are weights. */
  readonly relativeError: number;
}

/** A layer stored as a JPEG, read back as a reader will: its weights, O × I, and its figures. */
export function readBack(
  layer: DenseLinear,
  { weight, jpeg, map }: CompressedLayer,
): { readonly weights: Float64Array; readonly report: LayerReport } {
  const { name, inFeatures, outFeatures } = layer;
  const picture = { name, inFeatures, outFeatures, weight };
  const node = coefficientNode(picture, jpeg, map, null, false, ALL_CODINGS);
  const weights = reconstructWeights(node);
  const report = {
    ...shapeOf(layer),
    storedAs: weight.layout,
    bytes: jpeg.length,
    density: node.coefficients.value.length / layer.weights.length,
    psnr: peakSignalToNoise(layer.weights, weights),
    relativeError: relativeError(layer.weights, weights),
  };
  return { weights, report };
}

/** `stored`: the weights as the tensor's type rounds them. */
export function reportDense(layer: DenseLinear, type: RestType, stored: ArrayLike<number>): LayerReport {
  const bytes = layer.weights.length * (type === 'F16' ? 2 : 4);
  const error = relativeError(layer.weights, stored);
  return { ...shapeOf(layer), storedAs: type, bytes, density: 1, psnr: undefined, relativeError: error };
}

function shapeOf(layer: DenseLinear): Pick<LayerReport, 'name' | 'shape' | 'denseBytes'> {
  return {
    name: layer.name,
    shape: [layer.outFeatures, layer.inFeatures],
    denseBytes: layer.weights.byteLength,
  };
}

/** See `LayerReport.psnr`. */
export function peakSignalToNoise(original: Float32Array, stored: Float64Array): number {
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (let i = 0; i < original.length; i++) {
    const weight = original[i];
    if (weight < low) low = weight;
    if (weight > high) high = weight;
    squares += (weight - stored[i]) ** 2;
  }
  if (squares === 0) return Infinity;
  return 10 * Math.log10((high - low) ** 2 / (squares / original.length));
}
