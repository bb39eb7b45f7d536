import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from '../../src/jpeg/entropy/byte-writer.ts';
import { BitReader } from '../../src/jpeg/entropy/huffman/bit-reader.ts';
import { BitWriter } from '../../src/jpeg/entropy/huffman/bit-writer.ts';
import { huffmanDecodingTable } from '../../src/jpeg/entropy/huffman/decoding-table.ts';
import { huffmanEncodingTable, optimalHuffmanCode } from '../../src/jpeg/entropy/huffman/encoding-table.ts';
import { SymbolStatistics } from '../../src/jpeg/entropy/huffman/symbol-sink.ts';

function frequenciesOf(entries: Iterable<readonly [number, number]>): Uint32Array {
  const frequencies = new Uint32Array(256);
  for (const [symbol, frequency] of entries) frequencies[symbol] = frequency;
  return frequencies;
}

/** Bits that `frequencies` cost in the code. */
function cost(frequencies: Uint32Array): number {
  const { lengths } = huffmanEncodingTable(optimalHuffmanCode(frequencies));
  return frequencies.reduce((sum, frequency, symbol) => sum + frequency * lengths[symbol], 0);
}

const anyFrequencies = fc
  .array(fc.tuple(fc.nat(255), fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e7 }))), {
    minLength: 1,
    maxLength: 256,
    size: 'max',
  })
  .map(frequenciesOf);

describe('optimal code', () => {
  test('is a prefix code of at most 16 bits that leaves the code of all 1-bits free', () => {
    fc.assert(
      fc.property(anyFrequencies, (frequencies) => {
        const { counts, symbols } = optimalHuffmanCode(frequencies);
        expect(counts.length).toBe(17);
        expect([...symbols].sort((a, b) => a - b)).toEqual(
          [...frequencies.keys()].filter((symbol) => frequencies[symbol] > 0),
        );
        // The codes and the reserved one, as fractions of all bit strings, fill them exactly or leave some over.
        const longest = counts.findLastIndex((count) => count > 0);
        const used = counts.reduce((sum, count, length) => sum + count * 2 ** (16 - length), 0);
        expect(used + 2 ** (16 - longest)).toBeLessThanOrEqual(2 ** 16);
      }),
    );
  });

  test('rarer symbols never have shorter codes', () => {
    fc.assert(
      fc.property(anyFrequencies, (frequencies) => {
        const { symbols } = optimalHuffmanCode(frequencies);
        for (let i = 1; i < symbols.length; i++) {
          const { lengths } = huffmanEncodingTable(optimalHuffmanCode(frequencies));
          if (lengths[symbols[i - 1]] < lengths[symbols[i]]) {
            expect(frequencies[symbols[i - 1]]).toBeGreaterThanOrEqual(frequencies[symbols[i]]);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('of 1, 1, 2, 4, 8 costs what can be worked out by hand', () => {
    // 8 → 1 bit, 4 → 2, 2 → 3, 1 → 4 and 5 bits, the latter beside the reserved code.
    expect(cost(frequenciesOf([1, 1, 2, 4, 8].map((frequency, symbol) => [symbol, frequency])))).toBe(
      8 + 8 + 6 + 4 + 5,
    );
  });

  test('of frequencies that grow like Fibonacci numbers, which want 25 bits, is held to 16', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 25) fibonacci.push((fibonacci.at(-1) as number) + (fibonacci.at(-2) as number));
    const frequencies = frequenciesOf(fibonacci.map((frequency, symbol) => [symbol, frequency]));
    const { counts } = optimalHuffmanCode(frequencies);
    expect(counts.findLastIndex((count) => count > 0)).toBe(16);
    // Without the limit symbol n would have 25 − n bits; holding to 16 costs little more.
    const unlimited = fibonacci.reduce((sum, frequency, n) => sum + frequency * Math.max(25 - n, 1), 0);
    expect(cost(frequencies)).toBeGreaterThan(unlimited);
    expect(cost(frequencies)).toBeLessThan(unlimited * 1.01);
  });

  test('of a single symbol has one bit', () => {
    expect(cost(frequenciesOf([[7, 100]]))).toBe(100);
  });
});

test('what is written is read again: symbols of up to 16 bits with extra bits after them', () => {
  const symbol = fc.record({
    symbol: fc.nat(255),
    size: fc.integer({ min: 1, max: 15 }),
    extra: fc.nat(0x7fff),
  });
  // Weights by squares make some codes long.
  fc.assert(
    fc.property(
      fc.array(symbol, { minLength: 1, maxLength: 300, size: 'max' }),
      fc.nat(24),
      (items, slope) => {
        const frequencies = new Uint32Array(256);
        for (const item of items)
          frequencies[item.symbol] = Math.floor(1.9 ** (item.symbol % (slope + 1))) + 1;
        const specification = optimalHuffmanCode(frequencies);
        const { codes, lengths } = huffmanEncodingTable(specification);
        const output = new ByteWriter();
        const writer = new BitWriter(output);
        for (const item of items) {
          writer.bits(codes[item.symbol], lengths[item.symbol]);
          writer.bits(item.extra, item.size);
        }
        writer.finish();
        output.marker(0xd9);
        const bytes = output.toUint8Array();
        const reader = new BitReader(bytes);
        reader.start(0);
        const table = huffmanDecodingTable(specification, (reason) => expect.unreachable(reason));
        for (const item of items) {
          expect(reader.symbol(table)).toBe(item.symbol);
          expect(reader.bits(item.size)).toBe(item.extra & ((1 << item.size) - 1));
        }
        expect(reader.finish()).toBe(bytes.length - 2);
      },
    ),
  );
});

test('statistics count how often each symbol comes', () => {
  const statistics = new SymbolStatistics();
  for (const symbol of [5, 0, 5, 255, 5]) statistics.symbol(symbol);
  expect(statistics.frequencies).toEqual(
    frequenciesOf([
      [0, 1],
      [5, 3],
      [255, 1],
    ]),
  );
});
