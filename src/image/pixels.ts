import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import { luma601 } from './luma.ts';
import type { DecodedPicture } from './picture.ts';

/** The instances of a global class where its types are known: in Node nothing of a page is. */
type InstanceOf<Name extends string> =
  typeof globalThis extends Record<Name, { prototype: infer T }> ? T : never;

/**
 * Decoded pixels: an ImageData, or what decoders of other libraries give. `data`: height × width pixels, row-major, of
 * 4 (red, green, blue, opacity), 3, 2 (grey, opacity) or 1 samples 0…255.
 */
export interface PixelSource {
  readonly data: Uint8Array | Uint8ClampedArray | ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** What a browser draws: bitmaps, canvases, images and frames of videos. */
export type Drawable =
  | InstanceOf<'ImageBitmap'>
  | InstanceOf<'HTMLCanvasElement'>
  | InstanceOf<'OffscreenCanvas'>
  | InstanceOf<'HTMLImageElement'>
  | InstanceOf<'HTMLVideoElement'>
  | InstanceOf<'VideoFrame'>;

/** Type names of what is drawn, which are the same in every realm. */
const DRAWABLE: ReadonlySet<string> = new Set([
  'ImageBitmap',
  'HTMLCanvasElement',
  'OffscreenCanvas',
  'HTMLImageElement',
  'HTMLVideoElement',
  'VideoFrame',
]);

function typeOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

/** Whether an input has pixels, or is drawn as some. */
export function isPicture(input: unknown): input is PixelSource | Drawable {
  return DRAWABLE.has(typeOf(input)) || isPixels(input);
}

function isPixels(input: unknown): input is PixelSource {
  return (
    typeof input === 'object' && input !== null && 'data' in input && 'width' in input && 'height' in input
  );
}

/**
 * Grey samples and opacity of decoded or drawn pixels; with `colour`, red, green and blue as well. Images are waited for until they are decoded.
 *
 * @throws WjpegError `PICTURE_SIZE`, `PICTURE_TOO_LARGE`, `PICTURE_NOT_READY`, `PICTURE_TAINTED`, `PICTURE_NO_CANVAS`
 */
export async function pixelsOf(
  input: PixelSource | Drawable,
  limits: Partial<PictureLimits> | undefined,
  colour: boolean = false,
): Promise<DecodedPicture> {
  if (!isPixels(input)) {
    const { drawnPixels } = await import('./drawn-pixels.ts');
    return decodedPixels(await drawnPixels(input, limits), limits, colour);
  }
  return decodedPixels(input, limits, colour);
}

function decodedPixels(
  source: PixelSource,
  limits: Partial<PictureLimits> | undefined,
  colour: boolean,
): DecodedPicture {
  const { width, height } = source;
  const isSize = [width, height].every((side) => Number.isSafeInteger(side) && side > 0);
  if (!isSize) {
    throw misuse('PICTURE_SIZE', `pixels of ${width}×${height}, expected whole numbers from 1 up`);
  }
  checkPictureSize(width, height, limits);
  const pixels = width * height;
  const { data, scale } = samplesOf(source);
  const channels = data.length / pixels;
  if (![1, 2, 3, 4].includes(channels)) {
    throw misuse(
      'PICTURE_SIZE',
      `pixels of ${width}×${height} have ${data.length} samples, expected ${4 * pixels} (RGBA), ` +
        `${3 * pixels} (RGB), ${2 * pixels} (grey and opacity) or ${pixels} (grey)`,
    );
  }
  const isColour = channels > 2;
  const luma = new Float32Array(pixels);
  const rgb = colour && isColour ? new Float32Array(3 * pixels) : null;
  const alpha = channels % 2 === 0 ? new Float32Array(pixels) : null;
  let isOpaque = true;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    const grey = isColour ? luma601(data[at], data[at + 1], data[at + 2]) : data[at];
    luma[pixel] = grey * scale;
    if (rgb !== null) {
      for (let c = 0; c < 3; c++) rgb[c * pixels + pixel] = data[at + c] * scale;
    }
    if (alpha === null) continue;
    const opacity = (data[at + channels - 1] * scale) / 255;
    alpha[pixel] = opacity;
    if (opacity !== 1) isOpaque = false;
  }
  return { format: 'pixels', width, height, luma, ...(rgb && { rgb }), alpha: isOpaque ? null : alpha };
}

/** `scale`: what makes the samples 0…255. */
function samplesOf({ data, ...source }: PixelSource): { data: ArrayLike<number>; scale: number } {
  const type = typeOf(data);
  if (type === 'Uint8Array' || type === 'Uint8ClampedArray') return { data, scale: 1 };
  const isFloat16 = (source as { pixelFormat?: string }).pixelFormat === 'rgba-float16';
  if (type === 'Float16Array' || isFloat16) return { data, scale: 255 };
  const wrong = Array.isArray(data) ? data.findIndex((sample) => !(sample >= 0 && sample <= 255)) : -1;
  if (Array.isArray(data) && wrong < 0) return { data, scale: 1 };
  const found = Array.isArray(data) ? `hold ${String(data[wrong])} at ${wrong}` : `are ${type}`;
  throw misuse('PICTURE_SIZE', `pixels ${found}, expected a Uint8Array or an array of samples 0…255`);
}

function misuse(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('misuse', code, message);
}
