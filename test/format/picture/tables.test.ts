import { describe, expect, it } from 'vitest';
import { type LayerTable, shareTables } from '../../../src/format/picture/tables.ts';

/** A table whose first entries are these; the others are 50 and unused. Entries of 0 are unused, too. */
function layer(name: string, entries: readonly number[], isScalable = true): LayerTable {
  return {
    name,
    quantization: Uint16Array.from({ length: 64 }, (_, k) => entries[k] || 50),
    used: Array.from({ length: 64 }, (_, k) => Boolean(entries[k])),
    isScalable,
  };
}
const share = (...layers: LayerTable[]) => {
  const { tables, ...rest } = shareTables(layers);
  return { ...rest, tables: tables.map((table) => [...table.subarray(0, 4)]) };
};

describe('layers share a table', () => {
  it('where it is the same', () => {
    expect(share(layer('a', [4, 6, 10]), layer('b', [4, 6, 10]))).toEqual({
      ...{ tables: [[4, 6, 10, 50]], components: [0, 0], factors: [1, 1] },
    });
  });

  it('where it is the same but for entries that one of them does not use, which it takes from the other', () => {
    expect(share(layer('a', [4, 0, 10]), layer('b', [0, 6, 10, 8]))).toEqual({
      ...{ tables: [[4, 6, 10, 8]], components: [0, 0], factors: [1, 1] },
    });
  });

  it('where it is the same up to a factor, which the scales take over: that of the smallest', () => {
    expect(share(layer('a', [12, 18]), layer('b', [4, 6]), layer('c', [8, 12]))).toEqual({
      ...{ tables: [[4, 6, 50, 50]], components: [0, 0, 0], factors: [3, 1, 2] },
    });
  });

  it('with that of a layer whose scales take nothing over, in whatever order they come', () => {
    const [fixed, other] = [layer('fixed', [12, 18], false), layer('other', [4, 6])];
    expect(share(fixed, other)).toMatchObject({ tables: [[12, 18, 50, 50]], factors: [1, 1 / 3] });
    expect(share(other, fixed)).toMatchObject({ tables: [[12, 18, 50, 50]], factors: [1 / 3, 1] });
    expect(share(fixed, layer('same', [12, 18], false))).toMatchObject({
      components: [0, 0],
      factors: [1, 1],
    });
  });

  it('not where two such differ by a factor', () => {
    expect(share(layer('a', [12, 18], false), layer('b', [4, 6], false))).toEqual({
      ...{
        tables: [
          [12, 18, 50, 50],
          [4, 6, 50, 50],
        ],
        components: [0, 1],
        factors: [1, 1],
      },
    });
  });

  it('not where two such differ by a factor that a third layer could take over', () => {
    const fixed = [layer('a', [12, 18], false), layer('b', [4, 6], false)];
    expect(share(layer('scalable', [4, 6]), ...fixed)).toEqual({
      ...{
        tables: [
          [12, 18, 50, 50],
          [4, 6, 50, 50],
        ],
        components: [0, 0, 1],
        factors: [1 / 3, 1, 1],
      },
    });
  });

  it('not where an entry that both use differs', () => {
    expect(share(layer('a', [4, 6]), layer('b', [4, 7]), layer('c', [4, 6, 2]))).toEqual({
      ...{
        tables: [
          [4, 6, 2, 50],
          [4, 7, 50, 50],
        ],
        components: [0, 1, 0],
        factors: [1, 1, 1],
      },
    });
  });

  it('a layer without coefficients fits every table', () => {
    expect(share(layer('empty', []), layer('b', [9, 6]))).toMatchObject({
      components: [0, 0],
      factors: [1, 3],
    });
  });
});

it('four different tables are refused, with the names of a layer of each', () => {
  const three = [layer('a', [4, 5]), layer('b', [4, 7]), layer('c', [4, 9])];
  expect(share(...three).tables).toHaveLength(3);
  expect(() => shareTables([...three, layer('again', [4, 5]), layer('d', [4, 11])])).toThrow(
    expect.objectContaining({
      ...{ kind: 'unsupported', code: 'MODEL_TABLES' },
      message: expect.stringMatching(
        /^layers 'a', 'b', 'c', 'd' have different quantisation tables, 4 in all, .* at most 3: .* or write a \.wjz$/,
      ),
    }),
  );
});
