import type { ArithmeticConditioning } from './conditioning.ts';
import { FIXED_STATE, INITIAL_STATE } from './estimation.ts';

/** From the bin of a magnitude category to the one of the bits below it: X2 → M2 and so on (T.81 Tables F.4, F.5). */
export const MAGNITUDE_BITS = 14;

/** Magnitude category beyond 16-bit coefficients. */
export const MAGNITUDE_OVERFLOW = 0x8000;

/**
 * Statistics of the DC differences of one table (T.81 Table F.4): for each of five contexts, four bins (S0, SS, SP,
 * SN), then X1 … X15 and M2 … M15, which all contexts share.
 */
export class DcStatistics {
  readonly bins: Uint8Array = new Uint8Array(DC_X1 + 2 * MAGNITUDE_BITS + 1);
  private readonly zeroBelow: number;
  private readonly largeAbove: number;

  constructor(conditioning: Pick<ArithmeticConditioning, 'dcLower' | 'dcUpper'>) {
    const { zeroBelow, largeAbove } = differenceLimits(conditioning);
    this.zeroBelow = zeroBelow;
    this.largeAbove = largeAbove;
  }

  /** Begins a scan or a restart interval. */
  reset(): void {
    this.bins.fill(INITIAL_STATE);
  }

  /** S0 for the block after one whose difference has this category and sign. */
  contextAfter(category: number, negative: number): number {
    if (category < this.zeroBelow) return 0;
    return (category > this.largeAbove ? 12 : 4) + 4 * negative;
  }
}

/** F.1.4.4.1.2, for the magnitude minus one, reduced to its highest bit (0 for ±1). */
export function differenceLimits({ dcLower, dcUpper }: Pick<ArithmeticConditioning, 'dcLower' | 'dcUpper'>): {
  zeroBelow: number;
  largeAbove: number;
} {
  return { zeroBelow: (1 << dcLower) >> 1, largeAbove: (1 << dcUpper) >> 1 };
}

/** X1 of DC. */
export const DC_X1 = 20;

/**
 * Statistics of the AC coefficients of one table (T.81 Table F.5): three bins for each place in zig-zag order (SE, S0,
 * and one for SP, SN and X1), then X2 … X15 and M2 … M15, once for places up to Kx and once for those above.
 */
export class AcStatistics {
  readonly bins: Uint8Array = new Uint8Array(AC_FIXED + 1);
  private readonly threshold: number;

  constructor({ acThreshold }: Pick<ArithmeticConditioning, 'acThreshold'>) {
    this.threshold = acThreshold;
    this.reset();
  }

  /** Begins a scan or a restart interval. */
  reset(): void {
    this.bins.fill(INITIAL_STATE);
    this.bins[AC_FIXED] = FIXED_STATE;
  }

  /** X2 for the coefficient at place `k`. */
  highMagnitude(k: number): number {
    return k <= this.threshold ? 189 : 217;
  }
}

/** The bin of signs and other bits that are 0 or 1 with equal probability. */
export const AC_FIXED = 245;
