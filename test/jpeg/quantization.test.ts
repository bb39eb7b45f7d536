import { describe, expect, test } from 'vitest';
import { LUMINANCE_QUANTIZATION, scaledQuantization } from '../../src/jpeg/dct/quantization.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from './libjpeg-tools.ts';
import { netpbm, picture } from './pictures.ts';

test('quality 50 is the table of T.81 K.1 itself, 100 is all ones', () => {
  expect([...scaledQuantization(LUMINANCE_QUANTIZATION, 50)]).toEqual(LUMINANCE_QUANTIZATION);
  expect([...scaledQuantization(LUMINANCE_QUANTIZATION, 100)]).toEqual(new Array(64).fill(1));
});

test('quality 20 of the first row, by hand: 2.5 times, half up', () => {
  expect([...scaledQuantization(LUMINANCE_QUANTIZATION, 20).subarray(0, 8)]).toEqual([
    40, 28, 25, 40, 60, 100, 128, 153,
  ]);
});

test('entries stay within what 8 bits hold', () => {
  const worst = scaledQuantization(LUMINANCE_QUANTIZATION, 1);
  expect(Math.max(...worst)).toBe(255);
});

test.each([0, 101, -1, 50.5, Number.NaN])('quality %s is refused', (quality) => {
  expect(() => scaledQuantization(LUMINANCE_QUANTIZATION, quality)).toThrowError(
    expect.objectContaining({ kind: 'misuse', code: 'JPEG_QUALITY' }),
  );
});

describe.skipIf(!hasLibjpeg)(`against cjpeg${NEEDS_LIBJPEG}`, () => {
  const source = netpbm(8, 8, 1, picture(8, 8, 1, 1));
  test.each([1, 2, 5, 10, 20, 33, 49, 50, 51, 75, 90, 99, 100])('the table of quality %i', (quality) => {
    const jpeg = libjpeg('cjpeg', ['-baseline', '-quality', String(quality)], source);
    expect(decodeCoefficients(jpeg).components[0].quantization).toEqual(
      scaledQuantization(LUMINANCE_QUANTIZATION, quality),
    );
  });
});
