import jpegJs from 'jpeg-js';
import { WjpegError } from '../errors.ts';
import {
  type CoefficientImage,
  decodeCoefficients,
  readFrameHeader,
  withoutArithmetic,
} from '../jpeg/index.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import { luma601 } from './luma.ts';
import type { DecodedPicture } from './picture.ts';

/** What the components of a JPEG mean. */
export type ColourModel = 'grey' | 'YCbCr' | 'RGB' | 'CMYK';

/**
 * jpeg-js counts 4 bytes per coefficient and its planes: enough for the default pixel limit in full-resolution colour.
 */
const JPEG_JS_MEGABYTES = 1024;

/** Pixels are what is capped, so the sample limit of the JPEG reader, which follows from them, is out of its way. */
const READ_OPTIONS = { limits: { maxSamples: Number.MAX_SAFE_INTEGER } };

/**
 * Decodes a JPEG to its coefficients within the pixel limit. All JPEGs pass through here, also those whose pixels are
 * wanted: what is truncated or broken is found with its place, before a second decoder takes memory for it.
 */
export function decodeJpegCoefficients(bytes: Uint8Array, limits?: Partial<PictureLimits>): CoefficientImage {
  const { width, height } = readFrameHeader(bytes, READ_OPTIONS);
  checkPictureSize(width, height, limits);
  return decodeCoefficients(bytes, READ_OPTIONS);
}

/**
 * The colour model, by the rules that libjpeg goes by: three components are YCbCr unless an Adobe segment says 0, or,
 * without one, the components are named R, G, B; four are CMYK or YCCK.
 */
export function jpegColourModel({ components, adobeTransform }: CoefficientImage): ColourModel {
  switch (components.length) {
    case 1:
      return 'grey';
    case 3: {
      const ids = String.fromCharCode(...components.map(({ id }) => id));
      const isRgb = adobeTransform === undefined ? ids === 'RGB' : adobeTransform === 0;
      return isRgb ? 'RGB' : 'YCbCr';
    }
    case 4:
      if (adobeTransform === undefined) {
        throw unsupported('four components without an Adobe segment that says what they are');
      }
      return 'CMYK';
    default:
      throw unsupported(`${components.length} components, wjpeg reads 1, 3 and 4`);
  }
}

/**
 * Decodes a JPEG to grey pixels by jpeg-js: rounded and clamped. `image` is what the same bytes hold in coefficients.
 */
export function decodeJpegPixels(bytes: Uint8Array, image: CoefficientImage): DecodedPicture {
  const model = jpegColourModel(image);
  let rgb: Uint8Array;
  try {
    rgb = jpegJs.decode(withoutArithmetic(bytes, READ_OPTIONS), {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: JPEG_JS_MEGABYTES,
      // jpeg-js takes RGB for YCbCr unless told, even where an Adobe segment says so.
      ...(model === 'RGB' && { colorTransform: false }),
    }).data;
  } catch (cause) {
    const { message } = cause as Error;
    throw message.includes('limit exceeded')
      ? new WjpegError(
          'limit',
          'PICTURE_TOO_LARGE',
          `JPEG of ${size(image)} is too large to decode: ${message}`,
          {
            cause,
          },
        )
      : new WjpegError('corrupt', 'PICTURE_JPEG', `JPEG of ${size(image)} is damaged: ${message}`, { cause });
  }
  const { width, height } = image;
  const luma = new Float32Array(width * height);
  for (let pixel = 0, at = 0; pixel < luma.length; pixel++, at += 3) {
    luma[pixel] = luma601(rgb[at], rgb[at + 1], rgb[at + 2]);
  }
  return { format: 'jpeg', width, height, luma, alpha: null };
}

function size({ width, height }: CoefficientImage): string {
  return `${width}×${height}`;
}

function unsupported(what: string): WjpegError {
  return new WjpegError('unsupported', 'PICTURE_JPEG', `JPEG has ${what}`);
}
