import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containingWindow, type GreySamples, resample } from '../../src/image/resample.ts';

function grey(width: number, height: number, samples: readonly number[]) {
  expect(samples).toHaveLength(width * height);
  return { width, height, samples: Float32Array.from(samples) };
}

/** All of a picture, its aspect ratio kept. */
function contained(picture: GreySamples, width: number, height: number, outside: number): Float32Array {
  const window = containingWindow({ left: 0, top: 0, ...picture }, width, height);
  return resample(picture, window, width, height, outside);
}

describe('area average', () => {
  test('the target size itself: the same samples', () => {
    const samples = Array.from({ length: 28 * 28 }, (_, index) => (index * 37) % 256);
    expect(Array.from(contained(grey(28, 28, samples), 28, 28, 99))).toEqual(samples);
  });

  test('half the size: means of four', () => {
    const samples = [0, 4, 10, 10, 8, 12, 10, 30];
    expect(Array.from(contained(grey(4, 2, samples), 2, 1, 99))).toEqual([6, 15]);
  });

  test('twice the size: each sample four times', () => {
    const target = contained(grey(2, 1, [10, 20]), 4, 2, 99);
    expect(Array.from(target)).toEqual([10, 10, 20, 20, 10, 10, 20, 20]);
  });

  test('three to two: parts of a pixel count by their share', () => {
    const target = contained(grey(3, 3, [0, 30, 60, 0, 30, 60, 0, 30, 60]), 2, 2, 99);
    expect(Array.from(target)).toEqual([10, 50, 10, 50]);
  });
});

describe('aspect ratio', () => {
  test('a wide picture is centred between bands of the outside level', () => {
    const target = contained(grey(4, 2, new Array(8).fill(50)), 4, 4, 7);
    expect(Array.from(target)).toEqual([7, 7, 7, 7, ...new Array(8).fill(50), 7, 7, 7, 7]);
  });

  test('a high one likewise, and shares of a sample are mixed', () => {
    // 1×4 on 4×4: one column of target samples, half of it in each of the two middle ones.
    const target = contained(grey(1, 4, [100, 100, 100, 100]), 4, 4, 0);
    expect(Array.from(target.subarray(0, 4))).toEqual([0, 50, 50, 0]);
  });
});

test('the mean of the picture with what lies outside is kept, and no sample leaves its range', () => {
  const side = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(side, side, side, side, fc.integer(), (width, height, toWidth, toHeight, seed) => {
      const samples = Array.from(
        { length: width * height },
        (_, index) => Math.abs(seed + index * 7919) % 256,
      );
      const outside = Math.abs(seed) % 256;
      const target = contained(grey(width, height, samples), toWidth, toHeight, outside);
      const scale = Math.max(width / toWidth, height / toHeight);
      const area = toWidth * toHeight * scale * scale;
      const expected =
        (samples.reduce((sum, sample) => sum + sample, 0) + outside * (area - width * height)) / area;
      const mean = target.reduce((sum, sample) => sum + sample, 0) / target.length;
      expect(Math.abs(mean - expected)).toBeLessThanOrEqual(1e-3);
      const min = Math.min(outside, ...samples);
      const max = Math.max(outside, ...samples);
      expect(target.every((sample) => sample >= min - 1e-3 && sample <= max + 1e-3)).toBe(true);
    }),
    { numRuns: 60, seed: 1 },
  );
});
