import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { preparePicture } from '../../src/image/prepare-picture.ts';
import type { PreparePictureOptions } from '../../src/image/prepared.ts';
import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { type TileGeometry, tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { greyJpeg } from './jpeg-builder.ts';
import { pngOfSamples } from './png-builder.ts';

const MNIST: ImageInputSpec = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS };
const TILE = tileGeometry(28, 28, 2, 2);

function sample(name: string): Uint8Array {
  return readFileSync(new URL(`../../data/pictures/${name}`, import.meta.url));
}

function values(bytes: Uint8Array, spec: ImageInputSpec, options: PreparePictureOptions = {}): Float32Array {
  const prepared = preparePicture(bytes, spec, options);
  if (prepared.kind !== 'values') throw new Error('expected values');
  return prepared.values;
}

function coefficients(bytes: Uint8Array, tile: TileGeometry): Float32Array {
  const prepared = preparePicture(bytes, MNIST, { tile });
  if (prepared.kind !== 'coefficients') throw new Error('expected coefficients');
  return prepared.coefficients;
}

/** The picture that coefficients on a tile stand for. */
function picture(transformed: Float32Array, tile: TileGeometry): Float64Array {
  const result = new Float64Array(tile.width * tile.height);
  const block = new Float64Array(64);
  for (let index = 0; index < transformed.length / 64; index++) {
    inverseDct8x8(transformed.subarray(index * 64, index * 64 + 64), block);
    block.forEach((value, k) => {
      const x = (index % tile.blocksPerRow) * 8 + (k & 7) - tile.x;
      const y = Math.floor(index / tile.blocksPerRow) * 8 + (k >> 3) - tile.y;
      if (x >= 0 && x < tile.width && y >= 0 && y < tile.height) result[y * tile.width + x] = value;
    });
  }
  return result;
}

describe('report', () => {
  test.each([
    ['digit-3.png', 28, 28, 'dark', false, 'pixels'],
    ['digit-7-dark-on-light.png', 28, 28, 'light', true, 'pixels'],
    ['digit-2-ink-97x131.png', 97, 131, 'light', true, 'pixels'],
    ['digit-4-transparent-120x120.png', 120, 120, 'light', true, 'pixels'],
    ['digit-3-grey.jpg', 28, 28, 'dark', false, 'coefficients'],
    ['digit-5-chalk.jpg', 28, 28, 'dark', false, 'coefficients'],
    ['digit-6-ink-144x128.jpg', 144, 128, 'light', true, 'pixels'],
  ])('%s', (name, sourceWidth, sourceHeight, background, inverted, via) => {
    const { kind, report } = preparePicture(sample(name), MNIST, { tile: TILE });
    expect(report).toEqual({
      format: name.endsWith('png') ? 'png' : 'jpeg',
      sourceWidth,
      sourceHeight,
      scale: 1,
      background,
      backgroundDetected: true,
      inverted,
      via,
      orientation: 1,
      fit: 'contain',
      blank: false,
      warnings: [],
    });
    expect(kind).toBe(via === 'pixels' ? 'values' : 'coefficients');
  });
});

describe('pixels', () => {
  const row = [0, 255, 51, 102];
  const png = pngOfSamples({ width: 4 }, [row]);
  const spec: ImageInputSpec = { ...MNIST, width: 4, height: 1, mean: 0.1, std: 0.5 };

  test('of the model size: the samples themselves, normalised', () => {
    expect(Array.from(values(png, spec, { background: 'dark' }))).toEqual(
      row.map((level) => Math.fround((level / 255 - 0.1) / 0.5)),
    );
  });

  test('a background that is declared is not looked for, and inverts where the model has the other', () => {
    expect(preparePicture(png, spec, { background: 'light' }).report).toMatchObject({
      background: 'light',
      backgroundDetected: false,
      inverted: true,
    });
    expect(Array.from(values(png, spec, { background: 'light' }))).toEqual(
      row.map((level) => Math.fround(((255 - level) / 255 - 0.1) / 0.5)),
    );
    expect(
      values(
        png,
        { ...spec, preprocessing: { background: 'light', fit: 'contain' } },
        { background: 'light' },
      ),
    ).toEqual(values(png, spec, { background: 'dark' }));
  });

  test('what the aspect ratio leaves free has the level of the background', () => {
    const paper = pngOfSamples({ width: 3 }, [
      [200, 200, 200],
      [200, 0, 200],
      [200, 200, 200],
    ]);
    const wide = values(paper, { ...MNIST, width: 5, height: 3 });
    const padding = Math.fround(55 / 255);
    expect(Array.from(wide)).toEqual(
      [0, 1, 2].flatMap((y) => [padding, padding, y === 1 ? 1 : padding, padding, padding]),
    );
  });
});

describe('coefficients and pixels of the same JPEG', () => {
  test.each([10, 50, 90])('quality %d: within rounding and clamping', (quality) => {
    const jpeg = greyJpeg(28, 28, quality, 11);
    const exact = picture(coefficients(jpeg, TILE), TILE);
    const rounded = values(jpeg, MNIST, { via: 'pixels' });
    rounded.forEach((value, index) => {
      const clamped = Math.min(Math.max(exact[index], 0), 1);
      // Half a grey level, and what the integer IDCT adds to it.
      expect(Math.abs(value - clamped) * 255).toBeLessThanOrEqual(0.9);
    });
  });

  test.each(['digit-3-grey.jpg', 'digit-5-chalk.jpg'])('%s', (name) => {
    const exact = picture(coefficients(sample(name), TILE), TILE);
    const rounded = values(sample(name), MNIST, { via: 'pixels' });
    rounded.forEach((value, index) => {
      expect(Math.abs(value - Math.min(Math.max(exact[index], 0), 1)) * 255).toBeLessThanOrEqual(0.9);
    });
  });
});

describe('which way', () => {
  const grey = sample('digit-3-grey.jpg');

  test('pixels on request, and where there is no tile', () => {
    expect(preparePicture(grey, MNIST, { tile: TILE, via: 'pixels' }).report.via).toBe('pixels');
    expect(preparePicture(grey, MNIST).report.via).toBe('pixels');
  });

  test.each([
    [sample('digit-3.png'), { tile: TILE }, /as coefficients: the picture is a PNG/],
    [grey, {}, /as coefficients: the model takes no coefficients/],
    [sample('digit-6-ink-144x128.jpg'), { tile: TILE }, /as coefficients: the JPEG is 144×128/],
  ])('coefficients on request, or an error that says why not (%#)', (bytes, options, message) => {
    expect(() => preparePicture(bytes, MNIST, { ...options, via: 'coefficients' })).toThrow(message);
  });

  test('limits reach both decoders', () => {
    const limits = { maxPixels: 783 };
    expect(() => preparePicture(grey, MNIST, { limits })).toThrow(/limit is 783/);
    expect(() => preparePicture(sample('digit-3.png'), MNIST, { limits })).toThrow(/limit is 783/);
  });
});
