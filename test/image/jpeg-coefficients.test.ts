import { describe, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { coefficientObstacle, jpegCoefficientInput } from '../../src/image/jpeg-coefficients.ts';
import { forwardDct8x8, inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { type TileGeometry, tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { planeSamples } from '../jpeg/plane-samples.ts';
import { colourJpeg, greyJpeg } from './jpeg-builder.ts';

/** The long way, in float64: IDCT without rounding, normalise, place on the tile, block DCT. */
function throughSamples(
  jpeg: Uint8Array,
  spec: ImageInputSpec,
  tile: TileGeometry,
  inverted: boolean,
): Float64Array {
  const samples = planeSamples(decodeCoefficients(jpeg).components[0], inverseDct8x8);
  const result = new Float64Array(tile.blocksPerRow * tile.blocksPerColumn * 64);
  const block = new Float64Array(64);
  for (let index = 0; index < result.length / 64; index++) {
    for (let k = 0; k < 64; k++) {
      const x = (index % tile.blocksPerRow) * 8 + (k & 7) - tile.x;
      const y = Math.floor(index / tile.blocksPerRow) * 8 + (k >> 3) - tile.y;
      const isInside = x >= 0 && x < tile.width && y >= 0 && y < tile.height;
      const sample = samples[y * tile.width + x];
      block[k] = isInside
        ? ((inverted ? 255 - sample : sample) / 255 - Number(spec.mean)) / Number(spec.std)
        : 0;
    }
    forwardDct8x8(block, block);
    result.set(block, index * 64);
  }
  return result;
}

function specFor(width: number, height: number): ImageInputSpec {
  return {
    kind: 'image',
    width,
    height,
    channels: 1,
    mean: 0.1307,
    std: 0.3081,
    preprocessing: { background: 'dark', fit: 'contain' },
  };
}

const CASES = [
  [28, 28, 0, 0],
  [28, 28, 2, 2],
  [28, 28, 4, 4],
  [28, 28, 7, 5],
  [16, 24, 0, 0],
  [16, 24, 3, 0],
  [8, 8, 0, 0],
  [8, 8, 7, 7],
  [30, 17, 0, 0],
  [30, 17, 1, 6],
  [1, 1, 0, 0],
  [1, 1, 7, 7],
  [9, 3, 6, 6],
] as const;

describe.each(CASES)('%d×%d at offset (%d, %d)', (width, height, x, y) => {
  const spec = specFor(width, height);
  const tile = tileGeometry(width, height, x, y);

  test.each(['dark', 'light'] as const)(
    'background %s: the same as through samples, to 1e-9',
    (background) => {
      const jpeg = greyJpeg(width, height, 40, 7);
      const actual = jpegCoefficientInput(decodeCoefficients(jpeg), spec, tile, background);
      expect(actual.inverted).toBe(background === 'light');
      const expected = throughSamples(jpeg, spec, tile, actual.inverted);
      expect(actual.coefficients).toHaveLength(expected.length);
      const largest = Math.max(...actual.coefficients.map((value, k) => Math.abs(value - expected[k])));
      expect(largest).toBeLessThanOrEqual(1e-9);
    },
  );

  test('the luma of a colour JPEG likewise', () => {
    const jpeg = colourJpeg(width, height, 60, 3);
    const { coefficients } = jpegCoefficientInput(decodeCoefficients(jpeg), spec, tile, 'dark');
    const expected = throughSamples(jpeg, spec, tile, false);
    const largest = Math.max(...coefficients.map((value, k) => Math.abs(value - expected[k])));
    expect(largest).toBeLessThanOrEqual(1e-9);
  });

  test('everything around the picture is zero', () => {
    const jpeg = greyJpeg(width, height, 40, 7);
    const { coefficients } = jpegCoefficientInput(decodeCoefficients(jpeg), spec, tile, 'dark');
    const block = new Float64Array(64);
    for (let index = 0; index < coefficients.length / 64; index++) {
      inverseDct8x8(coefficients.subarray(index * 64, index * 64 + 64), block);
      for (let k = 0; k < 64; k++) {
        const column = (index % tile.blocksPerRow) * 8 + (k & 7) - x;
        const row = Math.floor(index / tile.blocksPerRow) * 8 + (k >> 3) - y;
        if (column >= 0 && column < width && row >= 0 && row < height) continue;
        expect(Math.abs(block[k])).toBeLessThanOrEqual(1e-12);
      }
    }
  });
});

describe('background from coefficients', () => {
  const invert = (jpeg: Uint8Array) => {
    const image = decodeCoefficients(jpeg);
    const [component] = image.components;
    return {
      ...image,
      components: [{ ...component, coefficients: component.coefficients.map((value) => -value) }],
    };
  };

  test.each(CASES.filter(([width]) => width > 8))('%d×%d at offset (%d, %d)', (width, height, x, y) => {
    const spec = specFor(width, height);
    const tile = tileGeometry(width, height, x, y);
    const jpeg = greyJpeg(width, height, 80, 7);
    const dark = jpegCoefficientInput(decodeCoefficients(jpeg), spec, tile, 'auto');
    expect(dark).toMatchObject({ background: 'dark', inverted: false });
    expect(jpegCoefficientInput(invert(jpeg), spec, tile, 'auto')).toMatchObject({
      background: 'light',
      inverted: true,
    });
    expect(
      jpegCoefficientInput(
        invert(jpeg),
        { ...spec, preprocessing: { background: 'light', fit: 'contain' } },
        tile,
        'auto',
      ),
    ).toMatchObject({
      background: 'light',
      inverted: false,
    });
  });
});

describe('obstacles', () => {
  const grey = decodeCoefficients(greyJpeg(28, 28, 80, 1));
  const colour = decodeCoefficients(colourJpeg(28, 28, 80, 1));
  const [luma, blue, red] = colour.components;

  test.each([
    ['grey of the right size', grey, undefined],
    ['YCbCr with subsampled chroma', colour, undefined],
    ['another size', decodeCoefficients(greyJpeg(28, 27, 80, 1)), /the JPEG is 28×27, the model takes 28×28/],
    ['RGB', { ...colour, adobeTransform: 0 }, /RGB, which has no luma/],
    [
      'CMYK',
      { ...colour, adobeTransform: 0, components: [luma, blue, red, luma] },
      /CMYK, which has no luma/,
    ],
    [
      'subsampled luma',
      { ...colour, components: [blue, luma, red] },
      /luma component is subsampled to 14×14/,
    ],
  ])('%s', (_, image, expected) => {
    const obstacle = coefficientObstacle(image, specFor(28, 28));
    if (expected === undefined) expect(obstacle).toBeUndefined();
    else expect(obstacle).toMatch(expected);
  });

  test('a tile of another size is a misuse', () => {
    expect(() => jpegCoefficientInput(grey, specFor(28, 28), tileGeometry(28, 27), 'dark')).toThrow(
      /tile is for 28×27/,
    );
  });
});
