import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { huffmanEncodingTable, optimalHuffmanCode } from '../../src/jpeg/entropy/huffman/encoding-table.ts';
import { SymbolStatistics } from '../../src/jpeg/entropy/huffman/symbol-sink.ts';
import {
  type ComponentStatistics,
  chooseHuffmanTables,
} from '../../src/jpeg/entropy/huffman/table-choice.ts';

/** One table's statistics: how often each of these symbols comes. */
function statistics(frequencies: Readonly<Record<number, number>>): SymbolStatistics {
  const all = new SymbolStatistics();
  for (const [symbol, frequency] of Object.entries(frequencies)) all.frequencies[Number(symbol)] = frequency;
  return all;
}

/** Luma likes symbols 0…9, chroma 100…109: each table for itself is shorter than one for both. */
const luma = (factor: number) =>
  statistics(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, factor * 50 * (i + 1)])));
const chroma = (factor: number) =>
  statistics(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [100 + i, factor * 70 * (i + 1)])));

function summed(...members: SymbolStatistics[]): Uint32Array {
  return new Uint32Array(256).map((_, symbol) =>
    members.reduce((sum, each) => sum + each.frequencies[symbol], 0),
  );
}

/** Bytes of a DHT segment's table and bits of all codes, for one table over these. */
function bits(frequencies: Uint32Array): number {
  const code = optimalHuffmanCode(frequencies);
  const { lengths } = huffmanEncodingTable(code);
  let sum = 8 * (1 + 16 + code.symbols.length);
  for (let symbol = 0; symbol < 256; symbol++) sum += frequencies[symbol] * lengths[symbol];
  return sum;
}

describe('which components share Huffman tables', () => {
  test('one component has its own', () => {
    expect(chooseHuffmanTables([[luma(1), chroma(1)]])).toEqual({
      groups: [[optimalHuffmanCode(luma(1).frequencies), optimalHuffmanCode(chroma(1).frequencies)]],
      groupOfComponent: [0],
    });
  });

  test('components that are alike share one', () => {
    const { groups, groupOfComponent } = chooseHuffmanTables([[luma(1)], [luma(2)], [luma(3)]]);
    expect(groupOfComponent).toEqual([0, 0, 0]);
    expect(groups).toEqual([[optimalHuffmanCode(summed(luma(1), luma(2), luma(3)))]]);
  });

  test('Cb and Cr have tables of their own where Y is different; of four, the last shares those of the first', () => {
    const of = (first: SymbolStatistics, second: SymbolStatistics): ComponentStatistics => [first, second];
    const y = of(luma(1), chroma(2));
    const cb = of(chroma(1), luma(2));
    const cr = of(chroma(3), luma(4));
    const k = of(luma(5), chroma(6));
    const dividedTables = [
      [optimalHuffmanCode(summed(y[0], k[0])), optimalHuffmanCode(summed(y[1], k[1]))],
      [optimalHuffmanCode(summed(cb[0], cr[0])), optimalHuffmanCode(summed(cb[1], cr[1]))],
    ];
    expect(chooseHuffmanTables([y, cb, cr, k])).toEqual({
      groups: dividedTables,
      groupOfComponent: [0, 1, 1, 0],
    });
    expect(chooseHuffmanTables([y, cb, cr]).groupOfComponent).toEqual([0, 1, 1]);
    expect(chooseHuffmanTables([y, cb]).groupOfComponent).toEqual([0, 1]);
  });

  test('is whatever takes fewer bits, tables counted; shared if that is the same', () => {
    const frequencies = fc
      .array(fc.tuple(fc.nat(15), fc.nat(60)), { minLength: 1, maxLength: 8 })
      .map((entries) => {
        const each = statistics(Object.fromEntries(entries));
        each.frequencies[entries[0][0]]++;
        return each;
      });
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(frequencies, { minLength: 2, maxLength: 4 }), (components) => {
        const outer = components.filter((_, index) => index === 0 || index === 3);
        const inner = components.filter((_, index) => index === 1 || index === 2);
        const shared = bits(summed(...components));
        const divided = bits(summed(...outer)) + bits(summed(...inner));
        const { groupOfComponent } = chooseHuffmanTables(components.map((each) => [each]));
        const isDivided = groupOfComponent.includes(1);
        expect(isDivided).toBe(divided < shared);
        seen.add(`${isDivided}`);
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(seen.size).toBe(2);
  });
});
