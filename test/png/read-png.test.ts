import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readPng } from '../../src/png/decode.ts';
import { inflateRows } from '../../src/png/inflate-rows.ts';
import { chunk, headerChunk, imageDataChunk, pngFile } from '../image/png-builder.ts';
import { seededRandom } from '../jpeg/pictures.ts';

const PALETTE = chunk('PLTE', [1, 2, 3, 4, 5, 6]);
const INDEXED = headerChunk({ width: 2, height: 1, colourType: 3 });
const GREY = headerChunk({ width: 2, height: 1 });
const DATA = imageDataChunk([[0, 1]]);

const read = (...chunks: readonly Uint8Array[]) => readPng(pngFile(...chunks), () => {}, inflateRows);

/** The samples of all rows. */
function samplesOf(png: ReturnType<typeof read>): number[] {
  const samples: number[] = [];
  png.visitRows((row) => samples.push(...row.samples));
  return samples;
}

describe('image data in several chunks', () => {
  const [width, height] = [101, 203];
  const random = seededRandom(4);
  const rows = Array.from({ length: height }, () =>
    Array.from({ length: width }, () => Math.floor(random() * 256)),
  );
  // Noise, so that it is longer than the steps in which it is inflated.
  const packed = deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])));

  test.each([1, 7, 8191, 8192, 8193, packed.length])('of %i bytes each: all samples', (length) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < packed.length; at += length)
      parts.push(chunk('IDAT', packed.subarray(at, at + length)));
    const png = read(headerChunk({ width, height }), ...parts);
    expect(samplesOf(png)).toEqual(rows.flat());
    expect(png.warnings).toEqual([]);
  });

  test('empty ones among them', () => {
    const empty = chunk('IDAT');
    const parts = [
      empty,
      chunk('IDAT', packed.subarray(0, 50)),
      empty,
      chunk('IDAT', packed.subarray(50)),
      empty,
    ];
    expect(samplesOf(read(headerChunk({ width, height }), ...parts))).toEqual(rows.flat());
  });

  test.each([1, 2, 100, 10_000])('cut off %i bytes before its end: refused', (count) => {
    // The last four bytes are a checksum, of pixels that are all there by then.
    const cut = chunk('IDAT', packed.subarray(0, -4 - count));
    expect(() => samplesOf(read(headerChunk({ width, height }), cut))).toThrow(
      /^PNG: image data is damaged: unexpected EOF$/,
    );
  });
});

describe('what follows the last row has no pixels', () => {
  test('noise instead of a checksum', () => {
    const packed = deflateSync(Uint8Array.of(0, 8, 9));
    const png = read(GREY, chunk('IDAT', [...packed.subarray(0, -4), 1, 2, 3, 4, 5, 6, 7]));
    expect(samplesOf(png)).toEqual([8, 9]);
  });

  test('megabytes of it', () => {
    const packed = deflateSync(Uint8Array.of(0, 8, 9));
    const png = read(GREY, chunk('IDAT', [...packed, ...new Uint8Array(2 ** 20).fill(0x77)]));
    expect(samplesOf(png)).toEqual([8, 9]);
  });
});

describe('a palette', () => {
  const colours = (count: number): Uint8Array => chunk('PLTE', new Uint8Array(3 * count).fill(7));

  test('has 256 colours at most', () => {
    expect(read(INDEXED, colours(256), DATA).palette).toHaveLength(768);
    expect(() => read(INDEXED, colours(257), DATA)).toThrow(/has 771 bytes, expected 3 for each of 1 to 256/);
  });

  test('is a suggestion in pictures that have no indices, of any length', () => {
    expect(read(GREY, chunk('PLTE', [1, 2, 3, 4]), DATA).palette).toBeUndefined();
    expect(read(GREY, PALETTE, DATA).palette).toBeUndefined();
  });
});

describe('tRNS', () => {
  const warningOf = (...chunks: readonly Uint8Array[]): readonly string[] => {
    const { transparency, warnings } = read(...chunks);
    expect(warnings).toHaveLength(1);
    return [warnings[0].replace(/^PNG at byte \d+: tRNS is ignored: /, ''), String(transparency)];
  };

  test('of a palette has one entry for each of the first colours', () => {
    expect(read(INDEXED, PALETTE, chunk('tRNS', [9]), DATA).transparency).toEqual(Uint8Array.of(9));
    expect(read(INDEXED, PALETTE, chunk('tRNS', [9, 8]), DATA).transparency).toEqual(Uint8Array.of(9, 8));
    for (const length of [0, 3])
      expect(warningOf(INDEXED, PALETTE, chunk('tRNS', new Uint8Array(length)), DATA)).toEqual([
        `it has ${length} entries for 2 colours of the palette`,
        'undefined',
      ]);
  });

  test('before the palette, or where pixels have an opacity: ignored', () => {
    expect(warningOf(INDEXED, chunk('tRNS', [9]), PALETTE, DATA)[0]).toBe('it comes before PLTE');
    const header = headerChunk({ width: 1, height: 1, colourType: 4 });
    expect(warningOf(header, chunk('tRNS', [0, 1]), DATA)).toEqual([
      'the picture has an alpha channel',
      'undefined',
    ]);
  });

  test('twice: the first counts', () => {
    const [first, second] = [chunk('tRNS', [0, 1]), chunk('tRNS', [0, 2])];
    expect(warningOf(GREY, first, second, DATA)).toEqual(['it is the second one', '0,1']);
  });
});

describe('the first chunk', () => {
  test('is IHDR of 13 bytes', () => {
    const longer = chunk('IHDR', [...GREY.subarray(8, 21), 0]);
    expect(() => read(longer, DATA)).toThrow(/the first chunk must be IHDR of 13 bytes/);
  });

  test('has a checksum of its own, checked before its size', () => {
    const damaged = headerChunk({ width: 2, height: 1 });
    damaged[11] ^= 4;
    const checked: number[] = [];
    expect(() => readPng(pngFile(damaged, DATA), ({ width }) => checked.push(width))).toThrow(
      /PNG at byte 8: the CRC of IHDR is wrong/,
    );
    expect(checked).toEqual([]);
  });
});

test('types of chunks are four letters, of which none may be anything else', () => {
  for (const type of ['1dat', 'tex1', 't xt'])
    expect(() => read(GREY, chunk(type), DATA)).toThrow(/PNG at byte 33: a chunk type must be four letters/);
});

test('a file that ends inside a chunk says where the chunk begins, one that ends between chunks its length', () => {
  const file = pngFile(GREY, DATA);
  const readUpTo = (length: number) => () => readPng(file.subarray(0, length), () => {});
  expect(readUpTo(33 + 5)).toThrow(/^PNG at byte 33: the file ends after 38 bytes, inside a chunk/);
  expect(readUpTo(33)).toThrow(/^PNG at byte 33: the file ends after 33 bytes/);
  // A chunk without content, that is all of it.
  expect(readUpTo(file.length)().header.width).toBe(2);
});

describe('IHDR is refused', () => {
  /** The content of IHDR with another byte, under a right checksum. */
  const altered = (at: number, byte: number): Uint8Array => {
    const content = GREY.slice(8, 21);
    content[at] = byte;
    return chunk('IHDR', content);
  };

  test.each([
    ['no columns', 3, 0, 'corrupt', 'it declares 0×1 pixels'],
    ['no rows', 7, 0, 'corrupt', 'it declares 2×0 pixels'],
    ['a bit depth that grey lacks', 8, 3, 'corrupt', 'colour type 0 with 3 bits does not exist'],
    [
      'another compression',
      10,
      1,
      'unsupported',
      'methods must be 0, 0 and 0 or 1, got compression 1, filter 0',
    ],
    ['other filters', 11, 1, 'unsupported', 'got compression 0, filter 1, interlace 0'],
    ['another interlacing', 12, 2, 'unsupported', 'got compression 0, filter 0, interlace 2'],
  ])('%s', (_, at, byte, kind, message) => {
    expect(() => read(altered(at, byte), DATA)).toThrow(
      expect.objectContaining({ kind, code: 'PICTURE_PNG', message: expect.stringContaining(message) }),
    );
  });
});

describe('a filter that does not exist is refused with its row of the picture', () => {
  const dataOf = (bytes: readonly number[]): Uint8Array => chunk('IDAT', deflateSync(Uint8Array.from(bytes)));

  test.each([
    [
      'the third row',
      headerChunk({ width: 1, height: 4 }),
      [
        [0, 1],
        [4, 1],
        [5, 1],
        [0, 1],
      ],
      2,
      5,
    ],
    [
      'the second row of the fourth pass of an interlaced one',
      headerChunk({ width: 8, height: 8, interlace: 1 }),
      [
        [0, 1],
        [0, 1],
        [0, 1, 1],
        [0, 1, 1],
        [9, 1, 1],
      ],
      4,
      9,
    ],
  ])('%s', (_, header, rows, row, filter) => {
    expect(() => samplesOf(read(header, dataOf(rows.flat())))).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'PICTURE_PNG' },
        message: expect.stringContaining(`row ${row} has filter type ${filter}, expected 0 to 4`),
      }),
    );
  });
});
