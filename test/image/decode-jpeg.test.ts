import { describe, expect, test } from 'vitest';
import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { planeSamples } from '../jpeg/plane-samples.ts';
import { decodePicture } from './decode-picture.ts';
import { greyJpeg } from './jpeg-builder.ts';

/** An 8×8 JPEG of one flat colour: the level of each component. */
function flatJpeg(levels: readonly number[], ids: readonly number[], adobeTransform?: number): Uint8Array {
  return encodeCoefficients({
    width: 8,
    height: 8,
    adobeTransform,
    components: levels.map((level, index) => {
      const coefficients = new Int16Array(64);
      coefficients[0] = 8 * (level - 128);
      return {
        id: ids[index],
        horizontalSampling: 1,
        verticalSampling: 1,
        quantization: new Uint16Array(64).fill(1),
        coefficients,
      };
    }),
  });
}

describe('colour models', () => {
  const rgbIds = Array.from('RGB', (letter) => letter.charCodeAt(0));
  const [red, green, blue] = [200, 100, 50];
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue;

  test.each([
    ['grey', flatJpeg([77], [1]), 77],
    ['YCbCr: luma is Y', flatJpeg([77, 128, 128], [1, 2, 3]), 77],
    ['YCbCr with colour', flatJpeg([100, 110, 140], [1, 2, 3]), 100],
    ['YCbCr by its Adobe segment, whatever the names', flatJpeg([100, 110, 140], rgbIds, 1), 100],
    ['RGB by its Adobe segment', flatJpeg([red, green, blue], [1, 2, 3], 0), grey],
    ['RGB by its component names', flatJpeg([red, green, blue], rgbIds), grey],
    ['CMYK as Adobe writes it, inverted: no ink', flatJpeg([255, 255, 255, 255], [1, 2, 3, 4], 0), 255],
    ['CMYK: black alone', flatJpeg([255, 255, 255, 0], [1, 2, 3, 4], 0), 0],
  ])('%s', (_, jpeg, expected) => {
    const picture = decodePicture(jpeg);
    expect(picture).toMatchObject({ format: 'jpeg', width: 8, height: 8, alpha: null });
    // Red, green and blue are rounded to integers each.
    for (const sample of picture.luma) expect(Math.abs(sample - expected)).toBeLessThanOrEqual(1);
  });
});

test('grey samples are the rounded, clamped IDCT', () => {
  const jpeg = greyJpeg(30, 17, 75, 5);
  const { luma, width, height } = decodePicture(jpeg);
  expect([width, height]).toEqual([30, 17]);
  const exact = planeSamples(decodeCoefficients(jpeg).components[0], inverseDct8x8);
  luma.forEach((sample, index) => {
    expect(Number.isInteger(sample)).toBe(true);
    // Half a level of rounding, and what the integer IDCT adds.
    expect(Math.abs(sample - Math.min(Math.max(exact[index], 0), 255))).toBeLessThanOrEqual(0.9);
  });
});

test('an arithmetic-coded JPEG gives the pixels of the same picture in Huffman codes', () => {
  const image = decodeCoefficients(greyJpeg(19, 13, 60, 1));
  const picture = (entropy: 'huffman' | 'arithmetic') =>
    decodePicture(encodeCoefficients(image, { entropy }));
  expect(picture('arithmetic')).toEqual(picture('huffman'));
});
