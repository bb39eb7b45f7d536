import type { JpegReadOptions } from '../limits.ts';
import type { FrameHeader } from '../markers/frame-header.ts';
import type { SampleScale } from '../pixels/rgb-rows.ts';
import type { CoefficientImage } from '../types.ts';
import type { Orientation } from './exif-orientation.ts';

/** How pictures are decoded. */
export interface LenientOptions extends JpegReadOptions {
  /** Called with the frame header before memory is taken for the coefficients; throws to refuse them. */
  readonly checkFrame?: (frame: FrameHeader) => void;
  /**
   * The size at which samples are wanted, as far as it is known when the first scan begins. Below 8/8 the image has
   * `samples` where its only scan is sequential and sound, and of progressive ones is not decoded what samples of that size do not
   * depend on.
   */
  readonly scale?: (picture: {
    readonly frame: FrameHeader;
    readonly orientation: Orientation;
  }) => SampleScale;
}

/** A picture decoded to coefficients, whatever of it could be read. */
export interface LenientImage extends CoefficientImage {
  /** Whether a JFIF segment says that three components are YCbCr. */
  readonly jfif: boolean;
  /** From the Exif segment; 1 without one. */
  readonly orientation: Orientation;
  /** What was wrong and tolerated, one line each; empty for most pictures. */
  readonly warnings: readonly string[];
  /** The size for which it was decoded: 8/8 for all coefficients. Below, it is good for samples of that size only. */
  readonly scale: SampleScale;
  /** Of each component, at the size `componentSize` gives; coefficients are empty then. */
  readonly samples?: readonly Uint8Array[];
}
