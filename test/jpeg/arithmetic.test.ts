import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecisionCost } from '../../src/jpeg/entropy/arithmetic/decision-cost.ts';
import {
  AFTER_LESS_PROBABLE,
  AFTER_MORE_PROBABLE,
  FIXED_STATE,
  INITIAL_STATE,
  PROBABILITY,
} from '../../src/jpeg/entropy/arithmetic/estimation.ts';
import { ArithmeticReader } from '../../src/jpeg/entropy/arithmetic/reader.ts';
import { ArithmeticWriter } from '../../src/jpeg/entropy/arithmetic/writer.ts';
import { ByteWriter } from '../../src/jpeg/entropy/byte-writer.ts';
import { Random } from '../fuzz/random.ts';

function bitsOf(hex: string): number[] {
  return hex
    .replace(/\s/g, '')
    .split('')
    .flatMap((digit) => [...Number.parseInt(digit, 16).toString(2).padStart(4, '0')].map(Number));
}

/** One bin and one decision after the other. */
type Decisions = readonly (readonly [bin: number, decision: number])[];

const BINS = 6;

/** Bins 0 to 4 as they begin, and one of fixed probability. */
function freshBins(): Uint8Array {
  return Uint8Array.of(...new Array(BINS - 1).fill(INITIAL_STATE), FIXED_STATE);
}

function write(decisions: Decisions): Uint8Array {
  const output = new ByteWriter();
  const writer = new ArithmeticWriter(output);
  const bins = freshBins();
  for (const [bin, decision] of decisions) writer.decide(bins, bin, decision);
  writer.finish();
  return output.toUint8Array();
}

/** Reads as many decisions back; `data` are followed by EOI. */
function read(data: Uint8Array, decisions: Decisions): { decisions: Decisions; end: number } {
  const reader = new ArithmeticReader(Uint8Array.of(...data, 0xff, 0xd9));
  const bins = freshBins();
  reader.start(0);
  return { decisions: decisions.map(([bin]) => [bin, reader.decide(bins, bin)]), end: reader.finish() };
}

/** Decisions that lean to one side to any degree, so that all states and long carries come up. */
const anyDecisions: fc.Arbitrary<Decisions> = fc
  .tuple(fc.array(fc.nat(100), { minLength: BINS, maxLength: BINS }), fc.nat(2000), fc.nat())
  .map(([shares, count, seed]) => {
    const random = new Random(seed);
    return Array.from({ length: count }, () => {
      const bin = random.below(BINS);
      return [bin, random.below(1e6) < shares[bin] ** 3 ? 1 : 0] as const;
    });
  });

describe('the QM coder', () => {
  // 256 decisions with one bin, and what they are coded as.
  const decisions = bitsOf(`
    00020051 000000C0 0352872A AAAAAAAA 82C02000 FCD79EF6 74EAABF7 697EE74C
  `).map((decision) => [0, decision] as const);
  const coded = '655b5144f7969d517855bfff00fc5184c7cef93900287d46708ecbc0f6';

  test('the example of T.81 K.4.1', () => {
    expect(Buffer.from(write(decisions)).toString('hex')).toBe(coded);
    expect(read(write(decisions), decisions).decisions).toEqual(decisions);
  });

  test('any decisions come back, and reading ends where writing did', () => {
    fc.assert(
      fc.property(anyDecisions, (decisions) => {
        const data = write(decisions);
        expect(read(data, decisions)).toEqual({ decisions, end: data.length });
        // No final zeros, unless they are stuffing.
        if (data.at(-1) === 0) expect(data.at(-2)).toBe(0xff);
      }),
      { numRuns: 500 },
    );
  });

  test('segments follow each other, each as if it were alone', () => {
    const output = new ByteWriter();
    const writer = new ArithmeticWriter(output);
    for (let round = 0; round < 2; round++) {
      const bins = freshBins();
      for (const [bin, decision] of decisions) writer.decide(bins, bin, decision);
      writer.finish();
    }
    expect(Buffer.from(output.toUint8Array()).toString('hex')).toBe(coded + coded);
  });

  test('more than fits the first buffer', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => [5, (i * i * 7) % 11 < 5 ? 1 : 0] as const);
    const data = write(many);
    expect(data.length).toBeGreaterThan(12_000);
    expect(read(data, many).decisions).toEqual(many);
  });

  test('decisions that are always as expected take next to nothing', () => {
    const many = Array.from({ length: 1_000_000 }, () => [0, 0] as const);
    const data = write(many);
    expect(data.length).toBeLessThan(8);
    expect(read(data, many).decisions.every(([, decision]) => decision === 0)).toBe(true);
  });
});

describe('the cost of decisions', () => {
  const costOf = (decisions: Decisions): number => {
    const cost = new DecisionCost();
    const bins = freshBins();
    for (const [bin, decision] of decisions) cost.decide(bins, bin, decision);
    return cost.bits;
  };

  test('nothing costs nothing; a bit of one half costs about one', () => {
    expect(costOf([])).toBe(0);
    const bits = costOf(Array.from({ length: 10_000 }, (_, i) => [5, (i * 31) % 64 < 32 ? 0 : 1] as const));
    expect(Math.abs(bits - 10_000)).toBeLessThan(500);
  });

  test('is what writing takes, but for the end of the segment and stuffing', () => {
    fc.assert(
      fc.property(anyDecisions, (decisions) => {
        // With the bits of one half at the end, there are no zeros that the end leaves out.
        const last = [...decisions, ...Array.from({ length: 64 }, () => [5, 1] as const)];
        const data = write(last);
        const stuffed = data.filter((byte, at) => byte === 0 && data[at - 1] === 0xff).length;
        const written = (data.length - stuffed) * 8;
        expect(Math.abs(written - costOf(last))).toBeLessThanOrEqual(24);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the estimation states', () => {
  test('mirror each other for both symbols', () => {
    for (let state = 0; state <= FIXED_STATE; state++) {
      expect(PROBABILITY[state | 0x80]).toBe(PROBABILITY[state]);
      expect(AFTER_MORE_PROBABLE[state | 0x80]).toBe(AFTER_MORE_PROBABLE[state] | 0x80);
      expect(AFTER_LESS_PROBABLE[state | 0x80]).toBe(AFTER_LESS_PROBABLE[state] ^ 0x80);
    }
  });

  test('lead only to states there are, and the fixed one to itself', () => {
    for (let state = 0; state < FIXED_STATE; state++) {
      expect(PROBABILITY[state]).toBeGreaterThan(0);
      expect(AFTER_MORE_PROBABLE[state] & 0x7f).toBeLessThan(FIXED_STATE);
      expect(AFTER_LESS_PROBABLE[state] & 0x7f).toBeLessThan(FIXED_STATE);
    }
    expect(AFTER_MORE_PROBABLE[FIXED_STATE]).toBe(FIXED_STATE);
    expect(AFTER_LESS_PROBABLE[FIXED_STATE]).toBe(FIXED_STATE);
  });
});
