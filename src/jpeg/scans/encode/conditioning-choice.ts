import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import { type ArithmeticConditioning, DEFAULT_CONDITIONING } from '../../entropy/arithmetic/conditioning.ts';
import { DecisionCost } from '../../entropy/arithmetic/decision-cost.ts';
import { AcStatistics, DcStatistics } from '../../entropy/arithmetic/statistics.ts';
import { codeMagnitude, DcArithmeticCoder } from './arithmetic-coder.ts';
import type { LaidOutComponent } from './encoder-input.ts';
import { type BlockCoder, encodeScan } from './scan-encoder.ts';

type DcConditioning = Pick<ArithmeticConditioning, 'dcLower' | 'dcUpper'>;

/** Kx to try: steps widen as coefficients become sparse. */
const AC_THRESHOLDS: readonly number[] = [1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 40, 63];

/** U to try with L 0, and then L up to the best U. Differences in contact sheets rarely exceed 2^6. */
const DC_UPPERS: readonly number[] = [0, 2, 3, 4, 5, 6];

/** Bits of an entry of a DAC segment. */
const ENTRY_BITS = 16;

/**
 * The conditioning of each table that takes the fewest bits, of those tried; the default if the gain is below the cost
 * of an entry in a DAC segment. DC and AC coefficients share no statistics, so each is tried
 * separately.
 */
export function chooseConditioning(
  components: readonly LaidOutComponent[],
  tableOfComponent: readonly number[],
  scans: readonly (readonly number[])[],
  restartInterval: number,
): ArithmeticConditioning[] {
  const tables = Math.max(...tableOfComponent) + 1;
  return Array.from({ length: tables }, (_, table) => {
    const runTable: RunTable = (coder) => {
      for (const scan of scans) {
        const members = scan.map((index) => components[index]);
        const coders = scan.map((index) =>
          tableOfComponent[index] === table ? coder(components[index]) : NOTHING,
        );
        encodeScan(members, coders, restartInterval);
      }
    };
    return { ...chooseDc(runTable), acThreshold: chooseThreshold(runTable) };
  });
}

/** Runs the blocks of one table's components, in coded order, through a coder for each. */
type RunTable = (coder: (component: LaidOutComponent) => BlockCoder) => void;

/** Stands for the components of another table. */
const NOTHING: BlockCoder = { block() {}, paddingBlock() {}, endSegment() {} };

function chooseDc(runTable: RunTable): DcConditioning {
  const cost = (candidate: DcConditioning) => {
    const statistics = new DcStatistics(candidate);
    const sink = new DecisionCost();
    runTable((component) => new DcArithmeticCoder(component, statistics, sink));
    return sink.bits;
  };
  const { dcLower, dcUpper } = DEFAULT_CONDITIONING;
  let best = { dcLower, dcUpper };
  let min = cost(best) - ENTRY_BITS;
  const attempt = (candidate: DcConditioning) => {
    const bits = cost(candidate);
    if (bits >= min) return;
    best = candidate;
    min = bits;
  };
  for (const upper of DC_UPPERS) attempt({ dcLower, dcUpper: upper });
  const upper = best.dcUpper;
  for (let lower = 1; lower <= upper; lower++) attempt({ dcLower: lower, dcUpper: upper });
  return best;
}

/** Kx affects only magnitudes of 3 and more, so these are gathered once and all candidates are evaluated on them. */
function chooseThreshold(runTable: RunTable): number {
  const magnitudes: number[] = [];
  runTable((component) => new LargeMagnitudes(component, magnitudes));
  const cost = (acThreshold: number) => {
    const statistics = new AcStatistics({ acThreshold });
    const sink = new DecisionCost();
    for (const entry of magnitudes) {
      if (entry === SEGMENT_END) {
        statistics.reset();
        continue;
      }
      const bin = statistics.highMagnitude(entry >> PLACE_SHIFT);
      codeMagnitude(sink, statistics.bins, bin, 2, entry & ((1 << PLACE_SHIFT) - 1));
    }
    return sink.bits;
  };
  let best = DEFAULT_CONDITIONING.acThreshold;
  let min = cost(best) - ENTRY_BITS;
  for (const candidate of AC_THRESHOLDS) {
    const bits = cost(candidate);
    if (bits >= min) continue;
    best = candidate;
    min = bits;
  }
  return best;
}

/** An entry is the place in zig-zag order, shifted up by this, and the magnitude less one. */
const PLACE_SHIFT = 16;
const SEGMENT_END = -1;

/** Gathers the AC coefficients whose magnitudes have bits of their own, in coded order. */
class LargeMagnitudes implements BlockCoder {
  private readonly coefficients: Int16Array;
  private readonly entries: number[];

  constructor({ coefficients }: LaidOutComponent, entries: number[]) {
    this.coefficients = coefficients;
    this.entries = entries;
  }

  endSegment(): void {
    this.entries.push(SEGMENT_END);
  }

  paddingBlock(): void {}

  block(block: number): void {
    const offset = block * 64;
    for (let k = 1; k < 64; k++) {
      const magnitude = Math.abs(this.coefficients[offset + ZIGZAG_TO_NATURAL[k]]);
      if (magnitude > 2) this.entries.push((k << PLACE_SHIFT) | (magnitude - 1));
    }
  }
}
