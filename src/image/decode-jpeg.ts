import { WjpegError } from '../errors.ts';
import type { CoefficientImage } from '../jpeg/index.ts';
import { decodeLeniently, type LenientImage, type LenientOptions } from '../jpeg/lenient/lenient-decoder.ts';
import {
  type ColourModel,
  componentRows,
  componentSize,
  FULL_SIZE,
  type SampleScale,
  scaledSize,
  visitRgbRows,
} from '../jpeg/pixels/rgb-rows.ts';
import { visitSampleRows } from '../jpeg/pixels/sample-rows.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import { luma601 } from './luma.ts';
import { type Turn, turnedPlaces, turnedSize, turnOf } from './orientation.ts';
import type { DecodedPicture, Reduction } from './picture.ts';

/** Pixels are what is capped, so the sample limit of the JPEG reader, which follows from them, is out of its way. */
const READ_LIMITS = { maxSamples: Number.MAX_SAFE_INTEGER };

/**
 * Decodes a JPEG to its coefficients within the pixel limit, leniently: damage that libjpeg-turbo tolerates is in
 * `warnings`.
 *
 * @param scale as `LenientOptions` says
 * @throws WjpegError `limit` for too many pixels, `unsupported` and `corrupt` as `decodeLeniently`
 */
export function decodeJpegCoefficients(
  bytes: Uint8Array,
  limits?: Partial<PictureLimits>,
  scale?: LenientOptions['scale'],
): LenientImage {
  return decodeLeniently(bytes, {
    limits: READ_LIMITS,
    ...(scale && { scale }),
    checkFrame: ({ width, height }) => checkPictureSize(width, height, limits),
  });
}

/**
 * The colour model, by the rules that libjpeg goes by: three components are YCbCr after a JFIF segment; else as an Adobe
 * segment says; else RGB if they are named so. Four are CMYK or YCCK.
 *
 * @throws WjpegError `unsupported` where there is no telling
 */
export function jpegColourModel({
  components,
  adobeTransform,
  jfif = false,
}: CoefficientImage & { readonly jfif?: boolean }): ColourModel {
  switch (components.length) {
    case 1:
      return 'grey';
    case 3: {
      if (jfif) return 'YCbCr';
      const ids = String.fromCharCode(...components.map(({ id }) => id));
      const isRgb = adobeTransform === undefined ? ids === 'RGB' : adobeTransform === 0;
      return isRgb ? 'RGB' : 'YCbCr';
    }
    case 4:
      if (adobeTransform === undefined) {
        throw unsupported('four components without an Adobe segment that says what they are');
      }
      return adobeTransform === 0 ? 'CMYK' : 'YCCK';
    default:
      throw unsupported(`${components.length} components, wjpeg reads 1, 3 and 4`);
  }
}

/**
 * The upright grey pixels of a JPEG: rounded and clamped as libjpeg-turbo gives them. The luma of a YCbCr picture is its
 * Y (`djpeg -grayscale`), chroma is not transformed at all; that of RGB and CMYK pictures is of BT.601. With `colour`, red,
 * green and blue as well, as djpeg gives them.
 */
export function decodeJpegPixels(
  image: LenientImage,
  colour: boolean = false,
  scale: SampleScale = FULL_SIZE,
): DecodedPicture {
  const { eighths } = scale;
  const model = jpegColourModel(image);
  const turn = turnOf(image.orientation);
  const size = scaledSize(image, eighths);
  const { origin, stepX, stepY } = turnedPlaces(size, turn);
  const luma = new Float32Array(size.width * size.height);
  const put = (row: ArrayLike<number>, y: number): void => {
    for (let x = 0, at = origin + y * stepY; x < size.width; x++, at += stepX) luma[at] = row[x];
  };
  const hasLuma = model === 'grey' || model === 'YCbCr';
  const planes = colour && model !== 'grey' ? new Float32Array(3 * luma.length) : null;
  if (hasLuma && planes === null) visitLumaRows(image, scale, put);
  else {
    const row = new Float32Array(size.width);
    const visit = (rgb: Uint8Array, y: number, first: Uint8Array): void => {
      for (let x = 0, at = 0; !hasLuma && x < row.length; x++, at += 3) {
        row[x] = luma601(rgb[at], rgb[at + 1], rgb[at + 2]);
      }
      put(hasLuma ? first : row, y);
      if (planes === null) return;
      for (let i = 0, at = origin + y * stepY; i < rgb.length; i += 3, at += stepX) {
        for (let channel = 0; channel < 3; channel++) planes[channel * luma.length + at] = rgb[i + channel];
      }
    };
    visitRgbRows(image, model, visit, scale);
  }
  const { orientation, warnings } = image;
  const samples = { luma, ...(planes && { rgb: planes }), alpha: null };
  const reduced = eighths < 8 && { reduction: reductionOf(image, turn, eighths) };
  return { format: 'jpeg', ...turnedSize(size, turn), ...samples, ...reduced, orientation, warnings };
}

/** How a picture became smaller at a scale below 8/8. */
export function reductionOf(image: LenientImage, turn: Turn, eighths: number): Reduction {
  const whole = turnedSize(image, turn);
  const samples = turnedSize(scaledSize(image, eighths), turn);
  const [width, height] = [(whole.width * eighths) / 8, (whole.height * eighths) / 8];
  const left = turn.mirrorX ? samples.width - width : 0;
  const top = turn.mirrorY ? samples.height - height : 0;
  return { ...whole, eighths, window: { left, top, width, height } };
}

/** Calls `visit` with each row of the first component at the size of the picture, overwritten after the call. */
export function visitLumaRows(
  image: LenientImage,
  scale: SampleScale,
  visit: (row: Uint8Array, y: number) => void,
): void {
  const size = componentSize(image, 0, scale);
  if (size.horizontal === 1 && size.vertical === 1 && !image.samples) {
    visitSampleRows(image.components[0], size, visit);
    return;
  }
  const upsample = componentRows(image, 0, scale);
  const { width, height } = scaledSize(image, scale.eighths);
  const row = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    upsample(y, row);
    visit(row, y);
  }
}

function unsupported(what: string): WjpegError {
  return new WjpegError('unsupported', 'PICTURE_JPEG', `JPEG has ${what}`);
}
