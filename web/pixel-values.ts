import type { ImageInputSpec } from '../src/format/manifest.ts';
import { preparePicture } from '../src/image/prepare-picture.ts';
import type { PreparedValues } from '../src/image/prepared.ts';

/** The values of a picture that its network takes as coefficients: only to show them. */
export function pixelValues(picture: Uint8Array, spec: ImageInputSpec): Float32Array {
  return (preparePicture(picture, spec, { via: 'pixels' }) as PreparedValues).values;
}
