import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { augmentPhoto } from '../../src/train/augment-photo.ts';

const [WIDTH, HEIGHT] = [8, 6];
const AREA = WIDTH * HEIGHT;
const random = new Random(3);
const colours = Uint8Array.from({ length: 3 * AREA }, () => 40 + random.next() * 150);
const luma = (samples: ArrayLike<number>, i: number): number =>
  0.299 * samples[i] + 0.587 * samples[AREA + i] + 0.114 * samples[2 * AREA + i];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function augmented(picture: Uint8Array, strength: number): Float32Array {
  const target = new Float32Array(picture.length);
  augmentPhoto(picture, WIDTH, HEIGHT, target, strength, random);
  return target;
}

describe('augmentation of photographs', () => {
  it('of strength 0 only flips', () => {
    const flipped = colours.map((_, i) => colours[i - (i % WIDTH) + WIDTH - 1 - (i % WIDTH)]);
    const distance = (a: Float32Array, b: Uint8Array): number =>
      a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i])), 0);
    const isFlipped = Array.from({ length: 30 }, () => {
      const one = augmented(colours, 0);
      expect(Math.min(distance(one, colours), distance(one, flipped))).toBeLessThan(1e-4);
      return distance(one, flipped) < 1e-4;
    });
    expect(new Set(isFlipped).size).toBe(2);
  });

  it('changes brightness, contrast and saturation by at most a fifth, each up and down', () => {
    const plain = Uint8Array.from(colours, (_, i) => (i < AREA ? 120 : i < 2 * AREA ? 90 : 60));
    const seen = Array.from({ length: 200 }, () => {
      const one = augmented(plain, 1);
      // Of one colour the luma is brightness alone, and the distance from grey saturation and contrast as well.
      return {
        brightness: luma(one, 0) / luma(plain, 0),
        saturation: (one[0] - luma(one, 0)) / (plain[0] - luma(plain, 0)),
      };
    });
    const range = (values: readonly number[]): number[] => [Math.min(...values), Math.max(...values)];
    const brightness = range(seen.map((one) => one.brightness));
    const saturation = range(seen.map((one) => one.saturation / one.brightness));
    expect(brightness[0]).toBeGreaterThan(0.79);
    expect(brightness[0]).toBeLessThan(0.85);
    expect(brightness[1]).toBeGreaterThan(1.15);
    expect(brightness[1]).toBeLessThan(1.21);
    expect(saturation[0]).toBeGreaterThan(0.63);
    expect(saturation[0]).toBeLessThan(0.78);
    expect(saturation[1]).toBeGreaterThan(1.25);
    expect(saturation[1]).toBeLessThan(1.45);
  });

  it('leaves grey grey, and takes pictures of one channel', () => {
    const grey = Uint8Array.from({ length: 3 * AREA }, (_, i) => colours[i % AREA]);
    const three = augmented(grey, 1);
    for (let i = 0; i < AREA; i++) {
      expect(three[i + AREA]).toBeCloseTo(three[i], 3);
      expect(three[i + 2 * AREA]).toBeCloseTo(three[i], 3);
    }
    const one = Array.from({ length: 50 }, () => mean([...augmented(grey.subarray(0, AREA), 1)]));
    expect(Math.max(...one) / Math.min(...one)).toBeGreaterThan(1.2);
  });
});
