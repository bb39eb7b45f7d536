import type { PictureFormat } from './picture-format.ts';
import type { SourceWindow } from './resample.ts';

/** How a picture became smaller while it was decoded. */
export interface Reduction {
  /** Its own size, upright. */
  readonly width: number;
  readonly height: number;
  /** Of its own size, 1…7. */
  readonly eighths: number;
  /** What it fills of the samples: the last ones show what pads blocks besides, where its sides are no multiples of 8. */
  readonly window: SourceWindow;
}

/** A picture decoded to grey and, where that was asked for and it has colours, to red, green and blue. */
export interface DecodedPicture {
  /** `pixels`: it was not a file. */
  readonly format: PictureFormat | 'pixels';
  readonly width: number;
  readonly height: number;
  /** width × height samples 0…255, row-major: luma by the weights of ITU-R BT.601. */
  readonly luma: Float32Array;
  /** Red, green and blue 0…255: three planes of width × height samples, one after another. */
  readonly rgb?: Float32Array;
  /** width × height opacities 0…1, or null where every pixel is opaque. */
  readonly alpha: Float32Array | null;
  /** Of a picture that was decoded at a smaller size. */
  readonly reduction?: Reduction;
  /** The Exif orientation by which the picture was turned upright, 1…8; 1 if absent. */
  readonly orientation?: number;
  /** What its decoder had to overlook. */
  readonly warnings?: readonly string[];
}
