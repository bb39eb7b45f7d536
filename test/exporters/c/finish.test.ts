import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, finishOf, INT16, outputBound, shiftTo } from '../../../src/exporters/c/finish.ts';

const drawn = fc.record({
  /** Sums of outputs, from −1 to 1 of their largest. */
  parts: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }),
  max: fc.constantFrom(100, 40_000, 2 ** 20, 2 ** 29),
  scales: fc.array(fc.double({ min: 0.02, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
  isUniform: fc.boolean(),
  bias: fc.option(fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 6, maxLength: 6 })),
  relu: fc.boolean(),
  limit: fc.constantFrom(0, 700, 6000, INT16),
});

describe('the finish of a layer', () => {
  it('gives what exact numbers would, within its integers, and nothing that overflows', () => {
    fc.assert(
      fc.property(drawn, ({ parts, max, scales, isUniform, bias, relu, limit }) => {
        const units = Float64Array.from(parts, (_, r) => (isUniform ? scales[0] : scales[r]) / max);
        const biases = bias?.slice(0, parts.length) ?? null;
        const exact = parts.map((part, r) => Math.round(part * max) * units[r] + (biases?.[r] ?? 0));
        const low = Float64Array.from(units, (unit, r) => -unit * max + (biases?.[r] ?? 0));
        const high = Float64Array.from(units, (unit, r) => unit * max + (biases?.[r] ?? 0));
        const finish = finishOf({ units, max, bias: biases, low, high, relu, range: Infinity }, limit);
        if (finish === undefined) {
          // Sums need a larger unit.
          expect(Math.max(...(biases ?? []).map(Math.abs)) / Math.max(...units)).toBeGreaterThan(2 ** 29);
          return;
        }
        const { preShift, multipliers, bias: integers, shift, unit } = finish;
        parts.forEach((part, r) => {
          const sum = Math.round(part * max) >> preShift;
          if (multipliers) expect(Math.abs(sum)).toBeLessThanOrEqual(INT16);
          const product = sum * (multipliers?.[r] ?? 1) + (integers?.[r] ?? 0);
          expect(Math.abs(product)).toBeLessThan(2 ** 31 - 2 ** 24);
          const output = (product + (shift > 0 ? 2 ** (shift - 1) : 0)) >> shift;
          const wanted = exact[r] / unit;
          // A step for rounding, and a part in 2^14 of what sums of 16 bits leave out.
          expect(Math.abs(output - wanted)).toBeLessThanOrEqual(1 + Math.abs(high[r] / unit) / 2 ** 6);
          if (limit > 0 && !(relu && wanted < 0)) expect(Math.abs(output)).toBeLessThanOrEqual(limit + 1);
        });
        // Outputs use more than half of what they may.
        const bound = outputBound({ low, high, relu, range: Infinity });
        if (limit > 0 && shift > 0) {
          expect(bound / unit).toBeGreaterThan(limit / 2.001);
          // With multipliers all of it.
          if (multipliers) expect(bound / unit).toBeGreaterThan(limit * 0.999);
        }
        if (limit > 0) expect(bound / unit).toBeLessThanOrEqual(limit * (1 + 1e-6));
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('is refused where sums or biases would overflow', () => {
    const one = { low: Float64Array.of(-1), high: Float64Array.of(1), relu: false, range: Infinity };
    const units = Float64Array.of(2 ** -31);
    expect(finishOf({ ...one, units, max: 2 ** 31, bias: null }, 100)).toBeUndefined();
    expect(finishOf({ ...one, units, max: 2 ** 30, bias: null }, 100)).toBeDefined();
    expect(finishOf({ ...one, units, max: 2 ** 30, bias: [1] }, 100)).toBeUndefined();
    expect(finishOf({ ...one, units, max: 2 ** 30, bias: [0.2] }, 100)).toBeDefined();
  });
});

describe('bounds', () => {
  it.each<[what: string, given: Parameters<typeof outputBound>[0], bound: number]>([
    [
      'the largest magnitude',
      { low: Float64Array.of(-5, 0), high: Float64Array.of(1, 3), relu: false, range: 100 },
      5,
    ],
    ['after a ReLU', { low: Float64Array.of(-5, 0), high: Float64Array.of(1, 3), relu: true, range: 100 }, 3],
    [
      'where outputs are clamped',
      { low: Float64Array.of(-5), high: Float64Array.of(1), relu: false, range: 2 },
      2,
    ],
    [
      'where nothing is known of what occurs',
      { low: Float64Array.of(-5), high: Float64Array.of(1), relu: false, range: 0 },
      5,
    ],
    ['of nothing', { low: Float64Array.of(-5), high: Float64Array.of(-1), relu: true, range: 0 }, 1],
  ])('%s', (_, given, bound) => {
    expect(outputBound(given)).toBe(bound);
  });

  it('shifts just as far as needed', () => {
    expect([1, 100, 101, 200, 201, 400].map((bound) => shiftTo(bound, 100))).toEqual([0, 0, 1, 1, 2, 2]);
    expect([50, 100, 150, 200, 250, 800].map((bound) => fill(bound, 100))).toEqual([1, 1, 1.5, 1, 1.25, 1]);
  });
});
