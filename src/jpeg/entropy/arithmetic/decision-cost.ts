import type { DecisionSink } from './decision-sink.ts';
import { AFTER_LESS_PROBABLE, AFTER_MORE_PROBABLE, MORE_PROBABLE_SHIFT, PROBABILITY } from './estimation.ts';

/**
 * Adds up −log₂ p of decisions: the bits that `ArithmeticWriter` needs for them, except those that end a segment.
 *
 * p is the fraction of the interval that a decision leaves, which differs slightly from the probability of its bin.
 * The product of all fractions is the interval itself, so one logarithm at the end is enough.
 */
export class DecisionCost implements DecisionSink {
  private interval = 0x10000;
  private doublings = 0;

  /** Bits of all decisions so far. */
  get bits(): number {
    return this.doublings + 16 - Math.log2(this.interval);
  }

  /** Encode of T.81 D.1.4, without the code register. */
  decide(bins: Uint8Array, bin: number, decision: number): void {
    const state = bins[bin];
    const qe = PROBABILITY[state];
    let interval = this.interval - qe;
    if (decision === state >> MORE_PROBABLE_SHIFT) {
      if (interval >= 0x8000) {
        this.interval = interval;
        return;
      }
      bins[bin] = AFTER_MORE_PROBABLE[state];
      interval = Math.max(interval, qe);
    } else {
      bins[bin] = AFTER_LESS_PROBABLE[state];
      interval = Math.min(interval, qe);
    }
    const shift = Math.clz32(interval) - 16;
    this.interval = interval << shift;
    this.doublings += shift;
  }
}
