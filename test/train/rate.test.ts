import { describe, expect, it } from 'vitest';
import { ZIGZAG_TO_NATURAL } from '../../src/jpeg/dct/zigzag.ts';
import { Random } from '../../src/random.ts';
import { RateModelOfLayer, rasterOrder, tileRowOrder } from '../../src/train/rate.ts';

function sparseBlocks(blocks: number): Int16Array {
  const random = new Random(3);
  const coefficients = new Int16Array(blocks * 64);
  for (let i = 0; i < coefficients.length; i++) {
    const place = i % 64;
    if (random.next() < 0.3 / (1 + place / 8)) coefficients[i] = Math.round(random.symmetric() * 4);
  }
  return coefficients;
}

describe('the rate model', () => {
  it('prices a coefficient with the bits that the layer gains by it', () => {
    const coefficients = sparseBlocks(40);
    const model = new RateModelOfLayer(coefficients, rasterOrder(40));
    const weights = new Float32Array(coefficients.length);
    model.marginalWeights(weights);
    for (let i = 0; i < coefficients.length; i++) {
      if (i % 64 === 0) continue;
      const value = coefficients[i];
      const one = coefficients.slice();
      if (value === 0) one[i] = 1;
      const none = coefficients.slice();
      none[i] = 0;
      const bits = Math.max(0.5, model.totalBits(one) - model.totalBits(none));
      expect(weights[i] * Math.log2(1 + 2 * Math.max(1, Math.abs(value)))).toBeCloseTo(bits, 3);
    }
  });

  it('prices DC by both differences that it takes part in', () => {
    const coefficients = new Int16Array(3 * 64);
    coefficients.set([5], 64);
    const model = new RateModelOfLayer(coefficients, rasterOrder(3));
    const weights = new Float32Array(coefficients.length);
    model.marginalWeights(weights);
    const bits = model.totalBits() - model.totalBits(new Int16Array(3 * 64));
    expect(weights[64] * Math.log2(11)).toBeCloseTo(Math.max(0.5, bits), 3);
  });

  it('prices rare places and empty blocks above others', () => {
    const coefficients = sparseBlocks(200).map((value, i) =>
      Math.floor(i / 64) < 100 || i % 64 === ZIGZAG_TO_NATURAL[60] ? 0 : value,
    );
    const model = new RateModelOfLayer(coefficients, rasterOrder(200));
    const weights = new Float32Array(coefficients.length);
    model.marginalWeights(weights);
    const early = ZIGZAG_TO_NATURAL[2];
    expect(weights[50 * 64 + ZIGZAG_TO_NATURAL[60]]).toBeGreaterThan(weights[50 * 64 + early]);
  });
});

it('orders the blocks of a sheet of one row of tiles as they are coded', () => {
  expect([...tileRowOrder(2, 2, 2)]).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
});
