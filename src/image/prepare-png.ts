import type { ImageInputSpec } from '../format/manifest.ts';
import { openPng, pngPixels } from './decode-png.ts';
import { noCoefficients } from './no-coefficients.ts';
import { isPhotograph } from './photograph.ts';
import { isPlainPng, photographOfPng } from './photograph-rows.ts';
import { pictureFormat } from './picture-format.ts';
import { preparePixels } from './prepare-pixels.ts';
import type { PreparedInput, PreparePictureOptions } from './prepared.ts';

/**
 * Makes a PNG ready for a model that takes pictures, see `preparePicture`. Says of anything else what it is.
 *
 * @throws WjpegError for what is no PNG or JPEG, is damaged or exceeds the limits, and where `via` is `coefficients`
 */
export function prepare(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions = {},
): PreparedInput {
  pictureFormat(bytes);
  if (options.via === 'coefficients') throw noCoefficients('the picture is a PNG');
  const png = openPng(bytes, options.limits);
  if (isPhotograph(spec, options) && isPlainPng(png)) return photographOfPng(png, spec, options);
  return preparePixels(pngPixels(png, spec.channels === 3), spec, options);
}
