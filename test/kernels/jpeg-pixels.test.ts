import { describe, expect, test } from 'vitest';
import { InverseDctRows } from '../../kernels/jpeg-pixels/kernels.ts';
import { inverseDctRowReference } from '../../kernels/jpeg-pixels/reference.ts';
import {
  decodeCoefficients,
  encodeCoefficients,
  LUMINANCE_QUANTIZATION,
  scaledQuantization,
} from '../../src/jpeg/index.ts';
import { greyJpeg } from '../image/jpeg-builder.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from '../jpeg/libjpeg-tools.ts';
import { netpbmSamples, seededRandom } from '../jpeg/pictures.ts';

const ONES = new Uint16Array(64).fill(1);

/** `count` blocks in which `density` of the coefficients are nonzero, up to ±`most` ÷ their step. */
function blocks(
  count: number,
  density: number,
  max: number,
  quantization: Uint16Array,
  seed: number,
): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length: count * 64 }, (_, k) =>
    random() < density ? Math.round(((random() * 2 - 1) * max) / quantization[k % 64]) : 0,
  );
}

function maxDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((max, sample, index) => Math.max(max, Math.abs(sample - b[index])), 0);
}

describe('the integer kernel and the float64 reference', () => {
  test.each([1, 20, 50, 90])('differ by one level at most, quality %d', (quality) => {
    const quantization = scaledQuantization(LUMINANCE_QUANTIZATION, quality);
    for (const count of [1, 3, 64]) {
      for (const density of [0.02, 0.2, 1]) {
        const transform = new InverseDctRows(count, quantization);
        for (const max of [20, 200, 1000]) {
          const row = blocks(count, density, max, quantization, count + max);
          expect(maxDifference(transform.run(row), inverseDctRowReference(row, quantization))).toBeLessThan(
            2,
          );
        }
      }
    }
  });

  test('where only DC is nonzero: its eighth, halves rounded up, clamped', () => {
    const levels = Array.from({ length: 4095 }, (_, index) => index - 2047);
    const row = new Int16Array(levels.length * 64);
    levels.forEach((level, index) => {
      row[index * 64] = level;
    });
    const samples = new InverseDctRows(levels.length, ONES).run(row);
    levels.forEach((level, index) => {
      const expected = Math.min(Math.max(Math.floor(level / 8 + 0.5) + 128, 0), 255);
      for (const line of [0, 7]) expect(samples[line * levels.length * 8 + index * 8 + 3]).toBe(expected);
    });
    expect(maxDifference(samples, inverseDctRowReference(row, ONES))).toBeLessThan(2);
  });

  test('clamp alike while no sum exceeds 16 bits', () => {
    for (const [seed, max] of [300, 600, 1000].entries()) {
      const row = blocks(40, 0.1, max, ONES, seed);
      const samples = new InverseDctRows(40, ONES).run(row);
      expect(samples.filter((sample) => sample === 0 || sample === 255).length).toBeGreaterThan(50);
      expect(maxDifference(samples, inverseDctRowReference(row, ONES))).toBeLessThan(2);
    }
  });

  test('put frequency (u, v) where it belongs, each of the 64', () => {
    for (let k = 0; k < 64; k++) {
      const row = new Int16Array(2 * 64);
      row[64 + k] = 50;
      const quantization = ONES.slice();
      quantization[k] = 7;
      const samples = new InverseDctRows(2, quantization).run(row);
      expect(maxDifference(samples, inverseDctRowReference(row, quantization)), `${k}`).toBeLessThan(2);
      const [u, v] = [k & 7, k >> 3];
      const basis = (frequency: number, at: number): number =>
        (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * at + 1) * frequency * Math.PI) / 16);
      for (const [x, y] of [
        [0, 0],
        [5, 2],
        [7, 7],
      ]) {
        const exact = 128 + 350 * basis(u, x) * basis(v, y);
        expect(Math.abs(samples[y * 16 + 8 + x] - Math.min(Math.max(exact, 0), 255))).toBeLessThan(1);
        expect(samples[y * 16 + x]).toBe(128);
      }
    }
  });

  test('instances do not share their memory; a row is overwritten by the next of the same instance', () => {
    const [a, b] = [new InverseDctRows(1, ONES), new InverseDctRows(1, ONES)];
    const flat = (level: number) => Int16Array.from({ length: 64 }, (_, k) => (k === 0 ? 8 * level : 0));
    const first = a.run(flat(10));
    b.run(flat(20));
    expect(first[0]).toBe(138);
    a.run(flat(30));
    expect(first[0]).toBe(158);
  });
});

describe.skipIf(!hasLibjpeg)(`against djpeg${NEEDS_LIBJPEG}`, () => {
  test.each([3, 30, 75, 95])(
    'quality %d: the kernel is -dct int to the bit, the reference -dct float',
    (quality) => {
      for (const seed of [1, 2, 3]) {
        const jpeg = greyJpeg(64, 40, quality, seed);
        const { quantization, coefficients } = decodeCoefficients(jpeg).components[0];
        const transform = new InverseDctRows(8, quantization);
        const rows = (run: (row: Int16Array) => Uint8Array): Uint8Array =>
          Uint8Array.from(
            Array.from({ length: 5 }, (_, index) => [
              ...run(coefficients.subarray(index * 512, (index + 1) * 512)),
            ]).flat(),
          );
        const theirs = (dct: string) => netpbmSamples(libjpeg('djpeg', ['-dct', dct, '-grayscale'], jpeg));
        expect(
          Buffer.compare(
            rows((row) => transform.run(row)),
            theirs('int'),
          ),
        ).toBe(0);
        const exact = rows((row) => inverseDctRowReference(row, quantization));
        // Float32 against float64: only samples next to a half may differ.
        const float = theirs('float');
        expect(maxDifference(exact, float)).toBeLessThan(2);
        const differing = exact.filter((sample, index) => sample !== float[index]).length;
        expect(differing).toBeLessThan(exact.length / 100);
      }
    },
  );

  test.each([
    ['coefficients at the ends of their range', 1023, 0.3],
    ['few of them', 1023, 0.02],
    ['values outside of 16 bits', 500, 0.1],
  ])('damaged data are the same to the bit: %s', (_, max, density) => {
    const random = seededRandom(max);
    for (const step of [8, 40, 64, 255]) {
      const quantization = new Uint16Array(64).fill(step);
      const coefficients = Int16Array.from({ length: 8 * 5 * 64 }, (_, k) =>
        random() < density || k % 640 < 8 ? Math.round((random() * 2 - 1) * max) : 0,
      );
      const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
      const jpeg = encodeCoefficients({ width: 64, height: 40, components: [component] });
      const transform = new InverseDctRows(8, quantization);
      const theirs = netpbmSamples(libjpeg('djpeg', ['-dct', 'int', '-grayscale'], jpeg));
      for (let row = 0; row < 5; row++) {
        const ours = transform.run(coefficients.subarray(row * 512, (row + 1) * 512));
        expect(
          Buffer.compare(ours, theirs.subarray(row * 512, (row + 1) * 512)),
          `step ${step}, row ${row}`,
        ).toBe(0);
      }
    }
  });
});
