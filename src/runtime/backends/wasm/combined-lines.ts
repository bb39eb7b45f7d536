import type { ColumnList } from './columns.ts';
import { toInt8 } from './int8-parts.ts';
import { COMBINED_LINE_COST, MAX_COMBINED_COLUMNS, MULTIPLIED_ENTRY_COST } from './tuning.ts';

/** Maximum number of combined lines, so that the lines of a group of images stay in the L2 cache. */
export const MAX_COMBINED = 4096;

/** Receives the combined lines and all entries, in an order determined by the list and the pairs alone. */
export interface EntryVisitor {
  /** The next line is a·(line `first`) + b·(line `second`). */
  combine?(first: number, second: number, a: number, b: number): void;
  entry(row: number, pair: number, line: number, value: number): void;
}

/**
 * Visits the nonzeros of pairs of lines: a pattern shared by many rows, up to its sign, becomes a separate line,
 * of which each of those rows has one entry of ±1. `list`: nonzeros by line; combined lines are numbered from
 * `list.start.length - 1` on. A pair that lacks its second line is not combined.
 */
export function visitCombined(
  list: ColumnList,
  pairs: readonly (readonly [number, number?])[],
  max: number,
  { combine, entry }: EntryVisitor,
): void {
  // Indexed by two values of 8 bits: number of rows with them; then the line combined from them.
  const uses = new Uint32Array(65536);
  const made = new Uint32Array(65536);
  let next = list.start.length - 1;
  const end = next + max;
  pairs.forEach(([first, second], pair) => {
    const codes: number[] = [];
    if (second !== undefined) {
      visitPair(list, first, second, (_row, a, b) => {
        const code = codeOf(a, b);
        if (uses[code]++ === 0) codes.push(code);
      });
    }
    for (const code of codes) {
      const a = code >> 8;
      const b = (code << 24) >> 24;
      if (
        code !== NOT_COMBINED &&
        next < end &&
        uses[code] * (costOf(a) + costOf(b) - 1) > COMBINED_LINE_COST
      ) {
        combine?.(first, second as number, a, b);
        made[code] = next++;
      }
    }
    visitPair(list, first, second, (row, a, b) => {
      const line = made[codeOf(a, b)];
      if (line > 0) {
        entry(row, pair, line, isTurned(a, b) ? -1 : 1);
      } else {
        if (a !== 0) entry(row, pair, first, a);
        if (b !== 0) entry(row, pair, second as number, b);
      }
    });
    for (const code of codes) uses[code] = made[code] = 0;
  });
}

function costOf(value: number): number {
  if (value === 0) return 0;
  return Math.abs(value) === 1 ? 1 : MULTIPLIED_ENTRY_COST;
}

/** Values beyond int8 are not combined. */
const NOT_COMBINED = 0;

/** A number of 15 bits for (a, b), the same as for (-a, -b). */
function codeOf(a: number, b: number): number {
  if (toInt8(a) !== a || toInt8(b) !== b) return NOT_COMBINED;
  return isTurned(a, b) ? (-a << 8) | (-b & 255) : (a << 8) | (b & 255);
}

function isTurned(a: number, b: number): boolean {
  return a < 0 || (a === 0 && b < 0);
}

/** Rows in which at least one of two lines is nonzero, ascending, with both values. */
function visitPair(
  { start, row, value }: ColumnList,
  first: number,
  second: number | undefined,
  visit: (row: number, a: number, b: number) => void,
): void {
  let i = start[first];
  const endFirst = start[first + 1];
  let j = second === undefined ? 0 : start[second];
  const endSecond = second === undefined ? 0 : start[second + 1];
  while (i < endFirst || j < endSecond) {
    const rowFirst = i < endFirst ? row[i] : Infinity;
    const rowSecond = j < endSecond ? row[j] : Infinity;
    const next = Math.min(rowFirst, rowSecond);
    visit(next, rowFirst === next ? value[i++] : 0, rowSecond === next ? value[j++] : 0);
  }
}

/**
 * Pairs of neighbours when sorted by number of nonzeros, among lines of equal `group`; with too many lines for that,
 * single lines in order.
 */
export function pairLines(
  { start }: ColumnList,
  groups: number,
  groupOf: (line: number) => number,
): [number, number?][] {
  const count = start.length - 1;
  if (count > MAX_COMBINED_COLUMNS) return Array.from({ length: count }, (_, line) => [line]);
  const pairs: [number, number?][] = [];
  for (let group = 0; group < groups; group++) {
    const lines: number[] = [];
    for (let line = 0; line < count; line++) if (groupOf(line) === group) lines.push(line);
    lines.sort((a, b) => start[b + 1] - start[b] - (start[a + 1] - start[a]) || a - b);
    for (let i = 0; i < lines.length; i += 2) pairs.push([lines[i], lines[i + 1]]);
  }
  return pairs;
}
