import type { PictureFormat } from './picture-format.ts';

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
  /** The Exif orientation by which the picture was turned upright, 1…8; 1 if absent. */
  readonly orientation?: number;
  /** What its decoder had to overlook. */
  readonly warnings?: readonly string[];
}
