import { describe, expect, it } from 'vitest';
import { SparseBuilder } from '../../kernels/coefficient-multiply/sparse.ts';
import { mulberry32 } from '../../src/random.ts';

describe('SparseBuilder', () => {
  it.each([
    { columns: 40, rows: 5000, max: 100 },
    { columns: 300, rows: 1000, max: 1000 },
    { columns: 70_000, rows: 9, max: 128 },
  ])('keeps the nonzeros of $rows rows of $columns', ({ columns, rows, max }) => {
    const random = mulberry32(columns);
    const builder = new SparseBuilder(columns);
    const row = new Int16Array(columns);
    const column: number[] = [];
    const value: number[] = [];
    const rowStart = [0];
    for (let r = 0; r < rows; r++) {
      const density = random();
      for (let k = 0; k < columns; k++) {
        row[k] = random() < density ? Math.round((random() * 2 - 1) * max) : 0;
        if (row[k] === 0) continue;
        column.push(k);
        value.push(row[k]);
      }
      rowStart.push(column.length);
      builder.addRow(row);
    }
    const built = builder.finish();
    expect(built.rowStart).toEqual(Uint32Array.from(rowStart));
    expect(Array.from(built.column)).toEqual(column);
    expect(Array.from(built.value)).toEqual(value);
    const bytes = [
      columns <= 256 ? 1 : columns <= 65536 ? 2 : 4,
      value.every((v) => v >= -128 && v <= 127) ? 1 : 2,
    ];
    expect([built.column.BYTES_PER_ELEMENT, built.value.BYTES_PER_ELEMENT]).toEqual(bytes);
  });
});
