import { decodeJpegCoefficients, decodeJpegPixels } from '../../src/image/decode-jpeg.ts';
import { decodePng } from '../../src/image/decode-png.ts';
import type { PictureLimits } from '../../src/image/limits.ts';
import type { DecodedPicture } from '../../src/image/picture.ts';
import { pictureFormat } from '../../src/image/picture-format.ts';
import { inflateRows } from '../../src/png/inflate-rows.ts';

/**
 * Decodes a PNG or a JPEG, told apart by their first bytes, to grey samples and alpha.
 *
 * Throws a `WjpegError`: `unsupported` for other formats, `corrupt` for damaged or truncated files, `limit` where the
 * file declares more pixels than the limits allow (nothing is decoded then).
 */
export function decodePicture(bytes: Uint8Array, limits?: Partial<PictureLimits>): DecodedPicture {
  return pictureFormat(bytes) === 'png'
    ? decodePng(bytes, limits, false, inflateRows)
    : decodeJpegPixels(decodeJpegCoefficients(bytes, limits));
}
