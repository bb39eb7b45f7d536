import type { Fit, ImageInputSpec } from '../format/manifest.ts';
import {
  type Background,
  type BackgroundOption,
  compositeOverBackground,
  edgeOf,
  estimateBackground,
  estimateBackgroundOfSamples,
} from './background.ts';
import { centerByMass } from './center-of-mass.ts';
import { findInk } from './find-ink.ts';
import { normalizeSamples } from './normalization.ts';
import type { DecodedPicture } from './picture.ts';
import { isPlaced } from './placed.ts';
import type { PictureReport, PreparedValues, PreparePictureOptions } from './prepared.ts';
import { profileOf } from './profile.ts';
import { containingWindow, type GreySamples, resample, type SourceWindow } from './resample.ts';

/** Samples of a photograph that are within so many levels of one another show nothing. */
const UNIFORM = 2;

/** How a picture is brought to the model's size. */
export function fitOf(spec: ImageInputSpec, { fit }: PreparePictureOptions): Fit {
  return fit ?? spec.preprocessing.fit ?? 'contain';
}

/**
 * Makes a decoded picture ready for a model, as `preparePicture` does one that is a file. A network of three channels takes
 * red, green and blue, and grey pictures in each of them. Colours are inverted only if the caller says that the background is not the network's: a
 * photograph has none that could be seen. `center-of-mass` moves the strokes, which are grey.
 */
export function preparePixels(
  picture: DecodedPicture,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedValues {
  const { background = 'auto' } = options;
  const { width, height } = picture;
  const window = windowOf(picture);
  const fit = fitOf(spec, options);
  const source = { width, height, samples: compositeOverBackground(picture, background) };
  const isMoved = fit === 'center-of-mass';
  const isColour = spec.channels === 3;
  // Photographs are not searched for strokes: it takes most of the time.
  const isPhotograph = isColour && !isMoved;
  const estimate = isPhotograph
    ? estimateBackground(edgeOf(source), source.samples)
    : estimateBackgroundOfSamples(source);
  const seen = background === 'auto' ? estimate.background : background;
  const ink = isPhotograph ? undefined : findInk(source, seen, estimate.level);
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
      : normalizeSamples(scaled(source, window, spec, fit), spec, inverted);
  return {
    kind: 'values',
    values,
    report: reportOf(picture, {
      background,
      seen,
      inverted,
      fit,
      blank: isColour ? isUniform(source.samples) : ink === undefined,
    }),
  };
}

/** The part of the samples that shows the picture. */
export function windowOf({ width, height, reduction }: Omit<DecodedPicture, 'luma' | 'alpha'>): SourceWindow {
  return reduction?.window ?? { left: 0, top: 0, width, height };
}

/** The report of a picture that enters as pixels. */
export function reportOf(
  picture: Omit<DecodedPicture, 'luma' | 'alpha'>,
  found: Pick<PictureReport, 'inverted' | 'fit' | 'blank'> & {
    readonly background: BackgroundOption;
    readonly seen: Background;
  },
): PictureReport {
  const { format, width, height, reduction, orientation = 1, warnings = [] } = picture;
  return {
    format,
    sourceWidth: reduction?.width ?? width,
    sourceHeight: reduction?.height ?? height,
    scale: (reduction?.eighths ?? 8) / 8,
    background: found.seen,
    backgroundDetected: found.background === 'auto',
    inverted: found.inverted,
    via: 'pixels',
    orientation,
    fit: found.fit,
    blank: found.blank,
    warnings,
  };
}

/** Whether a photograph shows nothing at all: it has no strokes that would have to stand out. */
export function isUniform(samples: ArrayLike<number>): boolean {
  const first = samples[0];
  return Array.prototype.every.call(samples, (sample: number) => Math.abs(sample - first) <= UNIFORM);
}

/** Three planes. */
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
    planes.set(scaled(plane, window, spec, fit), channel * area);
  }
  return planes;
}

/** At the network's size; what lies beyond the picture has the level of its edge. */
function scaled(
  picture: GreySamples,
  window: SourceWindow,
  { width, height }: ImageInputSpec,
  fit: Fit,
): Float32Array {
  const view = fit === 'stretch' ? window : containingWindow(window, width, height);
  const isInside =
    Math.min(view.left, view.top) >= 0 &&
    view.left + view.width <= picture.width &&
    view.top + view.height <= picture.height;
  const level = isInside ? 0 : estimateBackground(edgeOf(picture), picture.samples).level;
  return resample(picture, view, width, height, level);
}

function isPlacedPicture(picture: GreySamples, spec: ImageInputSpec, background: Background): boolean {
  const { width, height } = picture;
  if (width !== spec.width || height !== spec.height) return false;
  return isPlaced(profileOf(picture), background);
}
