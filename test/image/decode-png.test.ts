import { execFileSync } from 'node:child_process';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { decodePicture } from './decode-picture.ts';
import { tiffWithOrientation } from './exif-builder.ts';
import { chunk, headerChunk, imageDataChunk, pngFile, pngOfSamples } from './png-builder.ts';
import { encodePng } from './png-encoder.ts';

const luma = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue;

function expectSamples(actual: Float32Array | null, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((sample, index) => {
    expect(actual?.[index]).toBeCloseTo(sample, 4);
  });
}

describe('grey', () => {
  test.each([1, 2, 4, 8, 16])('%d bits a sample, rows that do not fill their last byte', (bitDepth) => {
    const max = 2 ** bitDepth - 1;
    const samples = [
      [0, max, 1, max - 1, max >> 1],
      [max, 0, max >> 1, 1, 0],
    ];
    const picture = decodePicture(pngOfSamples({ width: 5, bitDepth }, samples));
    expect(picture).toMatchObject({ format: 'png', width: 5, height: 2, alpha: null });
    expectSamples(
      picture.luma,
      samples.flat().map((sample) => (sample * 255) / max),
    );
  });

  test('8-bit samples come out exactly', () => {
    const row = Array.from({ length: 256 }, (_, sample) => sample);
    expect(Array.from(decodePicture(pngOfSamples({ width: 256 }, [row])).luma)).toEqual(row);
  });

  test('a transparent grey (tRNS)', () => {
    const transparent = chunk('tRNS', [0, 7]);
    const { alpha } = decodePicture(pngOfSamples({ width: 3 }, [[6, 7, 8]], transparent));
    expectSamples(alpha, [1, 0, 1]);
  });

  test.each([
    [8, 255],
    [16, 65535],
  ])('with alpha, %d bits', (bitDepth, max) => {
    const row = [max, 0, 0, max, max, Math.round(max / 5)];
    const picture = decodePicture(pngOfSamples({ width: 3, bitDepth, colourType: 4 }, [row]));
    expectSamples(picture.luma, [255, 0, 255]);
    expectSamples(picture.alpha, [0, 1, 0.2]);
  });
});

describe('colour', () => {
  test('RGB, 8 bits: luma by BT.601, greys exactly', () => {
    const picture = decodePicture(
      pngOfSamples({ width: 5, colourType: 2 }, [[255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77, 10, 20, 30]]),
    );
    expectSamples(picture.luma, [luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255), 77, luma(10, 20, 30)]);
    expect(picture.luma[3]).toBe(77);
    expect(picture.alpha).toBeNull();
  });

  test('RGB, 16 bits', () => {
    const row = [65535, 0, 0, 257 * 10, 257 * 20, 257 * 30];
    const { luma: grey } = decodePicture(pngOfSamples({ width: 2, colourType: 2, bitDepth: 16 }, [row]));
    expectSamples(grey, [luma(255, 0, 0), luma(10, 20, 30)]);
  });

  test('RGB with a transparent colour (tRNS): all three channels must match', () => {
    const transparent = chunk('tRNS', [0, 1, 0, 2, 0, 3]);
    const row = [1, 2, 3, 1, 2, 4, 3, 2, 1, 0, 0, 0];
    const { alpha } = decodePicture(pngOfSamples({ width: 4, colourType: 2 }, [row], transparent));
    expectSamples(alpha, [0, 1, 1, 1]);
  });

  test('RGBA, 8 bits', () => {
    const picture = decodePicture(
      pngOfSamples({ width: 2, colourType: 6 }, [[10, 20, 30, 255, 200, 100, 50, 51]]),
    );
    expectSamples(picture.luma, [luma(10, 20, 30), luma(200, 100, 50)]);
    expectSamples(picture.alpha, [1, 0.2]);
  });

  test.each([1, 2, 4, 8])('palette, %d bits an index', (bitDepth) => {
    const palette = chunk('PLTE', [255, 0, 0, 9, 9, 9]);
    const { luma: grey, alpha } = decodePicture(
      pngOfSamples(
        { width: 3, bitDepth, colourType: 3 },
        [
          [0, 1, 0],
          [1, 1, 0],
        ],
        palette,
      ),
    );
    expectSamples(grey, [luma(255, 0, 0), 9, luma(255, 0, 0), 9, 9, luma(255, 0, 0)]);
    expect(alpha).toBeNull();
  });

  test('palette with fewer alphas (tRNS) than colours: the rest is opaque', () => {
    const palette = chunk('PLTE', [255, 0, 0, 9, 9, 9]);
    const alphas = chunk('tRNS', [51]);
    const { alpha } = decodePicture(pngOfSamples({ width: 2, colourType: 3 }, [[0, 1]], palette, alphas));
    expectSamples(alpha, [0.2, 1]);
  });
});

describe('interlaced', () => {
  const width = 11;
  const height = 9;

  test.each([
    [8, 1],
    [8, 3],
    [8, 4],
    [16, 1],
    [16, 3],
  ])('%d bits, %d channels: the same as not interlaced', (depth, channels) => {
    const max = 2 ** depth - 1;
    const samples = Array.from(
      { length: width * height * channels },
      (_, index) => (index * 2654435761) % (max + 1),
    );
    const data = depth === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples);
    const picture = { width, height, data, channels, depth: depth as 8 | 16 };
    const interlaced = decodePicture(encode(picture, { interlace: 'Adam7' }));
    const plain = decodePicture(encode(picture));
    expect(interlaced).toEqual(plain);
  });
});

test('chunks that do not decide the samples are passed over, a broken colour profile too', () => {
  const plain = pngOfSamples({ width: 2 }, [[1, 2]]);
  const withExtras = pngOfSamples(
    { width: 2 },
    [[1, 2]],
    chunk('iCCP', [65, 0, 0, 1, 2, 3]),
    chunk('tEXt', [255, 255]),
    chunk('eXIf'),
  );
  expect(decodePicture(withExtras)).toEqual(decodePicture(plain));
});

describe('the orientation in eXIf', () => {
  const samples = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  /** The pixels of each orientation, by rows. */
  const upright: readonly (readonly number[][])[] = [
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    [
      [3, 2, 1],
      [6, 5, 4],
    ],
    [
      [6, 5, 4],
      [3, 2, 1],
    ],
    [
      [4, 5, 6],
      [1, 2, 3],
    ],
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
    [
      [4, 1],
      [5, 2],
      [6, 3],
    ],
    [
      [6, 3],
      [5, 2],
      [4, 1],
    ],
    [
      [3, 6],
      [2, 5],
      [1, 4],
    ],
  ];

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%d', (orientation) => {
    const exif = chunk('eXIf', tiffWithOrientation(orientation));
    for (const file of [
      pngOfSamples({ width: 3 }, samples, exif),
      encodePng({ width: 3, height: 2, bitDepth: 8, colourType: 0, interlaced: true }, samples.flat(), exif),
    ]) {
      const rows = upright[orientation - 1];
      const picture = decodePicture(file);
      expect(picture).toMatchObject({
        orientation,
        width: rows[0].length,
        height: rows.length,
        warnings: [],
      });
      expect([...picture.luma]).toEqual(rows.flat());
    }
  });

  test('damaged, or after IDAT: ignored, as browsers do', () => {
    const exif = chunk('eXIf', tiffWithOrientation(6));
    const broken = exif.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
    const idat = imageDataChunk(samples);
    const header = headerChunk({ width: 3, height: 2 });
    for (const file of [pngFile(header, broken, idat), pngFile(header, idat, exif)]) {
      expect(decodePicture(file)).toMatchObject({ orientation: 1, width: 3 });
    }
  });
});

/** ImageMagick as an independent writer. */
const hasConvert = ((): boolean => {
  try {
    return execFileSync('convert', ['-version'], { encoding: 'utf8' }).includes('ImageMagick');
  } catch {
    return false;
  }
})();

describe.skipIf(!hasConvert)(`ImageMagick${hasConvert ? '' : ' (skipped: convert is not installed)'}`, () => {
  const size = ['-size', '37x23'];
  const write = (options: readonly string[]) =>
    execFileSync('convert', [...size, 'plasma:fractal', '-seed', '3', ...options, 'png:-']);
  const read = (png: Uint8Array) =>
    execFileSync('convert', ['png:-', '-alpha', 'off', '-depth', '16', '-endian', 'MSB', 'rgb:-'], {
      input: png,
    });

  test.each([
    ['palette', ['-colors', '11', '-type', 'Palette']],
    ['filters', ['-depth', '8', '-quality', '95']],
    ['16 bits', ['-depth', '16', '-define', 'png:bit-depth=16']],
    ['interlaced', ['-depth', '8', '-interlace', 'PNG']],
    ['two colours', ['-colorspace', 'Gray', '-monochrome', '-define', 'png:bit-depth=1']],
  ])('%s', (_, options) => {
    const png = write(options);
    const picture = decodePicture(png);
    const rgb = read(png);
    expect(rgb).toHaveLength(37 * 23 * 3 * 2);
    picture.luma.forEach((sample, pixel) => {
      const [red, green, blue] = [0, 2, 4].map((channel) => rgb.readUInt16BE(pixel * 6 + channel) / 257);
      expect(sample).toBeCloseTo(luma(red, green, blue), 3);
    });
  });
});
