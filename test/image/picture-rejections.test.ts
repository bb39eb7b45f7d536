import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { encodeCoefficients } from '../../src/jpeg/index.ts';
import { seededRandom } from '../jpeg/pictures.ts';
import { decodePicture } from './decode-picture.ts';
import { chunk, headerChunk, imageDataChunk, PNG_SIGNATURE, pngFile, pngOfSamples } from './png-builder.ts';

const PALETTE = chunk('PLTE', [1, 2, 3]);
const HEADER = headerChunk({ width: 2, height: 1 });
const DATA = imageDataChunk([[1, 2]]);
const GREY_JPEG = encodeCoefficients({
  width: 20,
  height: 20,
  components: [
    {
      id: 1,
      horizontalSampling: 1,
      verticalSampling: 1,
      quantization: new Uint16Array(64).fill(4),
      coefficients: Int16Array.from({ length: 9 * 64 }, (_, k) => ((k * 7) % 13) - 6),
    },
  ],
});

/** A JPEG whose frame header declares another size. */
function jpegDeclaring(width: number, height: number): Uint8Array {
  const bytes = GREY_JPEG.slice();
  const frame = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
  new DataView(bytes.buffer).setUint16(frame + 5, height);
  new DataView(bytes.buffer).setUint16(frame + 7, width);
  return bytes;
}

function damaged(png: Uint8Array, offset: number): Uint8Array {
  const bytes = png.slice();
  bytes[offset] ^= 1;
  return bytes;
}

const CASES: readonly [name: string, bytes: Uint8Array, kind: string, message: RegExp][] = [
  ['an empty file', new Uint8Array(), 'corrupt', /empty \(0 bytes\)/],
  ['PNG: the signature alone', Uint8Array.from(PNG_SIGNATURE), 'corrupt', /the file ends after 8 bytes/],
  ['PNG: no IHDR', pngFile(chunk('eXIf', new Uint8Array(13)), HEADER), 'corrupt', /first chunk must be IHDR/],
  ['PNG: width 0', pngFile(headerChunk({ width: 0, height: 1 }), DATA), 'corrupt', /declares 0×1 pixels/],
  [
    'PNG: 50,000×50,000',
    pngFile(headerChunk({ width: 50_000, height: 50_000 }), DATA),
    'limit',
    /declares 50000×50000 pixels; the limit is 33554432 pixels/,
  ],
  [
    'PNG: the largest size there is',
    pngFile(headerChunk({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }), DATA),
    'limit',
    /declares 4294967295×4294967295/,
  ],
  [
    'PNG: RGB of 4 bits',
    pngFile(headerChunk({ width: 2, height: 1, colourType: 2, bitDepth: 4 }), DATA),
    'corrupt',
    /colour type 2 with 4 bits/,
  ],
  [
    'PNG: colour type 5',
    pngFile(headerChunk({ width: 2, height: 1, colourType: 5 }), DATA),
    'corrupt',
    /colour type 5/,
  ],
  [
    'PNG: interlace method 2',
    pngFile(headerChunk({ width: 2, height: 1, interlace: 2 }), DATA),
    'unsupported',
    /interlace 2/,
  ],
  [
    "PNG: Apple's variant",
    pngFile(chunk('CgBI', [0x50, 0, 0x20, 2]), HEADER, DATA),
    'unsupported',
    /Apple's variant for iOS \(CgBI\): convert it/,
  ],
  [
    'PNG: a second IHDR',
    pngFile(HEADER, headerChunk({ width: 9999, height: 9999 }), DATA),
    'corrupt',
    /second IHDR/,
  ],
  ['PNG: no IDAT', pngFile(HEADER), 'corrupt', /no image data/],
  [
    'PNG: IDAT interrupted',
    pngFile(HEADER, DATA, PALETTE, DATA),
    'corrupt',
    /PLTE must come once, before IDAT/,
  ],
  ['PNG: two palettes', pngFile(HEADER, PALETTE, PALETTE, DATA), 'corrupt', /PLTE must come once/],
  [
    'PNG: no palette',
    pngFile(headerChunk({ width: 2, height: 1, colourType: 3 }), DATA),
    'corrupt',
    /no palette/,
  ],
  [
    'PNG: unknown critical chunk',
    pngFile(HEADER, chunk('ABcD'), DATA),
    'unsupported',
    /chunk ABcD is critical/,
  ],
  ['PNG: a wrong CRC', damaged(pngFile(HEADER, DATA), 8 + 25 + 8 + 4), 'corrupt', /the CRC of IDAT is wrong/],
  [
    'PNG: an unknown filter',
    pngFile(HEADER, chunk('IDAT', deflateSync(Uint8Array.of(9, 1, 2)))),
    'corrupt',
    /filter/,
  ],
  [
    'PNG: no zlib data',
    pngFile(HEADER, chunk('IDAT', [1, 2, 3, 4, 5, 6])),
    'corrupt',
    /image data is damaged/,
  ],
  [
    'PNG: too little image data',
    pngFile(HEADER, imageDataChunk([[1]])),
    'corrupt',
    /needs 3 bytes of image data, got 2/,
  ],
  [
    'PNG: less image data than deflate can expand to the size',
    pngFile(headerChunk({ width: 5000, height: 5000 }), DATA),
    'corrupt',
    /needs 25005000 bytes of image data, got \d+ before inflating/,
  ],
  [
    'PNG: an empty palette',
    pngOfSamples({ width: 1, colourType: 3 }, [[0]], chunk('PLTE')),
    'corrupt',
    /0 bytes/,
  ],
  [
    'PNG: a palette of 4 bytes',
    pngOfSamples({ width: 1, colourType: 3 }, [[0]], chunk('PLTE', [1, 2, 3, 4])),
    'corrupt',
    /palette \(PLTE\) has 4 bytes, expected 3 for each of 1 to 256 colours/,
  ],
  ['PNG: IDAT, text, IDAT', pngFile(HEADER, DATA, chunk('tEXt'), DATA), 'corrupt', /must follow one another/],
  [
    'PNG: a chunk type that is none',
    pngFile(HEADER, chunk('ID1T'), DATA),
    'corrupt',
    /type must be four letters/,
  ],
  [
    'PNG: a wrong CRC of IHDR',
    damaged(pngFile(HEADER, DATA), 8 + 8 + 14),
    'corrupt',
    /the CRC of IHDR is wrong/,
  ],
  ['JPEG: 50,000×50,000', jpegDeclaring(50_000, 50_000), 'limit', /declares 50000×50000 pixels/],
  ['JPEG: two components', twoComponents(), 'unsupported', /2 components/],
  ['JPEG: four components, no Adobe segment', fourComponents(), 'unsupported', /without an Adobe segment/],
];

function componentsOf(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    quantization: new Uint16Array(64).fill(1),
    coefficients: new Int16Array(64),
  }));
}

function twoComponents(): Uint8Array {
  return encodeCoefficients({ width: 8, height: 8, components: componentsOf(2) });
}

function fourComponents(): Uint8Array {
  return encodeCoefficients({ width: 8, height: 8, components: componentsOf(4) });
}

function failure(bytes: Uint8Array): WjpegError {
  try {
    decodePicture(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WjpegError);
    return error as WjpegError;
  }
  throw new Error('it was accepted');
}

test.each(CASES)('%s', (_, bytes, kind, message) => {
  const error = failure(bytes);
  expect(error.kind).toBe(kind);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
});

/** Faults that libpng overlooks with a warning. */
const OVERLOOKED: readonly [name: string, bytes: Uint8Array, warning: RegExp, luma: readonly number[]][] = [
  [
    'index beyond the palette: black',
    pngOfSamples({ width: 2, colourType: 3 }, [[0, 1]], chunk('PLTE', [9, 9, 9])),
    /^PNG has palette index 1, but only 1 colours; it is black$/,
    [9, 0],
  ],
  [
    'too much image data',
    pngFile(HEADER, imageDataChunk([[1, 2, 3]])),
    /^PNG has more image data than/,
    [1, 2],
  ],
  [
    'a zip bomb of 64 MiB in one pixel',
    pngFile(headerChunk({ width: 1, height: 1 }), chunk('IDAT', deflateSync(new Uint8Array(2 ** 26)))),
    /^PNG has more image data than/,
    [0],
  ],
  [
    'tRNS of a wrong length',
    pngFile(HEADER, chunk('tRNS', [0]), DATA),
    /^PNG at byte 33: tRNS is ignored: it has 1 bytes, expected 2$/,
    [1, 2],
  ],
  [
    'tRNS of a wrong CRC',
    damaged(pngFile(HEADER, chunk('tRNS', [0, 1]), DATA), 42),
    /its CRC is wrong/,
    [1, 2],
  ],
  ['tRNS after IDAT', pngFile(HEADER, DATA, chunk('tRNS', [0, 1])), /it comes after IDAT/, [1, 2]],
];

test.each(OVERLOOKED)('PNG: %s, with a warning', (_, bytes, warning, luma) => {
  const picture = decodePicture(bytes);
  expect(picture.warnings).toEqual([expect.stringMatching(warning)]);
  expect([...picture.luma]).toEqual(luma);
  expect(picture.alpha).toBeNull();
});

describe('cut short anywhere', () => {
  const scan = GREY_JPEG.findIndex((byte, at) => byte === 0xff && GREY_JPEG[at + 1] === 0xda) + 10;

  test.each([
    ['PNG', pngOfSamples({ width: 5, colourType: 3 }, [[0, 0, 0, 0, 0]], PALETTE), Number.POSITIVE_INFINITY],
    ['JPEG, before its first scan', GREY_JPEG, scan],
  ])('%s: refused', (_, bytes, end) => {
    expect(() => decodePicture(bytes)).not.toThrow();
    for (let length = 0; length < Math.min(bytes.length, end); length++) {
      expect(failure(bytes.subarray(0, length)).message).not.toContain('\n');
    }
  });

  test('JPEG, in its scan: what is there, with a warning', () => {
    for (let length = scan; length < GREY_JPEG.length; length++) {
      const { warnings = [], luma } = decodePicture(GREY_JPEG.subarray(0, length));
      expect(warnings.at(-1)).toMatch(/^JPEG ends at byte \d+ without EOI$/);
      expect(luma).toHaveLength(400);
    }
  });

  test('JPEG of a size that its data cannot fill: the rest is mid-grey, with a warning', () => {
    const { warnings = [], luma } = decodePicture(jpegDeclaring(200, 300));
    expect(warnings.join()).toMatch(
      /before the end of the last block of their segment; the rest of it is grey/,
    );
    expect(luma.at(-1)).toBe(128);
  });
});

describe('altered anyhow, a picture is read or refused in one line', () => {
  /** Reads it, or checks the refusal. */
  function attempt(bytes: Uint8Array): void {
    try {
      decodePicture(bytes, { maxPixels: 2 ** 16 });
    } catch (error) {
      expect(error).toBeInstanceOf(WjpegError);
      expect((error as Error).message).not.toContain('\n');
    }
  }

  test('bytes of a JPEG', () => {
    const random = seededRandom(1);
    for (let run = 0; run < 400; run++) {
      const bytes = GREY_JPEG.slice();
      for (let change = 0; change <= run % 3; change++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      attempt(bytes);
    }
  });

  test('fields and data of a PNG, under right checksums', () => {
    const random = seededRandom(2);
    const pick = (choices: readonly number[]) => choices[Math.floor(random() * choices.length)];
    const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
    for (let run = 0; run < 400; run++) {
      const header = headerChunk({
        width: pick([0, 1, 2, 3, 9]),
        height: pick([1, 2, 5]),
        bitDepth: pick([1, 2, 3, 4, 8, 16]),
        colourType: pick([0, 2, 3, 4, 6]),
        interlace: pick([0, 0, 1]),
      });
      const extras = [chunk('PLTE', noise(pick([0, 3, 4, 9]))), chunk('tRNS', noise(pick([0, 1, 2, 6])))];
      const data = noise(pick([0, 2, 6, 11, 40])).map((byte) => byte & 3);
      attempt(pngFile(header, ...extras.slice(pick([0, 1, 2])), chunk('IDAT', deflateSync(data))));
    }
  });
});

test('a bomb costs no memory: inflating stops after the last row', () => {
  const packed = deflateSync(new Uint8Array(2 ** 28));
  const bomb = pngFile(headerChunk({ width: 1, height: 1 }), chunk('IDAT', packed));
  const before = process.memoryUsage().rss;
  expect(decodePicture(bomb).luma).toHaveLength(1);
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
});

test('limits: the caller can lower and raise them', () => {
  const png = pngOfSamples({ width: 4 }, [[1, 2, 3, 4]]);
  expect(() => decodePicture(png, { maxPixels: 3 })).toThrow(/limit is 3 pixels/);
  expect(decodePicture(png, { maxPixels: 4 }).width).toBe(4);
  expect(() => decodePicture(png, { maxPixels: Number.NaN })).toThrow(/maxPixels must be/);
  expect(() => decodePicture(GREY_JPEG, { maxPixels: 399 })).toThrow(
    /declares 20×20 pixels; the limit is 399/,
  );
});
