import type { SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixStage, RowsStage } from '../../../model/network.ts';
import { MOST_PARTS, visitInt8Parts } from './int8-parts.ts';
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

/** One run of entries before it is written. */
interface Run {
  readonly row: number;
  readonly plus: number[];
  readonly minus: number[];
  readonly other: number[];
  readonly values: number[];
  readonly factor: number;
}

/** Lays C out for batches; undefined where more columns are used than a line's number reaches. */
export function putLanesForm(memory: KernelMemory, stage: RowsStage | MatrixStage): LanesForm | undefined {
  const { coefficients, quantization, kind } = stage;
  const size = kind === 'rows' ? 64 : 8;
  const lines = assignLines(coefficients, kind);
  if (lines.count > MOST_LINES) return undefined;
  const runs: Run[] = [];
  for (let row = 0; row < coefficients.rows; row++) {
    entriesByGroup(coefficients, row, kind).forEach((entries, h) => {
      const factor = kind === 'rows' ? 1 : quantization[(row % 8) * 8 + h];
      runs.push(...entryRuns(coefficients, row, entries, lines.of, factor));
    });
  }
  const blocks = coefficients.columns / size;
  return {
    blockLines: memory.put(lines.blockLines),
    places: memory.put(lines.places),
    masks: memory.put(kind === 'rows' ? blockMasks(lines, blocks) : new Uint8Array(0)),
    lines: lines.count,
    runs: putRuns(memory, runs),
    runCount: runs.length,
    entryLines: memory.put(
      Uint16Array.from(runs.flatMap((run) => [...run.plus, ...run.minus, ...run.other])),
    ),
    values: memory.put(Int8Array.from(runs.flatMap((run) => run.values))),
  };
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
  const places: number[] = [];
  for (let block = 0; block < columns / size; block++) {
    for (let place = 0; place < size; place++) {
      const k = block * size + (kind === 'rows' ? ((place & 7) << 3) | (place >> 3) : place);
      if (!used[k]) continue;
      of[k] = places.length;
      places.push(place);
    }
    blockLines[block + 1] = places.length;
  }
  return { count: places.length, of, blockLines, places: Uint8Array.from(places) };
}

/** Bit u of a block's mask: whether one of its lines has that horizontal frequency. */
function blockMasks({ blockLines, places }: Lines, blocks: number): Uint8Array {
  return Uint8Array.from({ length: blocks }, (_, block) => {
    let mask = 0;
    for (let line = blockLines[block]; line < blockLines[block + 1]; line++) mask |= 1 << (places[line] >> 3);
    return mask;
  });
}

/** Indices of a row's nonzeros: all together (rows), or those of one horizontal frequency after another (matrix). */
function entriesByGroup(
  { rowStart, column }: SparseCoefficients,
  row: number,
  kind: 'rows' | 'matrix',
): number[][] {
  const groups: number[][] = Array.from({ length: kind === 'rows' ? 1 : 8 }, () => []);
  for (let i = rowStart[row]; i < rowStart[row + 1]; i++) groups[kind === 'rows' ? 0 : column[i] % 8].push(i);
  return groups;
}

/** Nonzeros of a row as runs of at most `MOST_ENTRIES` entries of a kind. */
function entryRuns(
  { column, value }: SparseCoefficients,
  row: number,
  entries: readonly number[],
  lineOf: Uint32Array,
  factor: number,
): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  const apart = entries.filter((i) => Math.abs(value[i]) === 1).length >= LEAST_ONES;
  for (const i of entries) {
    if (!run || Math.max(run.plus.length, run.minus.length, run.other.length + MOST_PARTS) > MOST_ENTRIES) {
      run = { row, plus: [], minus: [], other: [], values: [], factor };
      runs.push(run);
    }
    const { plus, minus, other, values } = run;
    const line = lineOf[column[i]];
    if (apart && value[i] === 1) plus.push(line);
    else if (apart && value[i] === -1) minus.push(line);
    else {
      visitInt8Parts(value[i], (part) => {
        other.push(line);
        values.push(part);
      });
    }
  }
  return runs;
}

function putRuns(memory: KernelMemory, runs: readonly Run[]): number {
  const address = memory.take(runs.length * layout.RUN_BYTES);
  const view = new DataView(memory.memory.buffer, address);
  runs.forEach((run, index) => {
    const at = index * layout.RUN_BYTES;
    view.setUint32(at + layout.RUN_ROW, run.row, true);
    view.setUint16(at + layout.RUN_PLUS, run.plus.length, true);
    view.setUint16(at + layout.RUN_MINUS, run.minus.length, true);
    view.setUint16(at + layout.RUN_OTHER, run.other.length, true);
    view.setFloat32(at + layout.RUN_FACTOR, run.factor, true);
  });
  return address;
}
