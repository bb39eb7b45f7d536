import type { Fit } from '../format/manifest.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Background, BackgroundOption } from './background.ts';
import type { PictureLimits } from './limits.ts';
import type { PatchSize, Sampling } from './patch-coefficients.ts';
import type { PictureFormat } from './picture-format.ts';

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
