/** Frame types of ITU-T T.81 Table B.1 that wjpeg knows by name: SOF0, SOF1, SOF2, SOF9 and SOF10. */
export type JpegProcess =
  | 'baseline'
  | 'extended'
  | 'progressive'
  | 'extended-arithmetic'
  | 'progressive-arithmetic';

/** One colour component as quantised coefficients. */
export interface CoefficientComponent {
  /** Component identifier Ci of the frame header. */
  readonly id: number;
  /** Sampling factors Hi and Vi, 1…4. */
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
  /** Size in samples: ceil(frame size × Hi ÷ Hmax), T.81 A.1.1. */
  readonly width: number;
  readonly height: number;
  /** Size in 8×8 blocks: ceil(width ÷ 8), ceil(height ÷ 8). Blocks that only pad an MCU are not kept. */
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
  /** Quantisation table, 64 entries in natural (row-major) order, 1…65535. */
  readonly quantization: Uint16Array;
  /**
   * Quantised coefficients: blocks in raster order, 64 each in natural order
   * (index `v * 8 + u`, v the vertical frequency). DC is absolute, not a difference.
   */
  readonly coefficients: Int16Array;
}

/** A JPEG decoded to quantised coefficients. */
export interface CoefficientImage {
  /** Frame size in samples. */
  readonly width: number;
  readonly height: number;
  readonly process: JpegProcess;
  readonly components: readonly CoefficientComponent[];
  /** Colour transform of the Adobe APP14 segment (0 none, 1 YCbCr, 2 YCCK), if there is one. */
  readonly adobeTransform: number | undefined;
}

/** Limits, checked against the declared sizes before memory is allocated. */
export interface JpegLimits {
  /** Maximum samples of all components together. */
  readonly maxSamples: number;
  /** Maximum scans per stream: a progressive stream of many scans costs time, not bytes. */
  readonly maxScans: number;
  /**
   * Maximum coefficients that all scans together visit per byte of the stream; 2^26 are always allowed.
   * Arithmetic coding can put millions of empty blocks into a byte, and visit them once per bit.
   */
  readonly maxExpansion: number;
}
