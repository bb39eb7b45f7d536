import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from '../../src/image/decode-jpeg.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { forwardDct8x8, inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { planeSamples } from '../jpeg/plane-samples.ts';
import { app1, exifSegment, withSegment } from './exif-builder.ts';
import { colourJpeg, greyJpeg } from './jpeg-builder.ts';
import { upright } from './upright.ts';

const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const SIZES = [
  [28, 28],
  [32, 16],
  [30, 17],
  [9, 21],
] as const;

const kinds = [
  ['grey', greyJpeg, false],
  ['grey progressive', greyJpeg, true],
  ['colour', colourJpeg, false],
  ['colour progressive', colourJpeg, true],
] as const;

describe.each(kinds)('%s', (_, make, progressive) => {
  test.each(SIZES.flatMap((size) => ORIENTATIONS.map((orientation) => [...size, orientation] as const)))(
    '%d×%d, Orientation %d: coefficients and pixels are the upright picture',
    (width, height, orientation) => {
      const stored = encodeCoefficients(decodeCoefficients(make(width, height, 60, 7)), { progressive });
      const jpeg = withSegment(stored, exifSegment(orientation, orientation % 2 === 0));
      const exact = upright(
        planeSamples(decodeCoefficients(stored).components[0], inverseDct8x8),
        width,
        height,
        orientation,
      );

      const pixels = decodeJpegPixels(decodeJpegCoefficients(jpeg));
      expect(pixels).toMatchObject({ width: exact.width, height: exact.height, orientation });
      pixels.luma.forEach((sample, at) => {
        const expected = Math.min(Math.max(exact.samples[at], 0), 255);
        expect(Math.abs(sample - expected)).toBeLessThanOrEqual(1);
      });

      const spec: ImageInputSpec = {
        kind: 'image',
        ...PICTURE_DEFAULTS,
        width: exact.width,
        height: exact.height,
        mean: 0,
        std: 1,
        preprocessing: { background: 'dark', fit: 'contain' },
      };
      for (const [x, y] of [
        [0, 0],
        [2, 3],
      ] as const) {
        const tile = tileGeometry(exact.width, exact.height, x, y);
        const prepared = preparePicture(jpeg, spec, { tile, background: 'dark', via: 'coefficients' });
        if (prepared.kind !== 'coefficients') throw new Error('expected coefficients');
        expect(prepared.report).toMatchObject({ orientation, warnings: [], sourceWidth: exact.width });
        const block = new Float64Array(64);
        for (let index = 0; index < prepared.coefficients.length / 64; index++) {
          for (let k = 0; k < 64; k++) {
            const column = (index % tile.blocksPerRow) * 8 + (k & 7) - x;
            const row = Math.floor(index / tile.blocksPerRow) * 8 + (k >> 3) - y;
            const inside = column >= 0 && column < exact.width && row >= 0 && row < exact.height;
            block[k] = inside ? exact.samples[row * exact.width + column] / 255 : 0;
          }
          forwardDct8x8(block, block);
          for (let k = 0; k < 64; k++) {
            // float32 of values up to 8.
            expect(Math.abs(prepared.coefficients[index * 64 + k] - block[k])).toBeLessThanOrEqual(1e-6);
          }
        }
      }
    },
  );
});

describe('Exif that says nothing', () => {
  const jpeg = greyJpeg(16, 8, 60, 1);
  const good = exifSegment(6).subarray(4);
  const changed = (at: number, ...bytes: number[]): Uint8Array => {
    const content = [...good];
    content.splice(at, bytes.length, ...bytes);
    return app1(content);
  };

  test.each([
    ['no Exif at all', app1([...'http://ns.adobe.com/xap/1.0/\0'].map((letter) => letter.charCodeAt(0)))],
    ['an empty segment', app1([])],
    ['no more than its header', app1([...good.subarray(0, 6)])],
    ['an unknown byte order', changed(6, 0x4d, 0x49)],
    ['a magic number that is not 42', changed(8, 0, 43)],
    ['a directory beyond the segment', changed(10, 0xff, 0xff, 0xff, 0xff)],
    ['a directory of more entries than there are', changed(14, 0xff, 0xff, 1, 3)],
    ['orientation 0', exifSegment(0)],
    ['orientation 9', exifSegment(9)],
    ['an orientation that is no SHORT', changed(6 + 22 + 2, 0, 4)],
    ['two orientations', changed(6 + 22 + 4, 0, 0, 0, 2)],
  ])('%s', (name, segment) => {
    const expected = name.startsWith('a directory of more') ? 6 : 1;
    const { orientation, warnings } = decodeJpegCoefficients(withSegment(jpeg, segment));
    expect({ orientation, warnings }).toEqual({ orientation: expected, warnings: [] });
  });

  test('cut off anywhere', () => {
    for (let length = 0; length < good.length - 4; length++) {
      const { orientation } = decodeJpegCoefficients(withSegment(jpeg, app1([...good.subarray(0, length)])));
      expect([1, 6]).toContain(orientation);
    }
  });
});

describe.skipIf(process.env.WJPEG_CASES_DIR === undefined)('pictures of shared/cases', () => {
  test('the turned 7s are the same upright picture', () => {
    const read = (orientation: number) =>
      decodeJpegPixels(
        decodeJpegCoefficients(
          new Uint8Array(readFileSync(`${process.env.WJPEG_CASES_DIR}/exif-orientation-${orientation}.jpg`)),
        ),
      );
    const first = read(1);
    for (const orientation of [3, 6, 8]) {
      const picture = read(orientation);
      expect(picture).toMatchObject({ width: first.width, height: first.height, orientation });
      let difference = 0;
      picture.luma.forEach((sample, at) => {
        difference += Math.abs(sample - first.luma[at]) / first.luma.length;
      });
      expect(difference).toBeLessThan(2);
    }
  });
});
