import * as layout from '../../../../kernels/wasm/layout.ts';
import type { Precision } from '../backend.ts';
import type { ColumnList, ColumnOrder } from './columns.ts';
import { toInt8, visitInt8Parts } from './int8-parts.ts';
import type { KernelMemory } from './memory.ts';

/** Columns that one segment covers at most: an entry has 8 bits for its column, a pair less. */
const SEGMENT_COLUMNS = 64;
/** Rows that an entry's 16 bits reach, as bytes of float32. */
const SEGMENT_ROWS = 16384;

/** When a pair of columns is kept as int8 for all rows. */
export interface PairRule {
  /** Nonzeros of a pair above which it is kept. */
  least(rows: number): number;
  /** What a group's pairs must save together, in nonzeros. */
  gain(rows: number): number;
}

/**
 * The cost rule, in cycles (measured, docs/performance.md): what one entry costs; what one pair of columns costs for each 32
 * rows; and what pairs cost however few they are, once and for each 32 rows. float32 goes over the pairs twice. A pair is
 * kept as int8 where that is cheaper than its entries, if all pairs of a group together are.
 */
const ENTRY_CYCLES = 3;
const PAIR_CYCLES = 7;
const PAIRS_CYCLES = { once: 300, rowBlock: 60 };

/** The layout that multiplies fastest. */
export function fastest(precision: Precision): PairRule {
  const passes = precision === 'int16' ? 1 : 2;
  return {
    least: (rows) => ((rows / layout.ROW_BLOCK) * PAIR_CYCLES * passes) / ENTRY_CYCLES,
    gain: (rows) =>
      (passes * (PAIRS_CYCLES.once + (rows / layout.ROW_BLOCK) * PAIRS_CYCLES.rowBlock)) / ENTRY_CYCLES,
  };
}

/** The smallest layout: a pair takes 2 bytes a row, an entry takes 4. */
export const smallest: PairRule = { least: (rows) => rows / 2, gain: () => 0 };

/** Entries only, for kernels that know nothing else. */
export const entriesOnly: PairRule = { least: () => Infinity, gain: () => Infinity };

/** Above this sum of a row's magnitudes, 32-bit sums of products could overflow; further columns stay entries. */
const MOST_ROW_SUM = 2 ** 19;

export interface SingleForm {
  readonly segments: number;
  readonly segmentCount: number;
  readonly groupPairs: number;
  readonly weights: number;
  /** Greatest sum of magnitudes in a row of the int8 weights. */
  readonly rowSum: number;
  readonly pairs: number;
  readonly entries: number;
}

interface Segment {
  readonly column: number;
  readonly columns: number;
  readonly group: number;
  readonly pairs: number[];
  readonly entries: number[];
  readonly row: number;
}

/** Lays C out for single inputs: see `multiplySingle`. `rows`: padded to `ROW_BLOCK`. */
export function putSingleForm(
  memory: KernelMemory,
  list: ColumnList,
  order: ColumnOrder,
  rows: number,
  rule: PairRule,
): SingleForm {
  const least = rule.least(rows);
  const groupColumns = order.count / order.groups;
  const sums = new Uint32Array(rows);
  const segments: Segment[] = [];
  const weights: Int16Array[] = [];
  const groupPairs = new Uint32Array(order.groups);
  for (let group = 0; group < order.groups; group++) {
    const kept: number[] = [];
    const pays = groupGain(list, group * groupColumns, groupColumns, least) > rule.gain(rows);
    for (let at = 0; at < groupColumns; at += SEGMENT_COLUMNS) {
      const column = group * groupColumns + at;
      const columns = Math.min(SEGMENT_COLUMNS, groupColumns - at);
      const pairs: number[] = [];
      const entries = new Map<number, number[]>();
      for (let k = 0; k < columns; k += 2) {
        const first = column + k;
        const asPair = pays && pairNonzeros(list, first) > least && fits(list, first, sums);
        if (asPair) {
          pairs.push(k >> 1);
          kept.push(first);
        }
        addEntries(entries, list, first, k, asPair);
      }
      const parts = entries.size > 0 ? [...entries].sort(([a], [b]) => a - b) : [];
      // A segment without a nonzero still tells which block is to be transformed; without pairs it is not needed.
      if (parts.length === 0 && pairs.length > 0) parts.push([0, []]);
      parts.forEach(([row, words], index) => {
        segments.push({ column, columns, group, pairs: index === 0 ? pairs : [], entries: words, row });
      });
    }
    groupPairs[group] = kept.length;
    weights.push(pairWeights(list, kept, rows));
  }
  return {
    segments: putSegments(memory, segments, order.blocks),
    segmentCount: segments.length,
    groupPairs: memory.put(groupPairs),
    weights: memory.put(concatenate(weights)),
    rowSum: sums.reduce((most, sum) => Math.max(most, sum), 0),
    pairs: groupPairs.reduce((sum, count) => sum + count, 0),
    entries: segments.reduce((sum, segment) => sum + segment.entries.length, 0),
  };
}

function pairNonzeros({ start }: ColumnList, column: number): number {
  return start[Math.min(column + 2, start.length - 1)] - start[column];
}

/** How many entries more than they cost the pairs of a group would save. */
function groupGain(list: ColumnList, first: number, columns: number, least: number): number {
  let gain = 0;
  for (let k = 0; k < columns; k += 2) gain += Math.max(0, pairNonzeros(list, first + k) - least);
  return gain;
}

/** Adds a pair's magnitudes to the sums of its rows, unless one of them would become too great. */
function fits(list: ColumnList, column: number, sums: Uint32Array): boolean {
  const end = list.start[Math.min(column + 2, list.start.length - 1)];
  for (let i = list.start[column]; i < end; i++) {
    if (sums[list.row[i]] + 2 * 127 > MOST_ROW_SUM) return false;
  }
  for (let i = list.start[column]; i < end; i++) sums[list.row[i]] += Math.abs(toInt8(list.value[i]));
  return true;
}

/** What of two columns does not stand in int8 pairs, as words of an entry, by block of `SEGMENT_ROWS`. */
function addEntries(
  entries: Map<number, number[]>,
  list: ColumnList,
  first: number,
  k: number,
  asPair: boolean,
): void {
  for (let side = 0; side < 2 && first + side < list.start.length - 1; side++) {
    for (let i = list.start[first + side]; i < list.start[first + side + 1]; i++) {
      const rest = asPair ? list.value[i] - toInt8(list.value[i]) : list.value[i];
      const row = list.row[i];
      const base = row - (row % SEGMENT_ROWS);
      visitInt8Parts(rest, (part) => {
        const words = entries.get(base) ?? [];
        entries.set(base, words);
        words.push(((part & 255) << 24) | ((k + side) << 18) | ((row - base) << 2));
      });
    }
  }
}

/** [row block][pair][64 bytes], as `multiplyPairs` reads them. */
function pairWeights(list: ColumnList, pairs: readonly number[], rows: number): Int16Array {
  // Word of row r and column side s: vector r >> 3, lane 2·(r mod 4) + s, low byte for r mod 8 < 4, high byte else.
  const words = new Int16Array(rows * pairs.length).fill(128);
  pairs.forEach((column, pair) => {
    for (let side = 0; side < 2 && column + side < list.start.length - 1; side++) {
      for (let i = list.start[column + side]; i < list.start[column + side + 1]; i++) {
        const row = list.row[i];
        const block = (row >> 5) * pairs.length + pair;
        const at = block * 32 + ((row >> 3) & 3) * 8 + (row & 3) * 2 + side;
        words[at] += (row & 4 ? 256 : 1) * toInt8(list.value[i]);
      }
    }
  });
  return words;
}

function putSegments(memory: KernelMemory, segments: readonly Segment[], blocks: boolean): number {
  const entries = memory.put(Int32Array.from(segments.flatMap((segment) => segment.entries)));
  const pairs = memory.put(Uint8Array.from(segments.flatMap((segment) => segment.pairs)));
  const records = memory.take(segments.length * layout.SEGMENT_WORDS * 4);
  let entry = 0;
  let pair = 0;
  segments.forEach((segment, index) => {
    const words = memory.words(records + index * layout.SEGMENT_WORDS * 4, layout.SEGMENT_WORDS);
    words[layout.SEGMENT_COLUMN] = segment.column;
    words[layout.SEGMENT_COLUMNS] = segment.columns;
    words[layout.SEGMENT_BLOCK] = blocks ? segment.column / 64 : 0;
    words[layout.SEGMENT_GROUP] = segment.group;
    words[layout.SEGMENT_ENTRIES] = entries + entry * 4;
    words[layout.SEGMENT_ENTRY_COUNT] = segment.entries.length;
    words[layout.SEGMENT_PAIRS] = pairs + pair;
    words[layout.SEGMENT_PAIR_COUNT] = segment.pairs.length;
    words[layout.SEGMENT_ROW] = segment.row;
    entry += segment.entries.length;
    pair += segment.pairs.length;
  });
  return records;
}

function concatenate(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
