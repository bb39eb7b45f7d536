import { describe, expect, test } from 'vitest';
import { DCT_BASIS } from '../../src/jpeg/dct/basis.ts';
import { forwardDct8, forwardDct8x8, inverseDct8, inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { seededRandom } from './pictures.ts';

function randomValues(count: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: count }, () => random() * 255 - 128);
}

function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** FDCT of T.81 A.3.3, written as it is printed there. */
function fdctOfA33(samples: Float64Array): Float64Array {
  const c = (index: number) => (index === 0 ? 1 / Math.sqrt(2) : 1);
  return Float64Array.from({ length: 64 }, (_, index) => {
    const v = Math.floor(index / 8);
    const u = index % 8;
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        sum +=
          samples[y * 8 + x] *
          Math.cos(((2 * x + 1) * u * Math.PI) / 16) *
          Math.cos(((2 * y + 1) * v * Math.PI) / 16);
      }
    }
    return (c(u) * c(v) * sum) / 4;
  });
}

test('the basis is orthonormal', () => {
  for (let a = 0; a < 8; a++) {
    for (let b = 0; b < 8; b++) {
      let product = 0;
      for (let x = 0; x < 8; x++) product += DCT_BASIS[a * 8 + x] * DCT_BASIS[b * 8 + x];
      expect(product).toBeCloseTo(a === b ? 1 : 0, 14);
    }
  }
});

describe('8×8', () => {
  test('forward is the double sum of T.81 A.3.3', () => {
    const samples = randomValues(64, 2);
    const output = new Float64Array(64);
    forwardDct8x8(samples, output);
    expect(maxDifference(output, fdctOfA33(samples))).toBeLessThan(1e-11);
  });

  test('inverse undoes forward, also in place', () => {
    const samples = randomValues(64, 3);
    const values = samples.slice();
    forwardDct8x8(values, values);
    expect(maxDifference(values, samples)).toBeGreaterThan(1);
    inverseDct8x8(values, values);
    expect(maxDifference(values, samples)).toBeLessThan(1e-12);
  });

  test('a flat block is its DC alone, 8 times the sample', () => {
    const output = new Float64Array(64);
    forwardDct8x8(new Float64Array(64).fill(5), output);
    expect(output[0]).toBeCloseTo(40, 12);
    expect(maxDifference(output.subarray(1), new Float64Array(63))).toBeLessThan(1e-13);
  });

  test('u counts across and v down: a vertical edge has no vertical frequencies', () => {
    const output = new Float64Array(64);
    forwardDct8x8(
      Float64Array.from({ length: 64 }, (_, index) => (index % 8 < 4 ? 1 : -1)),
      output,
    );
    expect(Math.abs(output[1])).toBeGreaterThan(1);
    expect(Math.abs(output[8])).toBeLessThan(1e-14);
  });

  test('keeps inner products', () => {
    const a = randomValues(64, 4);
    const b = randomValues(64, 5);
    const dot = (p: Float64Array, q: Float64Array) => p.reduce((sum, value, i) => sum + value * q[i], 0);
    const expected = dot(a, b);
    forwardDct8x8(a, a);
    forwardDct8x8(b, b);
    expect(Math.abs(dot(a, b) / expected - 1)).toBeLessThan(1e-12);
  });
});

test('8 points: rows of the 8×8 transform, and there and back', () => {
  const samples = randomValues(8, 6);
  const frequencies = new Float64Array(8);
  forwardDct8(samples, frequencies);
  expect(frequencies[0]).toBeCloseTo(samples.reduce((a, b) => a + b) / Math.sqrt(8), 11);
  const back = new Float64Array(8);
  inverseDct8(frequencies, back);
  expect(maxDifference(back, samples)).toBeLessThan(1e-12);
});
