import type { SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixStage, RowsStage } from '../../../model/network.ts';
import { countInt8Parts, MOST_PARTS, visitInt8Parts } from './int8-parts.ts';
import type { KernelMemory } from './memory.ts';

/** What a line's 16 bits reach. */
export const MOST_LINES = 65535;
/** What the 16 bits of a run's counts reach. */
const MOST_ENTRIES = 65535;

export interface LanesForm {
  readonly blockLines: number;
  readonly places: number;
  readonly masks: number;
  readonly lines: number;
  readonly runs: number;
  readonly runCount: number;
  readonly entryLines: number;
  readonly values: number;
}

/** From how many entries of +1 and -1 on loops of their own, without a multiplication, pay for entering them. */
const LEAST_ONES = 12;

/** A run of entries: nonzeros of one row and, in the matrix arrangement, of one horizontal frequency. */
interface Run {
  readonly row: number;
  readonly frequency: number;
  /** Indices of its nonzeros; valid until the next run comes. */
  readonly nonzeros: Uint32Array;
  /** Whether +1 and -1 are kept apart from the other values. */
  readonly apart: boolean;
  /** How many entries of each kind it has: a value beyond int8 takes several. */
  readonly plus: number;
  readonly minus: number;
  readonly other: number;
}

/**
 * Lays C out for batches; undefined where more columns are used than a line's number reaches. The runs are gone through
 * twice: counted, then written where they are to stand.
 */
export function putLanesForm(memory: KernelMemory, stage: RowsStage | MatrixStage): LanesForm | undefined {
  const { coefficients, kind } = stage;
  const size = kind === 'rows' ? 64 : 8;
  const lines = assignLines(coefficients, kind);
  if (lines.count > MOST_LINES) return undefined;
  let runCount = 0;
  let entries = 0;
  let others = 0;
  for (const { plus, minus, other } of runsOf(stage)) {
    runCount++;
    entries += plus + minus + other;
    others += other;
  }
  const blocks = coefficients.columns / size;
  const form = {
    blockLines: memory.put(lines.blockLines),
    places: memory.put(lines.places),
    masks: memory.put(kind === 'rows' ? blockMasks(lines, blocks) : new Uint8Array(0)),
    lines: lines.count,
    runs: memory.take(runCount * layout.RUN_BYTES),
    runCount,
    entryLines: memory.take(entries * 2),
    values: memory.take(others),
  };
  writeRuns(memory, stage, lines.of, form);
  return form;
}

interface Lines {
  readonly count: number;
  /** Line of each column of C. */
  readonly of: Uint32Array;
  /** First line of each block (rows) or run (matrix), and one more. */
  readonly blockLines: Uint16Array;
  /** For each line its place in its block: u·8 + v (rows) or h (matrix). */
  readonly places: Uint8Array;
}

/** Numbers the columns that are used, block after block, in the order in which the transform leaves a block. */
function assignLines({ columns, column }: SparseCoefficients, kind: 'rows' | 'matrix'): Lines {
  const size = kind === 'rows' ? 64 : 8;
  const used = new Uint8Array(columns);
  for (const k of column) used[k] = 1;
  const of = new Uint32Array(columns);
  const blockLines = new Uint16Array(columns / size + 1);
  const places = new Uint8Array(columns);
  let count = 0;
  for (let block = 0; block < columns / size; block++) {
    for (let place = 0; place < size; place++) {
      const k = block * size + (kind === 'rows' ? ((place & 7) << 3) | (place >> 3) : place);
      if (!used[k]) continue;
      of[k] = count;
      places[count++] = place;
    }
    blockLines[block + 1] = count;
  }
  return { count, of, blockLines, places: places.subarray(0, count) };
}

/** Bit u of a block's mask: whether one of its lines has that horizontal frequency. */
function blockMasks({ blockLines, places }: Lines, blocks: number): Uint8Array {
  return Uint8Array.from({ length: blocks }, (_, block) => {
    let mask = 0;
    for (let line = blockLines[block]; line < blockLines[block + 1]; line++) mask |= 1 << (places[line] >> 3);
    return mask;
  });
}

/** All runs, ordered by row, then by frequency; of at most `MOST_ENTRIES` entries of a kind. */
function* runsOf({ coefficients, kind }: RowsStage | MatrixStage): Generator<Run> {
  const { rows, columns, rowStart, column, value } = coefficients;
  const frequencies = kind === 'rows' ? 1 : 8;
  const indices = new Uint32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let frequency = 0; frequency < frequencies; frequency++) {
      let count = 0;
      let ones = 0;
      for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
        if (column[i] % frequencies !== frequency) continue;
        indices[count++] = i;
        if (value[i] === 1 || value[i] === -1) ones++;
      }
      const apart = ones >= LEAST_ONES;
      for (let first = 0, end = 0; first < count; first = end) {
        let plus = 0;
        let minus = 0;
        let other = 0;
        for (; end < count && other + MOST_PARTS <= MOST_ENTRIES; end++) {
          const coefficient = value[indices[end]];
          if (apart && coefficient === 1) plus++;
          else if (apart && coefficient === -1) minus++;
          else other += countInt8Parts(coefficient);
        }
        yield { row, frequency, nonzeros: indices.subarray(first, end), apart, plus, minus, other };
      }
    }
  }
}

/** `lineOf`: line of each column of C. */
function writeRuns(
  memory: KernelMemory,
  stage: RowsStage | MatrixStage,
  lineOf: Uint32Array,
  form: Pick<LanesForm, 'runs' | 'entryLines' | 'values'>,
): void {
  const { column, value } = stage.coefficients;
  const { buffer } = memory.memory;
  const view = new DataView(buffer, form.runs);
  const entryLines = new Uint16Array(buffer, form.entryLines);
  const values = new Int8Array(buffer, form.values);
  let at = 0;
  let entry = 0;
  let part = 0;
  for (const { row, frequency, nonzeros, apart, plus, minus, other } of runsOf(stage)) {
    view.setUint32(at + layout.RUN_ROW, row, true);
    view.setUint16(at + layout.RUN_PLUS, plus, true);
    view.setUint16(at + layout.RUN_MINUS, minus, true);
    view.setUint16(at + layout.RUN_OTHER, other, true);
    const factor = stage.kind === 'rows' ? 1 : stage.quantization[(row % 8) * 8 + frequency];
    view.setFloat32(at + layout.RUN_FACTOR, factor, true);
    at += layout.RUN_BYTES;
    let nextPlus = entry;
    let nextMinus = nextPlus + plus;
    let nextOther = nextMinus + minus;
    for (const i of nonzeros) {
      const line = lineOf[column[i]];
      if (apart && value[i] === 1) entryLines[nextPlus++] = line;
      else if (apart && value[i] === -1) entryLines[nextMinus++] = line;
      else {
        visitInt8Parts(value[i], (number) => {
          entryLines[nextOther++] = line;
          values[part++] = number;
        });
      }
    }
    entry = nextOther;
  }
}
