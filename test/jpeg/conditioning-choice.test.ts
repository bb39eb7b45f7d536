import { describe, expect, test } from 'vitest';
import type { ArithmeticConditioning } from '../../src/jpeg/entropy/arithmetic/conditioning.ts';
import { type EncoderImage, encodeCoefficients } from '../../src/jpeg/index.ts';
import { Random } from '../fuzz/random.ts';
import { greyRow } from './any-image.ts';

const DEFAULT = { dcLower: 0, dcUpper: 1, acThreshold: 5 };
/** What the encoder tries, and what it holds to be too rare to be tried. */
const THRESHOLDS = Array.from({ length: 63 }, (_, index) => index + 1);
const UPPERS = [0, 1, 2, 3, 4, 5, 6];

/** A grey picture of `blocks` blocks in a row, or one of equal components; `value` gives coefficient `k` of a block. */
function picture(
  blocks: number,
  value: (component: number, block: number, k: number) => number,
  components = 1,
): EncoderImage {
  const { image } = greyRow(blocks);
  const [grey] = image.components;
  return {
    ...image,
    components: Array.from({ length: components }, (_, component) => ({
      ...grey,
      id: component + 1,
      coefficients: grey.coefficients.map((_value, at) => value(component, at >> 6, at & 63)),
    })),
  };
}

function encoded(
  image: EncoderImage,
  conditioning: ArithmeticConditioning | 'best',
  restartInterval = 0,
): Uint8Array {
  return encodeCoefficients(image, { entropy: 'arithmetic', conditioning, restartInterval });
}

/** What the DAC segment says: class and table, and the value, of each entry. */
function dac(jpeg: Uint8Array): [tableClass: number, table: number, value: number][] {
  const at = jpeg.findIndex((byte, index) => byte === 0xff && jpeg[index + 1] === 0xcc);
  if (at < 0) return [];
  const entries: [number, number, number][] = [];
  const end = at + 2 + jpeg[at + 2] * 256 + jpeg[at + 3];
  for (let entry = at + 4; entry < end; entry += 2)
    entries.push([jpeg[entry] >> 4, jpeg[entry] & 15, jpeg[entry + 1]]);
  return entries;
}

/** Few bytes of noise, but in places where an arithmetic coder can learn about it. */
const random = (seed: number): ((below: number) => number) => {
  const draws = new Random(seed);
  return (below) => draws.below(below);
};

/** Zig-zag places in natural order. Kx 5, the default, puts the first two together, and the last two. */
const PLACE = { 1: 1, 4: 9, 6: 3, 10: 32 };

/** Magnitudes of 3 and more at two places, which take as many values as is said. */
function twoPlaces(
  seed: number,
  near: keyof typeof PLACE,
  values: number,
  far: keyof typeof PLACE,
  farValues: number,
): EncoderImage {
  const draw = random(seed);
  return picture(400, (_, __, k) => {
    if (k === PLACE[near]) return 3 + draw(values);
    return k === PLACE[far] ? 3 + draw(farValues) : 0;
  });
}

/** Differences that stay small for a while, and then large for a while. */
function sticky(seed: number, small: number, large: number, blocks = 800): EncoderImage {
  const draw = random(seed);
  let value = 0;
  let isLarge = false;
  const values = Array.from({ length: blocks }, () => {
    if (draw(20) === 0) isLarge = !isLarge;
    const step = isLarge ? large + draw(large) : draw(small + 1);
    value += draw(2) === 0 ? step : -step;
    if (Math.abs(value) > 900) value = 0;
    return value;
  });
  return picture(blocks, (_, block, k) => (k === 0 ? values[block] : 0));
}

/** The DC of one picture and the AC of another. */
function both({ components: [ac] }: EncoderImage, dc: EncoderImage): EncoderImage {
  return picture(
    dc.width / 8,
    (_, block, k) => (k === 0 ? dc.components[0] : ac).coefficients[block * 64 + k],
  );
}

const PICTURES: readonly (readonly [name: string, image: EncoderImage, restartInterval: number])[] = [
  ['AC: near places with smaller magnitudes', twoPlaces(1, 1, 3, 4, 300), 0],
  ['AC: far places with smaller magnitudes', twoPlaces(2, 6, 300, 10, 3), 0],
  ['AC: near and far places alike', twoPlaces(3, 4, 40, 10, 40), 0],
  ['AC: in intervals of 40 blocks', twoPlaces(4, 6, 3, 10, 300), 40],
  ['AC: in intervals of one block', twoPlaces(5, 1, 3, 4, 300), 1],
  ['DC: small steps of up to 1, large ones', sticky(6, 1, 20), 0],
  ['DC: small steps of up to 4, large ones', sticky(7, 4, 100), 0],
  ['DC: steps of up to 3, very large ones', sticky(10, 3, 200, 3000), 0],
  ['DC and AC', both(twoPlaces(12, 1, 3, 4, 300), sticky(12, 4, 100, 400)), 0],
  ['DC: in intervals', sticky(8, 4, 100), 100],
];

describe.each(PICTURES)('%s', (_, image, restartInterval) => {
  const standard = encoded(image, DEFAULT, restartInterval).length;
  const best = encoded(image, 'best', restartInterval);

  test('nothing of what can be said of DC, or of AC, makes it smaller', () => {
    const size = (conditioning: Partial<ArithmeticConditioning>): number =>
      encoded(image, { ...DEFAULT, ...conditioning }, restartInterval).length;
    const sizes = [
      ...THRESHOLDS.map((acThreshold) => size({ acThreshold })),
      ...UPPERS.map((dcUpper) => size({ dcUpper })),
    ];
    // Weighed in fractions of bits, without stuffed bytes: a byte more or less.
    expect(best.length).toBeLessThanOrEqual(Math.min(...sizes) + 1);
    expect(best.length).toBeLessThanOrEqual(standard);
  });

  test('what is said is what it was written with', () => {
    const said = { ...DEFAULT };
    for (const [tableClass, table, value] of dac(best)) {
      expect(table).toBe(0);
      if (tableClass === 1) said.acThreshold = value;
      else Object.assign(said, { dcLower: value & 15, dcUpper: value >> 4 });
    }
    expect(encoded(image, said, restartInterval)).toEqual(best);
  });
});

describe('what is chosen', () => {
  const chosen = (index: number): [number, number, number][] => {
    const [, image, restartInterval] = PICTURES[index];
    return dac(encoded(image, 'best', restartInterval));
  };

  test('a threshold between the two places, where it helps', () => {
    for (const [index, near, far] of [
      [0, 1, 4],
      [1, 6, 10],
      [3, 6, 10],
    ]) {
      const [[tableClass, , threshold], ...others] = chosen(index);
      expect([tableClass, others]).toEqual([1, []]);
      expect(threshold).toBeGreaterThanOrEqual(near);
      expect(threshold).toBeLessThan(far);
    }
  });

  test('the default, without a segment that says so, where nothing helps', () => {
    expect(chosen(2)).toEqual([]);
    expect(encoded(PICTURES[2][1], 'best')).toEqual(encoded(PICTURES[2][1], DEFAULT));
  });

  test('L, where steps that are not zero still are small', () => {
    const [[tableClass, , value], ...others] = chosen(6);
    expect([tableClass, others]).toEqual([0, []]);
    expect(value & 15).toBeGreaterThan(0);
    const [, image] = PICTURES[6];
    const lengths = Array.from(
      { length: (value >> 4) + 1 },
      (_, dcLower) => encoded(image, { ...DEFAULT, dcUpper: value >> 4, dcLower }).length,
    );
    expect(lengths[value & 15]).toBeLessThanOrEqual(Math.min(...lengths) + 1);
  });

  test('each of two tables for itself: the second, which Cb and Cr share', () => {
    const draw = random(9);
    const image = picture(
      200,
      (component, _, k) => {
        if (component === 0 || component === 3) return k === 1 ? 3 + draw(40) : 0;
        if (k === PLACE[1]) return 3 + draw(3);
        return k === PLACE[4] ? 3 + draw(300) : 0;
      },
      4,
    );
    const best = encoded(image, 'best');
    const entries = dac(best);
    expect(entries.map(([tableClass, table]) => [tableClass, table])).toEqual([[1, 1]]);
    const [, , acThreshold] = entries[0];
    expect(best.length).toBeLessThan(encoded(image, DEFAULT).length);
    // Said of the first as well, it does not help there.
    expect(best.length).toBeLessThan(encoded(image, { ...DEFAULT, acThreshold }).length);
    // SOS: Y and K from table 0, Cb and Cr from table 1, for DC and AC.
    const sos = best.findIndex((byte, index) => byte === 0xff && best[index + 1] === 0xda);
    expect([...best.subarray(sos + 4, sos + 13)]).toEqual([4, 1, 0x00, 2, 0x11, 3, 0x11, 4, 0x00]);
  });
});
