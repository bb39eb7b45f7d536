import '../core.ts';
import { WjpegError } from '../errors.ts';
import type { LenientImage } from '../jpeg/lenient/lenient-decoder.ts';
import type { TileGeometry } from '../model/network.ts';
import type { ImageInputSpec } from '../wjz/manifest.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from './decode-jpeg.ts';
import { decodePng } from './decode-png.ts';
import { compositeOverGround, estimateGroundOfSamples, type Ground, type GroundOption } from './ground.ts';
import { coefficientObstacle, jpegCoefficientInput } from './jpeg-coefficients.ts';
import type { PictureLimits } from './limits.ts';
import { normalizeSamples } from './normalization.ts';
import type { DecodedPicture } from './picture.ts';
import { type PictureFormat, pictureFormat } from './picture-format.ts';
import { resample } from './resample.ts';

export interface PreparePictureOptions {
  /** Whether the picture has a dark or a light ground; `auto` (the default) looks at its edge. */
  readonly ground?: GroundOption;
  /**
   * `coefficients` takes nothing but a JPEG whose coefficients serve as they are, `pixels` decodes every picture.
   * `auto` (the default) takes coefficients where it can; the report says which it was.
   */
  readonly via?: 'auto' | 'pixels' | 'coefficients';
  /** How the model's first layer places its input on blocks. Without it there are no coefficients to prepare. */
  readonly tile?: TileGeometry;
  readonly limits?: Partial<PictureLimits> | undefined;
}

/** A picture made ready for a model. */
export type PreparedInput = PreparedValues | PreparedCoefficients;

/** A picture as the values that a network takes. */
export interface PreparedValues {
  readonly kind: 'values';
  /** width × height of the model, row-major, normalised. */
  readonly values: Float32Array;
  readonly report: PictureReport;
}

/** A JPEG as the coefficients that a network takes: it has never been pixels. */
export interface PreparedCoefficients {
  readonly kind: 'coefficients';
  /** Block DCT of the normalised picture on the tile: blocks in raster order, 64 each in natural order. */
  readonly coefficients: Float32Array;
  readonly report: PictureReport;
}

/** What was found out about a picture and done to it. */
export interface PictureReport {
  /** `pixels`: it was not a file. */
  readonly format: PictureFormat | 'pixels';
  /** Size of the file's picture in pixels, upright. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  readonly ground: Ground;
  /** Whether `ground` was found by looking at the picture; false if the caller said it. */
  readonly groundDetected: boolean;
  /** Whether light and dark were exchanged to suit the model. */
  readonly inverted: boolean;
  readonly via: 'pixels' | 'coefficients';
  /** The Exif orientation by which the picture was turned upright, 1…8: 1 for one that was. */
  readonly orientation: number;
  /** What the decoder had to overlook; empty for a sound file. */
  readonly warnings: readonly string[];
}

/**
 * Makes a PNG or JPEG ready for a model that takes pictures: grey, the model's size (area average, aspect ratio kept,
 * padded with the ground's own level), the model's ground, normalised. A JPEG whose luma has the model's size enters as
 * coefficients if the model's `tile` is given: no IDCT, no pixels, no rounding.
 */
export function preparePicture(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions = {},
): PreparedInput {
  const { via = 'auto', tile, limits } = options;
  const format = pictureFormat(bytes);
  if (format === 'png') {
    if (via === 'coefficients') throw noCoefficients('the picture is a PNG');
    return preparePixels(decodePng(bytes, limits), spec, options);
  }
  const image = decodeJpegCoefficients(bytes, limits);
  if (via !== 'pixels') {
    const obstacle =
      tile === undefined ? 'the model takes no coefficients' : coefficientObstacle(image, spec);
    if (tile !== undefined && obstacle === undefined) return prepareCoefficients(image, spec, tile, options);
    if (via === 'coefficients') throw noCoefficients(obstacle ?? '');
  }
  return preparePixels(decodeJpegPixels(image), spec, options);
}

/** The same for a picture that is decoded already. */
export function preparePixels(
  picture: DecodedPicture,
  spec: ImageInputSpec,
  { ground = 'auto' }: PreparePictureOptions,
): PreparedValues {
  const { format, width, height, orientation = 1, warnings = [] } = picture;
  const samples = compositeOverGround(picture, ground);
  const estimate = estimateGroundOfSamples(samples, width, height);
  const seen = ground === 'auto' ? estimate.ground : ground;
  const inverted = seen !== spec.ground;
  const resized = resample({ width, height, samples }, spec.width, spec.height, estimate.level);
  return {
    kind: 'values',
    values: normalizeSamples(resized, spec, inverted),
    report: {
      format,
      sourceWidth: width,
      sourceHeight: height,
      ground: seen,
      groundDetected: ground === 'auto',
      inverted,
      via: 'pixels',
      orientation,
      warnings,
    },
  };
}

function prepareCoefficients(
  image: LenientImage,
  spec: ImageInputSpec,
  tile: TileGeometry,
  options: PreparePictureOptions,
): PreparedCoefficients {
  const { ground = 'auto' } = options;
  const input = jpegCoefficientInput(image, spec, tile, ground);
  return {
    kind: 'coefficients',
    coefficients: Float32Array.from(input.coefficients),
    report: {
      format: 'jpeg',
      // No others enter as coefficients.
      sourceWidth: spec.width,
      sourceHeight: spec.height,
      ground: input.ground,
      groundDetected: ground === 'auto',
      inverted: input.inverted,
      via: 'coefficients',
      orientation: image.orientation,
      warnings: image.warnings,
    },
  };
}

function noCoefficients(reason: string): WjpegError {
  return new WjpegError(
    'misuse',
    'PICTURE_NO_COEFFICIENTS',
    `picture cannot enter as coefficients: ${reason}`,
  );
}
