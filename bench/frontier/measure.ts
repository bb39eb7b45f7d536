import type { WjzFile } from '../../src/format/read.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { type Tensor, toFloat32 } from '../../src/safetensors/tensor.ts';
import type { Candidate } from './candidates.ts';
import { kernelsOf, netOfFile } from './nets.ts';
import type { FrontierPoint } from './point.ts';

/** Stores a net as a candidate says, reads it back and lets the engine label the first `images` test pictures. */
export async function measureCandidate(
  { method, setting, store }: Candidate,
  test: LabelledPictures,
  images: number,
): Promise<FrontierPoint> {
  const { bytes, file } = store();
  const session = await InferenceSession.fromFile(file, { path: 'coefficient', backends: ['wasm'] });
  try {
    const { correct } = await evaluate(session, test, images);
    return {
      net: netOfFile(file),
      method,
      setting,
      bytes,
      error: (images - correct) / images,
      nonzeros: nonzeros(file),
      weights: weights(file),
      published: false,
    };
  } finally {
    session.dispose();
  }
}

/** Of weights or, where those are stored, of coefficients. */
function nonzeros({ jpegs, tensors, manifest: { layers } }: WjzFile): number {
  const images = [...jpegs.values()].map((jpeg) => decodeCoefficients(jpeg).components[0].coefficients);
  const dense = layers.flatMap((layer) =>
    layer.type === 'linear' && 'tensor' in layer.weight
      ? [toFloat32(tensors.get(layer.weight.tensor) as Tensor)]
      : [],
  );
  const count = (values: ArrayLike<number>): number =>
    Array.from(values).filter((value) => value !== 0).length;
  return [...images, ...dense].reduce((sum, values) => sum + count(values), 0);
}

function weights({ manifest: { layers } }: WjzFile): number {
  return layers.reduce((sum, layer) => {
    if (layer.type === 'linear') return sum + layer.inFeatures * layer.outFeatures;
    return layer.type === 'node' && layer.operator === 'conv2d'
      ? sum + kernelsOf(layer).reduce((product, extent) => product * extent, 1)
      : sum;
  }, 0);
}
