import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { decodeJpegCoefficients, decodeJpegPixels, jpegColourModel } from '../../src/image/decode-jpeg.ts';
import { visitRgbRows } from '../../src/jpeg/pixels/rgb-rows.ts';
import { hasLibjpeg } from '../jpeg/libjpeg-tools.ts';
import { netpbm, picture } from '../jpeg/pictures.ts';

/** What djpeg makes of a JPEG: width × height × channels samples. */
function djpeg(jpeg: Uint8Array, ...options: string[]): Uint8Array {
  const file = execFileSync('djpeg', options, {
    input: jpeg,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  });
  const header = /^P[56]\s+\d+\s+\d+\s+\d+\s/.exec(file.toString('latin1', 0, 100)) as RegExpExecArray;
  return new Uint8Array(file.subarray(header[0].length));
}

function cjpeg(width: number, height: number, channels: 1 | 3, seed: number, options: string): Uint8Array {
  const samples = picture(width, height, channels, seed);
  return new Uint8Array(
    execFileSync('cjpeg', options.split(' '), {
      input: netpbm(width, height, channels, samples),
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

function rgbOf(jpeg: Uint8Array): Uint8Array {
  const image = decodeJpegCoefficients(jpeg);
  const pixels = new Uint8Array(image.width * image.height * 3);
  visitRgbRows(image, jpegColourModel(image), (rgb, y) => pixels.set(rgb, y * rgb.length));
  return pixels;
}

const SAMPLINGS = [
  '1x1',
  '2x1',
  '1x2',
  '2x2',
  '4x1',
  '4x2',
  '1x4',
  '3x1',
  '2x2,1x2,2x1',
  '4x1,2x1,2x1',
  '1x1,2x2,1x1',
];
const SIZES = [
  [1, 1],
  [2, 3],
  [3, 2],
  [5, 40],
  [16, 16],
  [17, 31],
  [33, 65],
  [70, 23],
] as const;

describe.skipIf(!hasLibjpeg)('pixels are djpeg’s, to the bit', () => {
  test.each(SAMPLINGS)('sampling %s', (sampling) => {
    for (const [index, [width, height]] of SIZES.entries()) {
      for (const coding of ['', ' -progressive -restart 3B', ' -arithmetic']) {
        const jpeg = cjpeg(
          width,
          height,
          3,
          index,
          `-quality ${30 + 9 * index} -sample ${sampling}${coding}`,
        );
        const what = `${width}×${height}${coding}`;
        expect(Buffer.compare(rgbOf(jpeg), djpeg(jpeg)), `${what}, RGB`).toBe(0);
        const luma = Uint8Array.from(decodeJpegPixels(decodeJpegCoefficients(jpeg)).luma);
        expect(Buffer.compare(luma, djpeg(jpeg, '-grayscale')), `${what}, luma`).toBe(0);
      }
    }
  });

  test.each([
    '-grayscale',
    '-rgb',
    '-grayscale -quality 100',
    '-grayscale -quality 1 -progressive',
    '-grayscale -restart 5B',
  ])('%s', (options) => {
    for (const [index, [width, height]] of SIZES.entries()) {
      const jpeg = cjpeg(width, height, 3, index, options);
      const theirs = djpeg(jpeg);
      const ours =
        options === '-rgb'
          ? rgbOf(jpeg)
          : Uint8Array.from(decodeJpegPixels(decodeJpegCoefficients(jpeg)).luma);
      expect(Buffer.compare(ours, theirs), `${width}×${height}`).toBe(0);
    }
  });
});
