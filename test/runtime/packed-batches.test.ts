import { describe, expect, it } from 'vitest';
import type { SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../kernels/wasm/layout.ts';
import { KernelMemory } from '../../src/runtime/backends/wasm/memory.ts';
import { type PackedBatches, writePackedBatches } from '../../src/runtime/backends/wasm/packed-batches.ts';
import type { MatrixNode, RowsNode } from '../../src/weights/network.ts';
import { matrixNode, randomCoefficients, rowsNode } from '../kernels/random.ts';

type Lines = Map<number, number>;

/** For each row and, in the matrix layout, frequency (times its factor) what it takes of each column that is used. */
function plainRows({ coefficients, quantization, kind }: RowsNode | MatrixNode): [string, Lines][] {
  const { rows, rowStart, column, value } = coefficients;
  const lines = linesByPlace(coefficients, kind);
  const lineOf = new Map(lines.map((k, line) => [k, line]));
  const found = new Map<string, Lines>();
  for (let row = 0; row < rows; row++) {
    for (let h = 0; h < (kind === 'rows' ? 1 : 8); h++) {
      const factor = kind === 'rows' ? 1 : quantization[(row % 8) * 8 + h];
      for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
        if (kind === 'matrix' && column[i] % 8 !== h) continue;
        const name = `${row} times ${factor}`;
        found.set(name, (found.get(name) ?? new Map()).set(lineOf.get(column[i]), value[i]));
      }
    }
  }
  return sorted(found);
}

/** Columns in use, in the order of their lines: blocks by horizontal, then vertical frequency. */
function linesByPlace({ column }: SparseCoefficients, kind: 'rows' | 'matrix'): number[] {
  const rank = (k: number): number => (kind === 'rows' ? (k & ~63) | ((k & 7) * 8) | ((k >> 3) & 7) : k);
  return [...new Set(column)].sort((a, b) => rank(a) - rank(b));
}

function sorted(rows: Map<string, Lines>): [string, Lines][] {
  const entries = [...rows].map(([name, lines]): [string, Lines] => [
    name,
    new Map([...lines].filter(([, value]) => value !== 0).sort(([a], [b]) => a - b)),
  ]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The same, read from the kernels' memory; and what the form's numbers are. */
function storedRows(node: RowsNode | MatrixNode): {
  rows: [string, Lines][];
  form: PackedBatches;
  max: number;
} {
  const memory = new KernelMemory(false);
  const form = writePackedBatches(memory, node);
  if (!form) throw new Error('no form');
  const view = new DataView(memory.memory.buffer);
  const made = Array.from({ length: form.combined }, (_, index) => {
    const at = form.combinations + index * layout.COMBINATION_BYTES;
    return [
      [view.getUint16(at + layout.COMBINATION_FIRST, true), view.getInt8(at + layout.COMBINATION_A)],
      [view.getUint16(at + layout.COMBINATION_SECOND, true), view.getInt8(at + layout.COMBINATION_B)],
    ];
  });
  const columns = form.lines - form.combined;
  const rows = new Map<string, Lines>();
  let entry = form.entryLines;
  let value = form.values;
  let max = 0;
  let last = -1;
  for (let index = 0; index < form.runCount; index++) {
    const at = form.runs + index * layout.RUN_BYTES;
    const row = view.getUint32(at + layout.RUN_ROW, true);
    expect(row).toBeGreaterThanOrEqual(last);
    last = row;
    const name = `${row} times ${view.getFloat32(at + layout.RUN_FACTOR, true)}`;
    const sums = rows.get(name) ?? new Map();
    rows.set(name, sums);
    const add = (count: number, next: () => number): void => {
      max = Math.max(max, count);
      for (let i = 0; i < count; i++, entry += 2) {
        const line = view.getUint16(entry, true);
        const times = next();
        const parts = line < columns ? [[line, 1]] : made[line - columns];
        for (const [part, factor] of parts) sums.set(part, (sums.get(part) ?? 0) + times * factor);
      }
    };
    add(view.getUint16(at + layout.RUN_PLUS, true), () => 1);
    add(view.getUint16(at + layout.RUN_MINUS, true), () => -1);
    add(view.getUint32(at + layout.RUN_OTHER, true), () => view.getInt8(value++));
  }
  return { rows: sorted(rows), form, max };
}

describe('the layout for batches', () => {
  it.each([
    { density: 0, max: 1 },
    { density: 0.03, max: 1 },
    { density: 0.4, max: 2 },
    { density: 0.4, max: 300 },
    { density: 0.9, max: 3000 },
  ])(
    'gives each row its coefficients, as a plain construction does: density $density, up to $most',
    ({ density, max }) => {
      const rows = randomCoefficients(20, 1024, { density, max, seed: 7 });
      const matrix = randomCoefficients(24, 304, { density, max, seed: 8 });
      for (const node of [
        rowsNode(28, 28, { outFeatures: 20, coefficients: rows }),
        matrixNode(300, { outFeatures: 21, coefficients: matrix }),
      ]) {
        expect(storedRows(node).rows).toEqual(plainRows(node));
      }
    },
  );

  it('makes lines of pairs of columns that many rows have in common', () => {
    const coefficients = randomCoefficients(200, 64, { density: 0.8, max: 1, seed: 3 });
    const { form } = storedRows(rowsNode(8, 8, { outFeatures: 200, coefficients }));
    expect(form.combined).toBeGreaterThan(32);
  });

  it('holds a row of more parts than 16 bits count', () => {
    const coefficients = randomCoefficients(2, 1024, { density: 1, max: 32767 });
    const node = rowsNode(32, 32, { outFeatures: 2, coefficients });
    const { rows, max } = storedRows(node);
    expect(max).toBeGreaterThan(65535);
    expect(rows).toEqual(plainRows(node));
  });

  it('is refused where more columns are used than 16 bits number', () => {
    const count = 2 ** 16;
    const coefficients = {
      rows: 1,
      columns: count,
      rowStart: Uint32Array.of(0, count),
      column: Uint16Array.from({ length: count }, (_, k) => k),
      value: new Int8Array(count).fill(1),
    };
    const node = rowsNode(256, 256, { outFeatures: 1, coefficients });
    expect(writePackedBatches(new KernelMemory(false), node)).toBeUndefined();
  });
});
