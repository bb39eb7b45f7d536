import { describe, expect, test } from 'vitest';
import { PictureRows } from '../../kernels/picture-rows/kernels.ts';
import type { Fit, ImageInputSpec } from '../../src/format/manifest.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from '../../src/image/decode-jpeg.ts';
import { decodePng, openPng } from '../../src/image/decode-png.ts';
import { decodeScale } from '../../src/image/decode-size.ts';
import { photographOfJpeg, photographOfPng } from '../../src/image/photograph-rows.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import { coverage } from '../../src/image/resample.ts';
import { PlainRows } from '../../src/image/row-sums.ts';
import { encodePng } from '../../src/png/encode.ts';
import { picture } from '../jpeg/pictures.ts';
import { exifSegment, withSegment } from './exif-builder.ts';
import { jpegOfRgb, jpegOfSamples } from './jpeg-builder.ts';

/** Row by row a photograph must be what it is with all pixels in memory. */

function spec(width: number, height: number, fit: Fit): ImageInputSpec {
  const preprocessing = { background: 'dark', fit } as const;
  return { kind: 'image', width, height, channels: 3, mean: [0.1, 0.2, 0.3], std: 1 / 255, preprocessing };
}

const NETWORKS = [
  [32, 32, 'stretch'],
  [17, 40, 'contain'],
  [40, 9, 'contain'],
  [90, 70, 'stretch'],
] as const;
/** Larger and smaller than networks, of one row and of one column. */
const SIZES = [
  [203, 121],
  [1300, 11],
  [32, 32],
  [9, 14],
  [40, 1],
  [1, 33],
] as const;

describe.each(['grey', '4:4:4', '4:2:2', '4:2:0'] as const)('a JPEG, %s', (sampling) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8] as const)('orientation %i: as from pixels in memory', (orientation) => {
    for (const [index, [width, height]] of SIZES.entries()) {
      const samples = picture(width, height, sampling === 'grey' ? 1 : 3, index);
      const jpeg =
        sampling === 'grey'
          ? jpegOfSamples({ width, height, samples }, 85)
          : jpegOfRgb(
              { width, height, samples },
              85,
              sampling === '4:4:4' ? [1, 1] : sampling === '4:2:2' ? [2, 1] : [2, 2],
            );
      const turned = withSegment(jpeg, exifSegment(orientation));
      for (const [across, down, fit] of NETWORKS) {
        const network = spec(across, down, fit);
        const upright = orientation > 4 ? { width: height, height: width } : { width, height };
        const scale = decodeScale(upright, network, fit);
        const image = decodeJpegCoefficients(turned);
        const inMemory = preparePixels(decodeJpegPixels(image, true, scale), network, {});
        expect(photographOfJpeg(image, scale, network, {})).toEqual(inMemory);
        expect(preparePicture(turned, network)).toEqual(inMemory);
      }
    }
  });
});

describe.each(['auto', 'light', 'dark'] as const)('a PNG, background %s', (background) => {
  test.each([1, 3] as const)('of %i channel(s): as from pixels in memory', (channels) => {
    for (const [index, [width, height]] of SIZES.entries()) {
      const samples = picture(width, height, channels, index);
      // Some show nothing.
      if (index % 2 === 1) samples.fill(90 + index);
      const png = encodePng({ width, height, channels, samples });
      for (const [across, down, fit] of NETWORKS) {
        const network = spec(across, down, fit);
        const prepared = preparePicture(png, network, { background });
        expect(prepared).toEqual(preparePixels(decodePng(png, undefined, true), network, { background }));
        expect(photographOfPng(openPng(png, undefined, undefined), network, { background })).toEqual(
          prepared,
        );
        expect(prepared.report.blank).toBe(index % 2 === 1);
      }
    }
  });
});

test('a wide row comes to the same without WebAssembly', () => {
  const [width, channels] = [1301, 3];
  const samples = picture(width, 1, channels, 3);
  const columns = [...coverage(width, -40, 70.3, 20), ...coverage(width, 3.5, 0.7, 9)];
  const [fast, plain] = [new PictureRows(width, channels, columns), new PlainRows(channels, columns)];
  for (const rows of [fast, plain]) {
    rows.set(samples);
    rows.sum();
  }
  expect(fast.line).toEqual(plain.line);
  expect(plain.lumaRange().map(Math.round)).toEqual([...fast.lumaRange()]);
});
