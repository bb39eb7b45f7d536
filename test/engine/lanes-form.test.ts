import { describe, expect, it } from 'vitest';
import type { SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import * as layout from '../../kernels/wasm/layout.ts';
import { putLanesForm } from '../../src/engine/backends/wasm/lanes-form.ts';
import { KernelMemory } from '../../src/engine/backends/wasm/memory.ts';
import type { MatrixStage, RowsStage } from '../../src/model/network.ts';
import { matrixStage, randomCoefficients, rowsStage } from '../kernels/random.ts';

interface PlainRun {
  readonly row: number;
  readonly factor: number;
  readonly plus: number[];
  readonly minus: number[];
  /** Line and value. */
  readonly other: [number, number][];
}

/** The runs, made row by row from lists. */
function plainRuns(stage: RowsStage | MatrixStage): PlainRun[] {
  const { coefficients, quantization, kind } = stage;
  const lines = linesByPlace(coefficients, kind);
  const runs: PlainRun[] = [];
  for (let row = 0; row < coefficients.rows; row++) {
    const all = nonzeros(coefficients, row);
    for (let h = 0; h < (kind === 'rows' ? 1 : 8); h++) {
      const entries = kind === 'rows' ? all : all.filter(([column]) => column % 8 === h);
      const apart = entries.filter(([, value]) => Math.abs(value) === 1).length >= 12;
      const factor = kind === 'rows' ? 1 : quantization[(row % 8) * 8 + h];
      let run: PlainRun | undefined;
      for (const [column, value] of entries) {
        // The greatest value takes 259 parts.
        if (!run || run.other.length > 65535 - 259) {
          run = { row, factor, plus: [], minus: [], other: [] };
          runs.push(run);
        }
        const line = lines.indexOf(column);
        if (apart && value === 1) run.plus.push(line);
        else if (apart && value === -1) run.minus.push(line);
        else {
          const sign = Math.sign(value);
          for (let left = Math.abs(value); left > 0; left -= 127) {
            run.other.push([line, sign * Math.min(127, left)]);
          }
        }
      }
    }
  }
  return runs;
}

function nonzeros({ rowStart, column, value }: SparseCoefficients, row: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = rowStart[row]; i < rowStart[row + 1]; i++) found.push([column[i], value[i]]);
  return found;
}

/** Columns in use, in the order of their lines: blocks by horizontal, then vertical frequency. */
function linesByPlace({ column }: SparseCoefficients, kind: 'rows' | 'matrix'): number[] {
  const rank = (k: number): number => (kind === 'rows' ? (k & ~63) | ((k & 7) * 8) | ((k >> 3) & 7) : k);
  return [...new Set(column)].sort((a, b) => rank(a) - rank(b));
}

/** The runs, read from the kernels' memory. */
function storedRuns(stage: RowsStage | MatrixStage): PlainRun[] {
  const memory = new KernelMemory(false);
  const form = putLanesForm(memory, stage);
  if (!form) throw new Error('no form');
  const { buffer } = memory.memory;
  const view = new DataView(buffer);
  let entry = form.entryLines;
  let value = form.values;
  const take = (count: number): number[] =>
    Array.from({ length: count }, () => {
      entry += 2;
      return view.getUint16(entry - 2, true);
    });
  return Array.from({ length: form.runCount }, (_, index) => {
    const at = form.runs + index * layout.RUN_BYTES;
    const plus = take(view.getUint16(at + layout.RUN_PLUS, true));
    const minus = take(view.getUint16(at + layout.RUN_MINUS, true));
    const other = take(view.getUint16(at + layout.RUN_OTHER, true)).map((line): [number, number] => [
      line,
      view.getInt8(value++),
    ]);
    const row = view.getUint32(at + layout.RUN_ROW, true);
    return { row, factor: view.getFloat32(at + layout.RUN_FACTOR, true), plus, minus, other };
  });
}

describe('the layout for batches', () => {
  it.each([
    { density: 0, most: 1 },
    { density: 0.03, most: 1 },
    { density: 0.4, most: 2 },
    { density: 0.4, most: 300 },
    { density: 0.9, most: 3000 },
  ])('is what a plain construction gives: density $density, up to $most', ({ density, most }) => {
    const rows = randomCoefficients(20, 1024, { density, most, seed: 7 });
    const matrix = randomCoefficients(24, 304, { density, most, seed: 8 });
    for (const stage of [
      rowsStage(28, 28, { outFeatures: 20, coefficients: rows }),
      matrixStage(300, { outFeatures: 21, coefficients: matrix }),
    ]) {
      expect(storedRuns(stage)).toEqual(plainRuns(stage));
    }
  });

  it('starts another run where a count would not fit 16 bits', () => {
    const coefficients = randomCoefficients(2, 1024, { density: 1, most: 32767 });
    const stage = rowsStage(32, 32, { outFeatures: 2, coefficients });
    const runs = storedRuns(stage);
    expect(runs.length).toBeGreaterThan(2);
    expect(runs).toEqual(plainRuns(stage));
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
    const stage = rowsStage(256, 256, { outFeatures: 1, coefficients });
    expect(putLanesForm(new KernelMemory(false), stage)).toBeUndefined();
  });
});
