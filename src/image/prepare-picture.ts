import { WjpegError } from '../errors.ts';
import type { Fit, ImageInputSpec } from '../format/manifest.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Orientation } from '../jpeg/lenient/exif-orientation.ts';
import type { LenientImage } from '../jpeg/lenient/lenient-decoder.ts';
import {
  type Background,
  type BackgroundOption,
  compositeOverBackground,
  edgeOf,
  estimateBackground,
  estimateBackgroundOfSamples,
} from './background.ts';
import { centerByMass } from './center-of-mass.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from './decode-jpeg.ts';
import { decodePng } from './decode-png.ts';
import { decodeEighths } from './decode-size.ts';
import { findInk } from './find-ink.ts';
import { coefficientObstacle, jpegCoefficientInput } from './jpeg-coefficients.ts';
import type { PictureLimits } from './limits.ts';
import { normalizeSamples } from './normalization.ts';
import { turnedSize, turnOf } from './orientation.ts';
import { type PatchSize, patchInput, patchSampling, type Sampling } from './patch-coefficients.ts';
import type { DecodedPicture } from './picture.ts';
import { type PictureFormat, pictureFormat } from './picture-format.ts';
import { isPlaced } from './placed.ts';
import { profileOf } from './profile.ts';
import { containingWindow, type GreySamples, resample, type SourceWindow } from './resample.ts';

export interface PreparePictureOptions {
  /** Whether the picture has a dark or a light background; `auto` (the default) looks at its edge. */
  readonly background?: BackgroundOption;
  /**
   * `coefficients` takes nothing but a JPEG whose coefficients serve as they are, `pixels` decodes every picture.
   * `auto` (the default) takes coefficients where it can; the report says which it was.
   */
  readonly via?: 'auto' | 'pixels' | 'coefficients';
  /** How the model's first layer places its input on blocks, or else the patches that it takes. Without either there are no coefficients to prepare. */
  readonly tile?: TileGeometry;
  readonly patch?: PatchSize;
  readonly limits?: Partial<PictureLimits> | undefined;
  /** How the picture is brought to the model's size; the model's own `fit` if absent. */
  readonly fit?: Fit | undefined;
}

/** A picture made ready for a model. */
export type PreparedInput = PreparedValues | PreparedCoefficients;

/** A picture as the values that a network takes. */
export interface PreparedValues {
  readonly kind: 'values';
  /** channels × height × width of the model, row-major, normalised. */
  readonly values: Float32Array;
  readonly report: PictureReport;
}

/** A JPEG as the coefficients that a network takes: it has never been pixels. */
export interface PreparedCoefficients {
  readonly kind: 'coefficients';
  /**
   * Block DCT of the normalised picture on the tile: blocks in raster order, 64 each in natural order. For networks that take
   * patches: dequantised coefficients, channels × patches down × patches across.
   */
  readonly coefficients: Float32Array;
  /** For networks that take patches: which components the coefficients are of, and how chroma is sampled. */
  readonly sampling?: Sampling;
  readonly report: PictureReport;
}

/** What was found out about a picture and done to it. */
export interface PictureReport {
  /** `pixels`: it was not a file. */
  readonly format: PictureFormat | 'pixels';
  /** Size of the file's picture in pixels, upright. */
  readonly sourceWidth: number;
  readonly sourceHeight: number;
  /** The share of that size at which it was decoded: k/8 for JPEGs that are much larger than the network's input, 1 for all others. */
  readonly scale: number;
  readonly background: Background;
  /** Whether `background` was found by looking at the picture; false if the caller said it. */
  readonly backgroundDetected: boolean;
  /** Whether light and dark were exchanged to suit the model. */
  readonly inverted: boolean;
  readonly via: 'pixels' | 'coefficients';
  /** The Exif orientation by which the picture was turned upright, 1…8: 1 for one that was. */
  readonly orientation: number;
  /** How the picture was brought to the model's size. */
  readonly fit: Fit;
  /** Whether nothing is in it: nothing stands out from its background and noise. */
  readonly blank: boolean;
  /** What the decoder had to overlook; empty for a sound file. */
  readonly warnings: readonly string[];
}

/** Samples of a photograph that are within so many levels of one another show nothing. */
const UNIFORM = 2;

/**
 * Makes a PNG or JPEG ready for a model that takes pictures: its channels, the model's size (area average, by the `fit` of the
 * options or the model; JPEGs that are much larger are decoded at k/8 of their size first), the model's background, normalised. A JPEG whose luma has the model's size enters as
 * coefficients if the model's `tile` or `patch` is given: no IDCT, no pixels, no rounding. With `center-of-mass` it does so only if it
 * is centred already (`isPlaced`), and is taken as pixels otherwise; `report.via` says which.
 *
 * @throws WjpegError for what is no PNG or JPEG, is damaged or exceeds the limits, and where `via` is `coefficients` but
 *   the picture cannot enter that way
 */
export function preparePicture(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions = {},
): PreparedInput {
  const { via = 'auto', limits } = options;
  const format = pictureFormat(bytes);
  if (format === 'png') {
    if (via === 'coefficients') throw noCoefficients('the picture is a PNG');
    return preparePixels(decodePng(bytes, limits, spec.channels === 3), spec, options);
  }
  const fit = fitOf(spec, options);
  const eighthsFor = (picture: ReturnType<typeof turnedSize>, orientation: Orientation): number =>
    decodeEighths(turnedSize(picture, turnOf(orientation)), spec, fit);
  let image = decodeJpegCoefficients(bytes, limits, ({ frame, orientation }) =>
    eighthsFor(frame, orientation),
  );
  if (via !== 'pixels') {
    const entered = enterCoefficients(image, spec, options);
    if (typeof entered !== 'string') return entered;
    if (via === 'coefficients') throw noCoefficients(entered);
  }
  const eighths = eighthsFor(image, image.orientation);
  // How it is turned may have been said after its scan began.
  if (image.eighths !== eighths) image = decodeJpegCoefficients(bytes, limits);
  return preparePixels(decodeJpegPixels(image, spec.channels === 3, eighths), spec, options);
}

function fitOf(spec: ImageInputSpec, { fit }: PreparePictureOptions): Fit {
  return fit ?? spec.preprocessing.fit ?? 'contain';
}

/**
 * The same for a picture that is decoded already. A network of three channels takes red, green and blue, and grey
 * pictures in each of them. Colours are inverted only if the caller says that the background is not the network's: a
 * photograph has none that could be seen. `center-of-mass` moves the strokes, which are grey.
 */
export function preparePixels(
  picture: DecodedPicture,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedValues {
  const { background = 'auto' } = options;
  const { format, width, height, orientation = 1, warnings = [] } = picture;
  const { reduction } = picture;
  const window = reduction?.window ?? { left: 0, top: 0, width, height };
  const fit = fitOf(spec, options);
  const source = { width, height, samples: compositeOverBackground(picture, background) };
  const estimate = estimateBackgroundOfSamples(source);
  const seen = background === 'auto' ? estimate.background : background;
  const isColour = spec.channels === 3;
  const isMoved = fit === 'center-of-mass';
  // Photographs are not searched for strokes: it takes most of the time.
  const ink = isColour && !isMoved ? undefined : findInk(source, seen, estimate.level);
  const toBeMoved = isMoved && ink !== undefined && !isPlacedPicture(source, spec, seen);
  const inverted = (!isColour || background !== 'auto') && seen !== spec.preprocessing.background;
  const planes = picture.rgb && compositeOverBackground(picture, background, picture.rgb);
  const values = toBeMoved
    ? normalizeSamples(
        centerByMass(ink, spec.width, spec.height),
        spec,
        spec.preprocessing.background === 'light',
      )
    : isColour && planes
      ? normalizeSamples(
          scaledPlanes({ width, height, samples: planes }, window, spec, fit),
          spec,
          inverted,
          3,
        )
      : normalizeSamples(scaled(source, window, spec, fit, estimate.level), spec, inverted);
  return {
    kind: 'values',
    values,
    report: {
      format,
      sourceWidth: reduction?.width ?? width,
      sourceHeight: reduction?.height ?? height,
      scale: (reduction?.eighths ?? 8) / 8,
      background: seen,
      backgroundDetected: background === 'auto',
      inverted,
      via: 'pixels',
      orientation,
      fit,
      blank: isColour ? isUniform(source.samples) : ink === undefined,
      warnings,
    },
  };
}

/** Whether a photograph shows nothing at all: it has no strokes that would have to stand out. */
function isUniform(samples: ArrayLike<number>): boolean {
  const first = samples[0];
  return Array.prototype.every.call(samples, (sample: number) => Math.abs(sample - first) <= UNIFORM);
}

/** Three planes, each filled up with the level of its own edge. */
function scaledPlanes(
  { width, height, samples }: GreySamples,
  window: SourceWindow,
  spec: ImageInputSpec,
  fit: Fit,
): Float32Array {
  const area = spec.width * spec.height;
  const planes = new Float32Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    const start = channel * width * height;
    const plane = { width, height, samples: samples.subarray(start, start + width * height) };
    const { level } = estimateBackground(edgeOf(plane), plane.samples);
    planes.set(scaled(plane, window, spec, fit, level), channel * area);
  }
  return planes;
}

function scaled(
  picture: GreySamples,
  window: SourceWindow,
  { width, height }: ImageInputSpec,
  fit: Fit,
  level: number,
): Float32Array {
  const view = fit === 'stretch' ? window : containingWindow(window, width, height);
  return resample(picture, view, width, height, level);
}

function isPlacedPicture(picture: GreySamples, spec: ImageInputSpec, background: Background): boolean {
  const { width, height } = picture;
  if (width !== spec.width || height !== spec.height) return false;
  return isPlaced(profileOf(picture), background);
}

/** A JPEG's coefficients as the model's input, or why they cannot be. */
function enterCoefficients(
  image: LenientImage,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedCoefficients | string {
  const { tile, patch, background = 'auto' } = options;
  const fit = fitOf(spec, options);
  if (tile === undefined && patch === undefined) return 'the model takes no coefficients';
  if (tile && spec.channels !== 1) return 'the model takes colours';
  const obstacle = coefficientObstacle(image, spec);
  if (obstacle !== undefined) return obstacle;
  const sampling = patch && patchSampling(image, spec);
  if (patch && sampling === undefined) return 'its chroma is sampled in an unusual way';
  const input =
    patch && sampling
      ? patchInput(image, sampling, spec, patch, background)
      : jpegCoefficientInput(image, spec, tile as TileGeometry, background);
  if (fit === 'center-of-mass' && !input.blank && !isPlaced(input.profile, input.background)) {
    return 'it has to be cropped and centred (fit center-of-mass)';
  }
  return {
    kind: 'coefficients',
    coefficients: new Float32Array(input.coefficients),
    ...(sampling && { sampling }),
    report: {
      format: 'jpeg',
      // No others enter as coefficients.
      sourceWidth: spec.width,
      sourceHeight: spec.height,
      scale: 1,
      background: input.background,
      backgroundDetected: background === 'auto',
      inverted: input.inverted,
      via: 'coefficients',
      orientation: image.orientation,
      fit,
      blank: input.blank,
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
