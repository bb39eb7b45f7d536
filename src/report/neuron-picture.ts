import { WjpegError } from '../errors.ts';
import type { GreyPicture } from '../runtime/decode-samples.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import type { RowsNode } from '../weights/network.ts';
import { reconstructTile } from '../weights/reconstruct.ts';

/** Each weight becomes a square of this many samples, so that single weights can be seen. */
const ZOOM = 8;
/** Grey between the two halves, in samples. */
const GAP = 16;

/**
 * The weights of one neuron as a grey picture: the original (if given) left, the stored ones right. Both share one
 * scale, black for the least and white for the greatest original weight.
 */
export function drawNeuron(layer: RowsNode, neuron: number, original?: DenseLinear): GreyPicture {
  if (neuron >= layer.outFeatures) {
    throw new WjpegError(
      'misuse',
      'NO_SUCH_NEURON',
      `layer '${layer.name}' has no neuron ${neuron}, expected 0 to ${layer.outFeatures - 1}`,
    );
  }
  if (original && (original.inFeatures !== layer.inFeatures || original.outFeatures !== layer.outFeatures)) {
    throw new WjpegError(
      'misuse',
      'DENSE_MISMATCH',
      `the original layer '${layer.name}' is ${original.outFeatures}×${original.inFeatures}, ` +
        `expected ${layer.outFeatures}×${layer.inFeatures}`,
    );
  }
  const stored = reconstructTile(layer, neuron);
  const start = neuron * layer.inFeatures;
  const before = original?.weights.subarray(start, start + layer.inFeatures);
  const range = before ?? stored;
  let low = Infinity;
  let high = -Infinity;
  for (const weight of range) {
    low = Math.min(low, weight);
    high = Math.max(high, weight);
  }
  const toSample = (weight: number): number => Math.round(((weight - low) / (high - low || 1)) * 255);
  const { width, height } = layer.tile;
  const pictures = before ? [before, stored] : [stored];
  const total = pictures.length * width * ZOOM + (pictures.length - 1) * GAP;
  const samples = new Uint8Array(total * height * ZOOM).fill(128);
  pictures.forEach((weights, index) => {
    const left = index * (width * ZOOM + GAP);
    for (let y = 0; y < height * ZOOM; y++) {
      for (let x = 0; x < width * ZOOM; x++) {
        const weight = weights[Math.floor(y / ZOOM) * width + Math.floor(x / ZOOM)];
        samples[y * total + left + x] = Math.min(255, Math.max(0, toSample(weight)));
      }
    }
  });
  return { width: total, height: height * ZOOM, samples };
}
