import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { decodeJpegCoefficients, decodeJpegPixels, jpegColourModel } from '../../src/image/decode-jpeg.ts';
import { scaledSize, visitRgbRows } from '../../src/jpeg/pixels/rgb-rows.ts';
import { hasLibjpeg, libjpeg } from '../jpeg/libjpeg-tools.ts';
import { netpbm, netpbmSamples, picture } from '../jpeg/pictures.ts';

/** What djpeg makes of a JPEG: width × height × channels samples. */
function djpeg(jpeg: Uint8Array, ...options: string[]): Uint8Array {
  return netpbmSamples(libjpeg('djpeg', options, jpeg));
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

function rgbOf(jpeg: Uint8Array, eighths = 8): Uint8Array {
  const image = decodeJpegCoefficients(jpeg);
  const { width, height } = scaledSize(image, eighths);
  const pixels = new Uint8Array(width * height * 3);
  const visit = (rgb: Uint8Array, y: number): void => pixels.set(rgb, y * rgb.length);
  visitRgbRows(image, jpegColourModel(image), visit, { eighths });
  return pixels;
}

function differences(ours: ArrayLike<number>, theirs: Uint8Array): Uint8Array {
  expect(ours.length).toBe(theirs.length);
  return theirs.map((sample, at) => Math.abs(sample - ours[at]));
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
      const codings = ['', ' -progressive -restart 3B', ' -arithmetic'];
      for (const coding of [codings[(index + SAMPLINGS.indexOf(sampling)) % 3]]) {
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

describe.skipIf(!hasLibjpeg)('at k/8 of the size, pixels are those of djpeg -scale', () => {
  test.each(SAMPLINGS)(
    'sampling %s: luma within a level, red, green and blue as far as that of each component tells',
    (sampling) => {
      for (const [index, [width, height]] of SIZES.entries()) {
        const coding = index % 2 === 0 ? '' : ' -progressive';
        const jpeg = cjpeg(
          width,
          height,
          3,
          index,
          `-quality ${30 + 9 * index} -sample ${sampling}${coding}`,
        );
        // Each size and each k in turn with a third of the others: a process for each picture is what takes time.
        for (let k = 1 + ((index + SAMPLINGS.indexOf(sampling)) % 3); k <= 8; k += 3) {
          const scale = ['-scale', `${k}/8`];
          const { luma } = decodeJpegPixels(decodeJpegCoefficients(jpeg), false, { eighths: k });
          const grey = differences(luma, djpeg(jpeg, '-grayscale', ...scale));
          expect(Math.max(...grey), `${width}×${height}, ${k}/8`).toBeLessThanOrEqual(1);
          // A level of luma and 1.772 of blue chroma.
          const rgb = differences(rgbOf(jpeg, k), djpeg(jpeg, ...scale));
          expect(Math.max(...rgb), `${width}×${height}, ${k}/8, RGB`).toBeLessThanOrEqual(3);
          expect(rgb.filter((levels) => levels > 1).length).toBeLessThan(15 + 0.02 * rgb.length);
        }
      }
    },
  );

  test.each(['-grayscale', '-rgb'])('%s: within a level', (options) => {
    for (const [index, [width, height]] of SIZES.entries()) {
      const jpeg = cjpeg(width, height, 3, index, options);
      for (let k = 1; k <= 8; k++) {
        const theirs = djpeg(jpeg, '-scale', `${k}/8`);
        const ours =
          options === '-rgb'
            ? rgbOf(jpeg, k)
            : decodeJpegPixels(decodeJpegCoefficients(jpeg), false, { eighths: k }).luma;
        expect(Math.max(...differences(ours, theirs)), `${width}×${height}, ${k}/8`).toBeLessThanOrEqual(1);
      }
    }
  });
});
