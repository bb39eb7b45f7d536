import type { SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixNode, RowsNode } from '../../../weights/network.ts';
import { byColumn } from './columns.ts';
import { MAX_COMBINED, pairLines, visitCombined } from './combined-lines.ts';
import { countInt8Parts, toInt8 } from './int8-parts.ts';
import type { KernelMemory } from './memory.ts';
import { MIN_ONES } from './tuning.ts';

/** Limit of a line's 16-bit number. */
export const MAX_LINES = 65535;

export interface PackedBatches {
  readonly blockLines: number;
  readonly places: number;
  readonly masks: number;
  /** Used columns, and lines combined from them. */
  readonly lines: number;
  readonly combinations: number;
  readonly combined: number;
  readonly runs: number;
  readonly runCount: number;
  readonly entryLines: number;
  readonly values: number;
}

/**
 * Lays C out for batches; undefined if more columns are used than a line number can address. The entries are visited
 * twice: counted, then written to their positions.
 */
export function writePackedBatches(
  memory: KernelMemory,
  node: RowsNode | MatrixNode,
): PackedBatches | undefined {
  const { coefficients, kind } = node;
  const size = kind === 'rows' ? 64 : 8;
  const frequencies = kind === 'rows' ? 1 : 8;
  const lines = assignLines(coefficients, kind);
  if (lines.count > MAX_LINES) return undefined;
  const list = byColumn(coefficients, { count: lines.count, at: (k) => lines.of[k] });
  const frequencyOf = (line: number): number => (kind === 'rows' ? 0 : lines.places[line]);
  const pairs = pairLines(list, frequencies, frequencyOf);
  const runOf = (row: number, pair: number): number => row * frequencies + frequencyOf(pairs[pair][0]);
  const max = Math.min(MAX_COMBINED, MAX_LINES - lines.count);
  const runs = new Runs(coefficients.rows * frequencies);
  let combined = 0;
  visitCombined(list, pairs, max, {
    combine: () => combined++,
    entry: (row, pair, _line, value) => runs.count(runOf(row, pair), value),
  });
  const { runCount, entries, others } = runs.close();
  const blocks = coefficients.columns / size;
  const form = {
    blockLines: memory.write(lines.blockLines),
    places: memory.write(lines.places),
    masks: memory.write(kind === 'rows' ? blockMasks(lines, blocks) : new Uint8Array(0)),
    lines: lines.count + combined,
    combinations: memory.allocate(combined * layout.COMBINATION_BYTES),
    combined,
    runs: memory.allocate(runCount * layout.RUN_BYTES),
    runCount,
    entryLines: memory.allocate(entries * 2),
    values: memory.allocate(others),
  };
  const { buffer } = memory.memory;
  runs.write(new DataView(buffer, form.runs), (run) => ({
    row: Math.floor(run / frequencies),
    factor: kind === 'rows' ? 1 : node.quantization[run % 64],
  }));
  const records = new DataView(buffer, form.combinations);
  const entryLines = new Uint16Array(buffer, form.entryLines);
  const values = new Int8Array(buffer, form.values);
  let at = 0;
  visitCombined(list, pairs, max, {
    combine(first, second, a, b) {
      records.setUint16(at + layout.COMBINATION_FIRST, first, true);
      records.setUint16(at + layout.COMBINATION_SECOND, second, true);
      records.setInt8(at + layout.COMBINATION_A, a);
      records.setInt8(at + layout.COMBINATION_B, b);
      at += layout.COMBINATION_BYTES;
    },
    entry: (row, pair, line, value) => runs.place(runOf(row, pair), line, value, entryLines, values),
  });
  return form;
}

/** Runs while counted and written; runs without entries are omitted. */
class Runs {
  /** Entries of each kind: a value beyond int8 needs several. */
  readonly #plus: Uint32Array;
  readonly #minus: Uint32Array;
  readonly #other: Uint32Array;
  /** Position of the next entry of each kind, and of the next value. */
  readonly #nextPlus: Uint32Array;
  readonly #nextMinus: Uint32Array;
  readonly #nextOther: Uint32Array;
  readonly #nextValue: Uint32Array;

  constructor(count: number) {
    const array = (): Uint32Array => new Uint32Array(count);
    [this.#plus, this.#minus, this.#other] = [array(), array(), array()];
    [this.#nextPlus, this.#nextMinus, this.#nextOther, this.#nextValue] = [
      array(),
      array(),
      array(),
      array(),
    ];
  }

  count(run: number, value: number): void {
    if (value === 1) this.#plus[run]++;
    else if (value === -1) this.#minus[run]++;
    else this.#other[run] += countInt8Parts(value);
  }

  /** After counting: assigns each run its position. */
  close(): { runCount: number; entries: number; others: number } {
    const [plus, minus, other] = [this.#plus, this.#minus, this.#other];
    let runCount = 0;
    let entries = 0;
    let others = 0;
    for (let run = 0; run < plus.length; run++) {
      if (plus[run] + minus[run] < MIN_ONES) {
        other[run] += plus[run] + minus[run];
        plus[run] = minus[run] = 0;
      }
      this.#nextPlus[run] = entries;
      this.#nextMinus[run] = entries + plus[run];
      this.#nextOther[run] = entries + plus[run] + minus[run];
      this.#nextValue[run] = others;
      entries = this.#nextOther[run] + other[run];
      others += other[run];
      if (this.#size(run) > 0) runCount++;
    }
    return { runCount, entries, others };
  }

  write(records: DataView, of: (run: number) => { row: number; factor: number }): void {
    let at = 0;
    for (let run = 0; run < this.#plus.length; run++) {
      if (this.#size(run) === 0) continue;
      const { row, factor } = of(run);
      records.setUint32(at + layout.RUN_ROW, row, true);
      records.setUint16(at + layout.RUN_PLUS, this.#plus[run], true);
      records.setUint16(at + layout.RUN_MINUS, this.#minus[run], true);
      records.setUint32(at + layout.RUN_OTHER, this.#other[run], true);
      records.setFloat32(at + layout.RUN_FACTOR, factor, true);
      at += layout.RUN_BYTES;
    }
  }

  place(run: number, line: number, value: number, entryLines: Uint16Array, values: Int8Array): void {
    const apart = this.#plus[run] + this.#minus[run] > 0;
    if (apart && value === 1) entryLines[this.#nextPlus[run]++] = line;
    else if (apart && value === -1) entryLines[this.#nextMinus[run]++] = line;
    else {
      for (let rest = value; rest !== 0; rest -= toInt8(rest)) {
        entryLines[this.#nextOther[run]++] = line;
        values[this.#nextValue[run]++] = toInt8(rest);
      }
    }
  }

  #size(run: number): number {
    return this.#plus[run] + this.#minus[run] + this.#other[run];
  }
}

interface Lines {
  readonly count: number;
  /** Line of each column of C. */
  readonly of: Uint32Array;
  /** First line of each block (rows) or run (matrix), and one more. */
  readonly blockLines: Uint16Array;
  /** Position of each line in its block: u·8 + v (rows) or h (matrix). */
  readonly places: Uint8Array;
}

/** Numbers the used columns, block after block, in the output order of the transform. */
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

/** Bit u of a block's mask is set if one of its lines has that horizontal frequency. */
function blockMasks({ blockLines, places }: Lines, blocks: number): Uint8Array {
  return Uint8Array.from({ length: blocks }, (_, block) => {
    let mask = 0;
    for (let line = blockLines[block]; line < blockLines[block + 1]; line++) mask |= 1 << (places[line] >> 3);
    return mask;
  });
}
