/** What a DAC segment can set (T.81 B.2.4.3): which coefficients are coded with which statistics. */
export interface ArithmeticConditioning {
  /**
   * L and U, 0 ≤ L ≤ U ≤ 15: DC differences of magnitude up to 2^(L − 1) count as zero (for L 0, only 0 itself), those
   * beyond 2^U as large, when the next block's difference is coded (F.1.4.4.1.2).
   */
  readonly dcLower: number;
  readonly dcUpper: number;
  /** Kx, 1 … 63: the last place in zig-zag order whose large coefficients have the statistics of the low ones. */
  readonly acThreshold: number;
}

/** The defaults without a DAC segment (T.81 F.1.4.4.1.4, F.1.4.4.2.1). */
export const DEFAULT_CONDITIONING: ArithmeticConditioning = { dcLower: 0, dcUpper: 1, acThreshold: 5 };
