import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { decodeJpegCoefficients, decodeJpegPixels } from '../../src/image/decode-jpeg.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { decodeLeniently } from '../../src/jpeg/lenient/lenient-decoder.ts';
import { mulberry32 } from '../../src/random.ts';
import { greyJpeg, jpegOfRgb } from '../image/jpeg-builder.ts';
import { anyImage } from './any-image.ts';
import { picture } from './pictures.ts';

describe('a sequential scan that is sound', () => {
  test.each([0, 1, 5])('is decoded as by the strict decoder, restart markers every %i MCUs', (every) => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const jpeg = encodeCoefficients(image, every > 0 ? { restartInterval: every } : {});
        const { components } = decodeLeniently(jpeg);
        expect(components).toEqual(decodeCoefficients(jpeg).components);
      }),
    );
  });
});

describe('a picture that begins as the one before', () => {
  const jpeg = greyJpeg(28, 28, 90, 1);
  /** The same with a comment, which changes where it begins to differ from others and nothing else. */
  const commented = (bytes: Uint8Array, note: number): Uint8Array =>
    Uint8Array.from([...bytes.subarray(0, 2), 0xff, 0xfe, 0, 4, note, 0, ...bytes.subarray(2)]);
  const data = jpeg.length - 120;

  it('is decoded as one that does not, damaged or not', () => {
    const random = mulberry32(5);
    for (let round = 0; round < 200; round++) {
      const altered = jpeg.slice(0, round % 5 === 0 ? jpeg.length - (round % 50) : jpeg.length);
      for (let change = 0; change < round % 4; change++) {
        altered[data + Math.floor(random() * 118)] = Math.floor(random() * 256);
      }
      // The head is known from this one.
      decodeLeniently(jpeg);
      const known = decodeLeniently(altered);
      const unknown = decodeLeniently(commented(altered, round));
      expect(known.components).toEqual(unknown.components);
      expect(known.warnings.length).toBe(unknown.warnings.length);
    }
  });

  it('keeps its coefficients when the next one is decoded', () => {
    const first = decodeLeniently(jpeg);
    const coefficients = first.components[0].coefficients.slice();
    decodeLeniently(greyJpeg(28, 28, 90, 2));
    decodeLeniently(jpeg);
    expect(first.components[0].coefficients).toEqual(coefficients);
  });
});

describe('a picture decoded for an eighth of its size', () => {
  const rgb = { width: 203, height: 121, samples: picture(203, 121, 3, 5) };
  const sequential = jpegOfRgb(rgb, 85, [2, 2]);
  test.each([
    ['sequential', sequential],
    ['progressive', encodeCoefficients(decodeCoefficients(sequential), { progressive: true })],
  ] as const)('%s: the pixels that all coefficients give', (_, jpeg) => {
    // Half an eighth is enough of chroma that has half the size.
    for (const scale of [
      { eighths: 1 },
      { eighths: 1, least: 0.5 },
      { eighths: 2 },
      { eighths: 4, least: 3 },
    ]) {
      const whole = decodeJpegPixels(decodeJpegCoefficients(jpeg), true, scale);
      const image = decodeJpegCoefficients(jpeg, undefined, () => scale);
      expect(image.scale).toEqual(scale);
      expect(decodeJpegPixels(image, true, scale)).toEqual(whole);
    }
  });

  test('of chroma no more than is enough', () => {
    const sizes = (least: number) =>
      decodeJpegCoefficients(sequential, undefined, () => ({ eighths: 1, least })).samples?.map(
        ({ length }) => length,
      );
    expect(sizes(0.51)).toEqual([26 * 16, 26 * 16, 26 * 16]);
    expect(sizes(0.5)).toEqual([26 * 16, 13 * 8, 13 * 8]);
  });
});
