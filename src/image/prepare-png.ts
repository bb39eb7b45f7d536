import type { ImageInputSpec } from '../format/manifest.ts';
import { isNode } from '../platform.ts';
import { NEEDS_INFLATOR } from '../png/decode.ts';
import type { InflateRows } from '../png/inflate-rows.ts';
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
 * @param inflate as `readPng` takes it
 * @throws WjpegError for what is no PNG or JPEG, is damaged or exceeds the limits, and where `via` is `coefficients`
 * @throws NEEDS_INFLATOR
 */
export function prepare(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
  inflate?: InflateRows,
): PreparedInput {
  pictureFormat(bytes);
  if (options.via === 'coefficients') throw noCoefficients('the picture is a PNG');
  const png = openPng(bytes, options.limits, inflate);
  if (isPhotograph(png.header, spec, options) && isPlainPng(png)) return photographOfPng(png, spec, options);
  return preparePixels(pngPixels(png, spec.channels === 3), spec, options);
}

let inflateRows: InflateRows | undefined;

/**
 * The same, with the inflator loaded where a PNG needs it: in Node.js that are damaged and very large ones. fflate builds its
 * tables when it is loaded, which takes longer than a small picture.
 */
export async function prepareLoading(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): Promise<PreparedInput> {
  if (inflateRows === undefined && isNode()) {
    try {
      return prepare(bytes, spec, options);
    } catch (error) {
      if (error !== NEEDS_INFLATOR) throw error;
    }
  }
  inflateRows ??= (await import('./inflate-png.ts')).inflateRows;
  return prepare(bytes, spec, options, inflateRows);
}
