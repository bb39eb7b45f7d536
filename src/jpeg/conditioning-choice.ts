import { AcArithmeticCoder, DcArithmeticCoder } from './arithmetic-coder.ts';
import {
  AcStatistics,
  type ArithmeticConditioning,
  DcStatistics,
  DEFAULT_CONDITIONING,
} from './arithmetic-statistics.ts';
import { DecisionCost } from './decision-cost.ts';
import type { LaidOutComponent } from './encoder-input.ts';
import { type BlockCoder, encodeScan } from './scan-encoder.ts';

/** Kx to try: steps that widen, as coefficients thin out. */
const AC_THRESHOLDS: readonly number[] = [1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 63];

/** U to try with every L up to it. Differences of contact sheets seldom go beyond 2^6. */
const MOST_DC_UPPER = 6;

/** What an entry of a DAC segment takes. */
const ENTRY_BITS = 16;

/**
 * The conditioning of each table that takes the fewest bits, of those tried; where it does not gain what its entry in a
 * DAC segment costs, the default. DC and AC coefficients of a table have no statistics in common, so each is tried
 * alone.
 */
export function chooseConditioning(
  components: readonly LaidOutComponent[],
  tableOfComponent: readonly number[],
  scans: readonly (readonly number[])[],
  restartInterval: number,
): ArithmeticConditioning[] {
  /** Bits of one table's part of the image. */
  const cost = (
    table: number,
    coder: (component: LaidOutComponent, sink: DecisionCost) => BlockCoder,
  ): number => {
    const sink = new DecisionCost();
    for (const scan of scans) {
      const coders = scan.map((index) =>
        tableOfComponent[index] === table ? coder(components[index], sink) : NOTHING,
      );
      encodeScan(
        scan.map((index) => components[index]),
        coders,
        restartInterval,
      );
    }
    return sink.bits;
  };
  const tables = Math.max(...tableOfComponent) + 1;
  return Array.from({ length: tables }, (_, table) => {
    const dc = cheapest(dcCandidates(), (candidate) => {
      const statistics = new DcStatistics(candidate);
      return cost(table, (component, sink) => new DcArithmeticCoder(component, statistics, sink));
    });
    const ac = cheapest(acCandidates(), (candidate) => {
      const statistics = new AcStatistics(candidate);
      return cost(table, (component, sink) => new AcArithmeticCoder(component, statistics, sink));
    });
    return { ...dc, ...ac };
  });
}

/** The first candidate, which is the default, or one that costs less even with its entry. */
function cheapest<Candidate>(
  candidates: readonly Candidate[],
  cost: (candidate: Candidate) => number,
): Candidate {
  let best = candidates[0];
  let least = cost(best) - ENTRY_BITS;
  for (const candidate of candidates.slice(1)) {
    const bits = cost(candidate);
    if (bits < least) {
      best = candidate;
      least = bits;
    }
  }
  return best;
}

function dcCandidates(): Pick<ArithmeticConditioning, 'dcLower' | 'dcUpper'>[] {
  const { dcLower, dcUpper } = DEFAULT_CONDITIONING;
  const candidates = [{ dcLower, dcUpper }];
  for (let upper = 0; upper <= MOST_DC_UPPER; upper++) {
    for (let lower = 0; lower <= upper; lower++) {
      if (lower !== dcLower || upper !== dcUpper) candidates.push({ dcLower: lower, dcUpper: upper });
    }
  }
  return candidates;
}

function acCandidates(): Pick<ArithmeticConditioning, 'acThreshold'>[] {
  return [DEFAULT_CONDITIONING.acThreshold, ...AC_THRESHOLDS].map((acThreshold) => ({ acThreshold }));
}

/** Stands for the components of another table. */
const NOTHING: BlockCoder = { block() {}, paddingBlock() {}, endSegment() {} };
