import * as layout from '../../../../kernels/wasm/layout.ts';
import type { Precision } from '../backend.ts';
import type { ColumnList, ColumnOrder } from './columns.ts';
import { toInt8 } from './int8-parts.ts';
import type { KernelMemory } from './memory.ts';
import { ENTRY_CYCLES, PAIR_CYCLES, PAIRS_CYCLES } from './tuning.ts';

/** Maximum columns per segment: an entry has 8 bits for its column, a pair fewer. */
const SEGMENT_COLUMNS = 64;
/** Rows addressable by an entry's 16 bits, as bytes of float32. */
const SEGMENT_ROWS = 16384;

/** The rule that decides whether a pair of columns is stored as int8 for all rows. */
export interface PairRule {
  /** Minimum nonzeros of such a pair, exclusive. */
  min(rows: number): number;
  /** Minimum saving of a group's pairs together, in nonzeros. */
  gain(rows: number): number;
}

/** The fastest layout. */
export function fastest(precision: Precision): PairRule {
  const passes = precision === 'float32' ? 2 : 1;
  return {
    min: (rows) => ((rows / layout.ROW_BLOCK) * PAIR_CYCLES * passes) / ENTRY_CYCLES,
    gain: (rows) =>
      (passes * (PAIRS_CYCLES.once + (rows / layout.ROW_BLOCK) * PAIRS_CYCLES.rowBlock)) / ENTRY_CYCLES,
  };
}

/** The smallest layout: a pair takes 2 bytes per row, an entry 4. */
export const smallest: PairRule = { min: (rows) => rows / 2, gain: () => 0 };

/** Entries only, for kernels without pairs. */
export const entriesOnly: PairRule = { min: () => Infinity, gain: () => Infinity };

/** Above this sum of a row's magnitudes, 32-bit sums of products could overflow; further columns stay entries. */
const MAX_ROW_SUM = 2 ** 19;

export interface PackedSingle {
  readonly segments: number;
  readonly segmentCount: number;
  readonly groupPairs: number;
  readonly weights: number;
  /** Maximum sum of magnitudes over the rows of the int8 weights. */
  readonly rowSum: number;
  readonly pairs: number;
  readonly entries: number;
}

/** A segment's record before its entries and pairs have an address. */
interface Segment {
  readonly column: number;
  readonly columns: number;
  readonly group: number;
  readonly row: number;
  readonly pairs: number;
  readonly entries: number;
}

/** Which pairs of columns are stored as int8. */
export interface PairChoice {
  /** Of each pair, 1 if it is. */
  readonly kept: Uint8Array;
  /** Number of them in each group. */
  readonly groupPairs: Uint32Array;
  /** Maximum sum of magnitudes over the rows of these weights. */
  readonly rowSum: number;
}

/** Lays C out for single inputs: see `multiplySingle`. `rows`: padded to `ROW_BLOCK`. */
export function writePackedSingle(
  memory: KernelMemory,
  list: ColumnList,
  order: ColumnOrder,
  rows: number,
  { kept, groupPairs, rowSum }: PairChoice,
): PackedSingle {
  const segments = listSegments(list, order, rows, kept);
  const pairs = groupPairs.reduce((sum, count) => sum + count, 0);
  const entries = segments.reduce((sum, segment) => sum + segment.entries, 0);
  const entryWords = memory.allocate(entries * 4);
  const pairNumbers = memory.allocate(pairs);
  const form = {
    segments: writeSegments(memory, segments, order.blocks, entryWords, pairNumbers),
    segmentCount: segments.length,
    groupPairs: memory.write(groupPairs),
    weights: memory.allocate(pairs * rows * 2),
    rowSum,
    pairs,
    entries,
  };
  writeEntries(list, order, kept, segments, new Int32Array(memory.memory.buffer, entryWords, entries));
  writePairNumbers(order, kept, new Uint8Array(memory.memory.buffer, pairNumbers, pairs));
  const weights = new Int16Array(memory.memory.buffer, form.weights, pairs * rows);
  writeWeights(list, order, kept, groupPairs, rows, weights);
  return form;
}

/** For each pair of columns, whether it is stored as int8 for all rows. */
export function choosePairs(list: ColumnList, order: ColumnOrder, rows: number, rule: PairRule): PairChoice {
  const min = rule.min(rows);
  const groupColumns = order.count / order.groups;
  const sums = new Uint32Array(rows);
  const kept = new Uint8Array(Math.ceil(order.count / 2));
  const groupPairs = new Uint32Array(order.groups);
  for (let group = 0; group < order.groups; group++) {
    const first = group * groupColumns;
    if (groupGain(list, first, groupColumns, min) <= rule.gain(rows)) continue;
    for (let column = first; column < first + groupColumns; column += 2) {
      if (pairNonzeros(list, column) <= min || !fits(list, column, sums)) continue;
      kept[column >> 1] = 1;
      groupPairs[group]++;
    }
  }
  return { kept, groupPairs, rowSum: sums.reduce((max, sum) => Math.max(max, sum), 0) };
}

/** Column ranges of the segments, in order. */
function* columnRanges({
  count,
  groups,
}: ColumnOrder): Generator<{ column: number; columns: number; group: number }> {
  const groupColumns = count / groups;
  for (let group = 0; group < groups; group++) {
    for (let at = 0; at < groupColumns; at += SEGMENT_COLUMNS) {
      const columns = Math.min(SEGMENT_COLUMNS, groupColumns - at);
      yield { column: group * groupColumns + at, columns, group };
    }
  }
}

function listSegments(list: ColumnList, order: ColumnOrder, rows: number, kept: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  for (const range of columnRanges(order)) {
    const { column, columns } = range;
    let pairs = 0;
    for (let k = 0; k < columns; k += 2) pairs += kept[(column + k) >> 1];
    const counts = new Uint32Array(Math.ceil(rows / SEGMENT_ROWS));
    visitEntries(list, column, columns, kept, (row) => counts[Math.floor(row / SEGMENT_ROWS)]++);
    const before = segments.length;
    counts.forEach((entries, block) => {
      if (entries === 0) return;
      const first = segments.length === before;
      segments.push({ ...range, row: block * SEGMENT_ROWS, pairs: first ? pairs : 0, entries });
    });
    // A segment without nonzeros still marks its block for the transform; without pairs it is not needed.
    if (segments.length === before && pairs > 0) segments.push({ ...range, row: 0, pairs, entries: 0 });
  }
  return segments;
}

function pairNonzeros({ start }: ColumnList, column: number): number {
  return start[Math.min(column + 2, start.length - 1)] - start[column];
}

/** Net saving of a group's pairs, in entries. */
function groupGain(list: ColumnList, first: number, columns: number, min: number): number {
  let gain = 0;
  for (let k = 0; k < columns; k += 2) gain += Math.max(0, pairNonzeros(list, first + k) - min);
  return gain;
}

/** Adds a pair's magnitudes to the sums of its rows, unless one of them would become too large. */
function fits(list: ColumnList, column: number, sums: Uint32Array): boolean {
  const end = list.start[Math.min(column + 2, list.start.length - 1)];
  for (let i = list.start[column]; i < end; i++) {
    if (sums[list.row[i]] + 2 * 127 > MAX_ROW_SUM) return false;
  }
  for (let i = list.start[column]; i < end; i++) sums[list.row[i]] += Math.abs(toInt8(list.value[i]));
  return true;
}

/** The values of a segment's columns that are not in int8 pairs, as parts of int8. `k`: column in the segment. */
function visitEntries(
  list: ColumnList,
  column: number,
  columns: number,
  kept: Uint8Array,
  visit: (row: number, k: number, part: number) => void,
): void {
  for (let k = 0; k < columns; k++) {
    const asPair = kept[(column + k) >> 1] === 1;
    for (let i = list.start[column + k]; i < list.start[column + k + 1]; i++) {
      let rest = list.value[i];
      if (asPair) rest -= toInt8(rest);
      for (; rest !== 0; rest -= toInt8(rest)) visit(list.row[i], k, toInt8(rest));
    }
  }
}

/** Entries of 4 bytes (kernels/wasm/layout.ts), segment after segment. */
function writeEntries(
  list: ColumnList,
  order: ColumnOrder,
  kept: Uint8Array,
  segments: readonly Segment[],
  words: Int32Array,
): void {
  let segment = 0;
  let end = 0;
  for (const { column, columns } of columnRanges(order)) {
    // Position of the next entry of each block of rows.
    const next: number[] = [];
    for (; segment < segments.length && segments[segment].column === column; segment++) {
      next[segments[segment].row / SEGMENT_ROWS] = end;
      end += segments[segment].entries;
    }
    visitEntries(list, column, columns, kept, (row, k, part) => {
      const block = Math.floor(row / SEGMENT_ROWS);
      words[next[block]++] = ((part & 255) << 24) | (k << 18) | ((row % SEGMENT_ROWS) << 2);
    });
  }
}

function writePairNumbers(order: ColumnOrder, kept: Uint8Array, numbers: Uint8Array): void {
  let at = 0;
  for (const { column, columns } of columnRanges(order)) {
    for (let k = 0; k < columns; k += 2) if (kept[(column + k) >> 1]) numbers[at++] = k >> 1;
  }
}

/** Per group [row block][pair][64 bytes], in the order `multiplyPairs` reads. */
function writeWeights(
  list: ColumnList,
  order: ColumnOrder,
  kept: Uint8Array,
  groupPairs: Uint32Array,
  rows: number,
  weights: Int16Array,
): void {
  // Word of row r and column side s: vector r >> 3, lane 2·(r mod 4) + s, low byte for r mod 8 < 4, high byte else.
  weights.fill(128);
  const groupColumns = order.count / order.groups;
  let start = 0;
  groupPairs.forEach((pairs, group) => {
    let pair = 0;
    for (let column = group * groupColumns; column < (group + 1) * groupColumns; column++) {
      if (!kept[column >> 1]) continue;
      for (let i = list.start[column]; i < list.start[column + 1]; i++) {
        const row = list.row[i];
        const block = start + ((row >> 5) * pairs + (pair >> 1)) * 32;
        const at = block + ((row >> 3) & 3) * 8 + (row & 3) * 2 + (pair & 1);
        weights[at] += (row & 4 ? 256 : 1) * toInt8(list.value[i]);
      }
      pair++;
    }
    start += pairs * rows;
  });
}

function writeSegments(
  memory: KernelMemory,
  segments: readonly Segment[],
  blocks: boolean,
  entries: number,
  pairs: number,
): number {
  const records = memory.allocate(segments.length * layout.SEGMENT_WORDS * 4);
  let entry = 0;
  let pair = 0;
  segments.forEach((segment, index) => {
    const words = memory.words(records + index * layout.SEGMENT_WORDS * 4, layout.SEGMENT_WORDS);
    words[layout.SEGMENT_COLUMN] = segment.column;
    words[layout.SEGMENT_COLUMNS] = segment.columns;
    words[layout.SEGMENT_BLOCK] = blocks ? segment.column / 64 : 0;
    words[layout.SEGMENT_GROUP] = segment.group;
    words[layout.SEGMENT_ENTRIES] = entries + entry * 4;
    words[layout.SEGMENT_ENTRY_COUNT] = segment.entries;
    words[layout.SEGMENT_PAIRS] = pairs + pair;
    words[layout.SEGMENT_PAIR_COUNT] = segment.pairs;
    words[layout.SEGMENT_ROW] = segment.row;
    entry += segment.entries;
    pair += segment.pairs;
  });
  return records;
}
