import { describe, expect, it } from 'vitest';
import { fitAffineMap } from '../../src/weights/affine-map.ts';

/** Samples before rounding: the inverse of weight = scale·(sample − 128) + offset. */
function samples(weights: Float32Array, rows: number, map: ReturnType<typeof fitAffineMap>): number[] {
  const columns = weights.length / rows;
  return Array.from(weights, (weight, index) => {
    const entry = map.scale.length > 1 ? Math.floor(index / columns) : 0;
    return (weight - (map.offset?.[entry] ?? 0)) / map.scale[entry] + 128;
  });
}

const weights = Float32Array.of(-2, 0, 1, 3, 10, 20);

describe('fitAffineMap', () => {
  it('min-max, layer: least weight to sample 0, greatest to 255', () => {
    const map = fitAffineMap(weights, 2, 'min-max', 'layer', Math.fround);
    const mapped = samples(weights, 2, map);
    expect(map.scale).toHaveLength(1);
    expect(Math.min(...mapped)).toBeCloseTo(0, 4);
    expect(Math.max(...mapped)).toBeCloseTo(255, 4);
  });

  it('min-max, row: each row fills 0…255', () => {
    const mapped = samples(weights, 2, fitAffineMap(weights, 2, 'min-max', 'row', Math.fround));
    expect(mapped[0]).toBeCloseTo(0, 4);
    expect(mapped[2]).toBeCloseTo(255, 4);
    expect(mapped[3]).toBeCloseTo(0, 4);
    expect(mapped[5]).toBeCloseTo(255, 4);
  });

  it('symmetric: zero becomes 128 exactly, the largest magnitude a whole swing', () => {
    const map = fitAffineMap(weights, 2, 'symmetric', 'layer', Math.fround);
    expect(map.offset).toBeNull();
    const mapped = samples(weights, 2, map);
    expect(mapped[1]).toBe(128);
    expect(mapped[5]).toBeCloseTo(255.5, 4);
  });

  it('gives a row of equal weights a positive scale that reproduces them', () => {
    const equal = new Float32Array(4).fill(0.25);
    const map = fitAffineMap(equal, 1, 'min-max', 'row', Math.fround);
    const [scale, offset] = [map.scale[0], (map.offset as Float32Array)[0] as number];
    expect(scale).toBeGreaterThan(0);
    const sample = (0.25 - offset) / scale + 128;
    expect(sample).toBeGreaterThanOrEqual(0);
    expect(sample).toBeLessThanOrEqual(255);
    expect(scale * (sample - 128) + offset).toBeCloseTo(0.25, 6);
  });
});
