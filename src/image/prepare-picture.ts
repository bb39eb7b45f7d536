import type { ImageInputSpec } from '../format/manifest.ts';
import { inflateRows } from '../png/inflate-rows.ts';
import { pictureFormat } from './picture-format.ts';
import { prepare as prepareJpeg } from './prepare-jpeg.ts';
import { prepare as preparePng } from './prepare-png.ts';
import type { PreparedInput, PreparePictureOptions } from './prepared.ts';

/**
 * Makes a PNG or JPEG ready for a model that takes pictures: its channels, the model's size (area average, by the `fit` of the
 * options or the model), the model's background, normalised.
 *
 * @throws WjpegError for what is no PNG or JPEG, is damaged or exceeds the limits, and where `via` is `coefficients` but
 *   the picture cannot enter that way
 */
export function preparePicture(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions = {},
): PreparedInput {
  return pictureFormat(bytes) === 'png'
    ? preparePng(bytes, spec, options, inflateRows)
    : prepareJpeg(bytes, spec, options);
}
