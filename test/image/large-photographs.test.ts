import { describe, expect, test } from 'vitest';
import type { Fit, ImageInputSpec } from '../../src/format/manifest.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from '../../src/image/decode-jpeg.ts';
import { decodeScale } from '../../src/image/decode-size.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import { preparePixels } from '../../src/image/prepare-pixels.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { picture } from '../jpeg/pictures.ts';
import { exifSegment, withSegment } from './exif-builder.ts';
import { colourJpeg, jpegOfRgb, jpegOfSamples } from './jpeg-builder.ts';

function spec(size: number, channels: 1 | 3, fit: Fit = 'contain'): ImageInputSpec {
  return {
    kind: 'image',
    width: size,
    height: size,
    channels,
    mean: 0,
    // Values are levels.
    std: 1 / 255,
    preprocessing: { background: 'dark', fit },
  };
}

describe('the size at which a JPEG is decoded', () => {
  test.each([
    // Twice the network's size on the side that fills it.
    ['12 megapixels for 224', 4000, 3000, 224, 'contain', 1],
    ['2 megapixels for 224', 1600, 1200, 224, 'contain', 3],
    ['three times as large', 672, 672, 224, 'contain', 8],
    ['four times as large', 896, 896, 224, 'contain', 4],
    ['stretched, the shorter side counts', 4000, 1000, 224, 'stretch', 4],
    ['of the network’s size', 224, 224, 224, 'contain', 8],
    ['a smaller one', 100, 50, 224, 'contain', 8],
    ['1 megapixel for 28', 1024, 1024, 28, 'contain', 1],
    // Strokes may fill a small part.
    ['12 megapixels, cropped to strokes', 4000, 3000, 28, 'center-of-mass', 3],
    ['2 megapixels, cropped to strokes', 1600, 1200, 28, 'center-of-mass', 8],
  ] as const)('%s', (_, width, height, size, fit, eighths) => {
    expect(decodeScale({ width, height }, spec(size, 3), fit).eighths).toBe(eighths);
  });

  test('for a grey network is larger: something drawn is looked for at 128 samples', () => {
    expect(decodeScale({ width: 1024, height: 1024 }, spec(28, 1), 'contain').eighths).toBe(2);
  });
});

const SIZE = { width: 1203, height: 901 };

/** A picture of which each sample is seen on 4×4 pixels: photographs are not sharp to the pixel. */
function enlarged(channels: 1 | 3): Uint8Array {
  const [width, height] = [301, 226];
  const small = picture(width, height, channels, 5);
  return Uint8Array.from({ length: SIZE.width * SIZE.height * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    const [x, y] = [(pixel % SIZE.width) >> 2, Math.floor(pixel / SIZE.width) >> 2];
    return small[(y * width + x) * channels + (at % channels)];
  });
}

const rgb = { ...SIZE, samples: enlarged(3) };

describe.each([
  ['grey', jpegOfSamples({ ...SIZE, samples: enlarged(1) }, 85), 1, 2],
  ['colour, 4:2:0', jpegOfRgb(rgb, 85, [2, 2]), 3, 2],
  // As in djpeg, chroma that has fewer samples one way only is interpolated at the smaller size.
  ['colour, 4:2:2', jpegOfRgb(rgb, 85, [2, 1]), 3, 4],
  ['colour, 4:4:4', jpegOfRgb(rgb, 85, [1, 1]), 3, 2],
] as const)('a photograph that is %s', (_, jpeg, channels, levels) => {
  test.each([
    ['sequential', 1, false],
    ['progressive', 1, true],
    ['turned', 6, false],
  ] as const)(
    '%s: as from all pixels, within some levels, and the report says so',
    (_, orientation, progressive) => {
      const coded = progressive ? encodeCoefficients(decodeCoefficients(jpeg), { progressive }) : jpeg;
      const turned = withSegment(coded, exifSegment(orientation));
      // Stretched: there is no margin, whose level would be a guess.
      const network = spec(96, channels, 'stretch');
      const prepared = preparePicture(turned, network, { background: 'dark' });
      if (prepared.kind !== 'values') throw new Error('expected values');
      const [sourceWidth, sourceHeight] = orientation === 6 ? [901, 1203] : [1203, 901];
      expect(prepared.report).toMatchObject({ sourceWidth, sourceHeight, orientation, scale: 2 / 8 });
      const whole = decodeJpegPixels(decodeJpegCoefficients(turned), channels === 3);
      const exact = preparePixels(whole, network, { background: 'dark' });
      expect(exact.report).toEqual({ ...prepared.report, scale: 1 });
      const squares = exact.values.reduce((sum, value, at) => sum + (value - prepared.values[at]) ** 2, 0);
      expect(Math.sqrt(squares / exact.values.length)).toBeLessThan(levels);
    },
  );
});

test('a picture of about the network’s size is decoded as it is', () => {
  const { report } = preparePicture(colourJpeg(200, 150, 85, 3), spec(96, 3));
  expect(report.scale).toBe(1);
});
