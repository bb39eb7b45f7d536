import { describe, expect, test } from 'vitest';
import { decodeJpegCoefficients, decodeJpegPixels, jpegColourModel } from '../../src/image/decode-jpeg.ts';
import { decodeCoefficients, encodeCoefficients, type JpegEncodeOptions } from '../../src/jpeg/index.ts';
import { visitRgbRows } from '../../src/jpeg/pixels/rgb-rows.ts';
import { markersOf } from '../conformance/alterations.ts';
import { djpeg, hasLibjpeg, NEEDS_LIBJPEG } from '../jpeg/libjpeg-tools.ts';
import { make } from '../jpeg/libjpeg-variants.ts';
import { EOI, frame, SOI, segment } from '../jpeg/stream-builder.ts';
import { decodePicture } from './decode-picture.ts';
import { exifSegment, withSegment } from './exif-builder.ts';
import { greyJpeg, plane } from './jpeg-builder.ts';

/** What our reader says of a picture. */
function ours(jpeg: Uint8Array): { pixels: Uint8Array; warnings: readonly string[] } {
  const image = decodeJpegCoefficients(jpeg);
  const { width, height, warnings } = image;
  const model = jpegColourModel(image);
  if (model === 'grey') return { pixels: Uint8Array.from(decodeJpegPixels(image).luma), warnings };
  const pixels = new Uint8Array(width * height * 3);
  visitRgbRows(image, model, (rgb, y) => pixels.set(rgb, y * rgb.length));
  return { pixels, warnings };
}

function expectSame(jpeg: Uint8Array, what = ''): void {
  const theirs = djpeg(jpeg);
  if (theirs === undefined) throw new Error(`djpeg gave up ${what}`);
  const { pixels, warnings } = ours(jpeg);
  expect(Buffer.compare(pixels, theirs.pixels), `${what} ${warnings.join('; ')}`).toBe(0);
  expect(warnings.length > 0, `${what} warned: ${warnings.join('; ')}`).toBe(theirs.warned);
  for (const warning of warnings) expect(warning).toMatch(/^JPEG [^\n]*$/);
}

interface Part {
  readonly marker: number;
  /** From its FF up to the next marker; with the entropy-coded data behind SOS and RSTn. */
  readonly bytes: Uint8Array;
}

function partsOf(jpeg: Uint8Array): Part[] {
  const markers = markersOf(jpeg);
  return markers.map(({ at, code }, index) => ({
    marker: code,
    bytes: jpeg.subarray(at, markers[index + 1]?.at ?? jpeg.length),
  }));
}

function joined(...parts: readonly (Part | ArrayLike<number>)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from('bytes' in part ? part.bytes : part)));
}

/** The stream with `bytes` before its first marker of that code. */
function before(jpeg: Uint8Array, marker: number, bytes: ArrayLike<number>): Uint8Array {
  const parts = partsOf(jpeg);
  const index = parts.findIndex((part) => part.marker === marker);
  return joined(...parts.slice(0, index), bytes, ...parts.slice(index));
}

const APP0 = 0xe0;
const [DHT, DQT, DRI, SOF, SOS, DNL] = [0xc4, 0xdb, 0xdd, 0xc0, 0xda, 0xdc];
const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const RGB = letters('RGB');
const adobe = (transform: number): number[] =>
  segment(0xee, ...letters('Adobe'), 0, 100, 0, 0, 0, 0, transform);
const jfif = (length = 14): number[] =>
  segment(APP0, ...[...letters('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0].slice(0, length));

interface Components {
  readonly ids?: readonly number[];
  /** Hi and Vi of each. */
  readonly sampling?: readonly (readonly [number, number])[];
  readonly options?: JpegEncodeOptions;
  readonly size?: readonly [number, number];
}

/** `count` components of different content, without any segment that says what they are. */
function pictureOf(
  count: number,
  { ids = [1, 2, 3, 4], sampling, options, size: [width, height] = [37, 21] }: Components = {},
): Uint8Array {
  const factors = Array.from({ length: count }, (_, index) => sampling?.[index] ?? ([1, 1] as const));
  const max = [0, 1].map((axis) => Math.max(...factors.map((factor) => factor[axis])));
  const components = factors.map(([horizontal, vertical], index) => {
    const { quantization, coefficients } = plane(
      Math.ceil((width * horizontal) / max[0]),
      Math.ceil((height * vertical) / max[1]),
      50 + 10 * index,
      index + 1,
    );
    const [horizontalSampling, verticalSampling] = [horizontal, vertical];
    return { id: ids[index], horizontalSampling, verticalSampling, quantization, coefficients };
  });
  return encodeCoefficients({ width, height, components }, options);
}

/**
 * Three grey pictures as the scans of one, each with tables of its own under the same identifiers, and with a restart
 * interval of its own.
 */
function redefined(intervals: readonly number[] = [0, 0, 0]): Uint8Array {
  const components = [1, 2, 3].map((id) => [id, 0x11, 0] as const);
  return joined(
    SOI,
    frame({ width: 37, height: 21, components }),
    ...intervals.flatMap((restartInterval, index) => {
      const image = decodeCoefficients(greyJpeg(37, 21, 20 * (index + 1), index + 1));
      const parts = partsOf(encodeCoefficients(image, { restartInterval }));
      const scan = parts.findIndex(({ marker }) => marker === SOS);
      const header = parts[scan].bytes.slice();
      header[5] = index + 1;
      const tables = parts.filter(({ marker }) => marker === DQT || marker === DHT);
      const interval = segment(DRI, restartInterval >> 8, restartInterval & 255);
      return [
        ...tables,
        ...(intervals.some(Boolean) ? [interval] : []),
        header,
        ...parts.slice(scan + 1, -1),
      ];
    }),
    EOI,
  );
}

/** The tables of all segments with that marker in one segment. */
function together(jpeg: Uint8Array, marker: number): Uint8Array {
  const parts = partsOf(jpeg);
  const contents = parts
    .filter((part) => part.marker === marker)
    .flatMap(({ bytes }) => [...bytes.subarray(4)]);
  const first = parts.findIndex((part) => part.marker === marker);
  return joined(
    ...parts.slice(0, first),
    segment(marker, ...contents),
    ...parts.slice(first).filter((part) => part.marker !== marker),
  );
}

/** Each 8-bit quantisation table as 16-bit words. */
function wideTables(jpeg: Uint8Array): Uint8Array {
  return joined(
    ...partsOf(jpeg).map((part) => {
      if (part.marker !== DQT) return part;
      const words: number[] = [];
      for (let at = 4; at < part.bytes.length; at += 65) {
        words.push(0x10 | part.bytes[at]);
        for (const entry of part.bytes.subarray(at + 1, at + 65)) words.push(0, entry);
      }
      return segment(DQT, ...words);
    }),
  );
}

const sized = (jpeg: Uint8Array, height: number): Uint8Array => {
  const changed = jpeg.slice();
  const { at } = markersOf(jpeg).find(({ code }) => code === SOF) as { at: number };
  changed.set([height >> 8, height & 255], at + 5);
  return changed;
};

const COLOUR = pictureOf(3);
const GREY = greyJpeg(37, 21, 60, 1);
const PROGRESSIVE = pictureOf(3, { options: { progressive: true } });
const SEVEN = greyJpeg(9, 9, 90, 7);
const everywhere = (jpeg: Uint8Array, bytes: ArrayLike<number>): Uint8Array =>
  joined(...partsOf(jpeg).flatMap((part, index) => (index === 0 ? [part] : [bytes, part])));

/** Decoded as libjpeg-turbo does, with a warning where it warns. */
const READ: Record<string, () => Uint8Array> = {
  // What the components mean.
  'CMYK of Adobe (transform 0)': () => before(pictureOf(4), SOF, adobe(0)),
  'YCCK of Adobe (transform 2)': () => before(pictureOf(4), SOF, adobe(2)),
  'YCCK with subsampled chroma': () =>
    before(
      pictureOf(4, {
        sampling: [
          [2, 2],
          [1, 1],
          [1, 1],
          [2, 2],
        ],
      }),
      SOF,
      adobe(2),
    ),
  'YCCK, progressive, chroma half as wide': () =>
    before(
      pictureOf(4, {
        sampling: [
          [2, 1],
          [1, 1],
          [1, 1],
          [2, 1],
        ],
        options: { progressive: true },
      }),
      0xc2,
      adobe(2),
    ),
  'four components, Adobe transform 1, which means nothing for them': () =>
    before(pictureOf(4), SOF, adobe(1)),
  'four components, Adobe transform 9': () => before(pictureOf(4), SOF, adobe(9)),
  'RGB by its component names': () => pictureOf(3, { ids: RGB }),
  'RGB by Adobe transform 0': () => before(COLOUR, SOF, adobe(0)),
  'components named RGB, Adobe transform 1': () => before(pictureOf(3, { ids: RGB }), SOF, adobe(1)),
  'components named RGB, Adobe transform 9': () => before(pictureOf(3, { ids: RGB }), SOF, adobe(9)),
  'components named 5, 6, 7': () => pictureOf(3, { ids: [5, 6, 7] }),
  'components named 0, 1, 2': () => pictureOf(3, { ids: [0, 1, 2] }),
  'JFIF and Adobe transform 0: JFIF counts': () => before(before(COLOUR, SOF, adobe(0)), SOF, jfif()),
  'a JFIF segment that is too short counts for nothing': () =>
    before(before(COLOUR, SOF, adobe(0)), SOF, jfif(9)),
  'Adobe behind the frame header': () => before(COLOUR, SOS, adobe(0)),
  'Adobe behind the first scan header counts for nothing': () => before(COLOUR, 0xd9, adobe(0)),
  'JFIF behind the first scan header counts for nothing': () =>
    before(before(COLOUR, SOF, adobe(0)), 0xd9, jfif()),
  'an Adobe segment that is too short': () =>
    before(COLOUR, SOF, segment(0xee, ...letters('Adobe'), 0, 100, 0, 0, 0, 0)),
  'two Adobe segments': () => before(before(COLOUR, SOF, adobe(1)), SOF, adobe(0)),
  // Segments.
  'fill bytes before every marker': () => everywhere(COLOUR, [0xff, 0xff, 0xff]),
  'fill bytes before every marker, progressive': () => everywhere(PROGRESSIVE, [0xff]),
  'empty comments everywhere': () => everywhere(PROGRESSIVE, segment(0xfe)),
  'all quantisation tables in one segment': () => together(COLOUR, DQT),
  'all Huffman tables in one segment': () => together(COLOUR, DHT),
  'all Huffman tables in one segment, 16-bit quantisation tables in a baseline picture': () =>
    wideTables(together(COLOUR, DHT)),
  '16-bit quantisation tables together': () => wideTables(together(COLOUR, DQT)),
  'quantisation tables behind the frame header': () => {
    const parts = partsOf(COLOUR);
    const tables = parts.filter(({ marker }) => marker === DQT);
    return before(joined(...parts.filter(({ marker }) => marker !== DQT)), SOS, joined(...tables));
  },
  'an embedded thumbnail in Exif': () =>
    withSegment(
      COLOUR,
      Uint8Array.from(segment(0xe1, ...letters('Exif\0\0'), ...new Array(20).fill(0), ...SEVEN)),
    ),
  'a multi-picture file: a second JPEG behind the first': () =>
    joined(withSegment(COLOUR, Uint8Array.from(segment(0xe2, ...letters('MPF\0'), 1, 2, 3, 4))), SEVEN),
  'an empty segment of every application': () =>
    Array.from({ length: 16 }, (_, n) => segment(0xe0 + n)).reduce(
      (jpeg, bytes) => withSegment(jpeg, Uint8Array.from(bytes)),
      COLOUR,
    ),
  'DNL behind the first scan': () => before(GREY, 0xd9, segment(DNL, 0, 21)),
  'DNL of another height behind the first scan': () => before(GREY, 0xd9, segment(DNL, 0, 99)),
  'comments and application segments of lengths 0 and 1': () =>
    before(GREY, SOF, [0xff, 0xfe, 0, 0, 0xff, 0xe5, 0, 1]),
  'RST markers before the frame header': () => before(GREY, SOF, [0xff, 0xd3]),
  'TEM before the frame header': () => before(GREY, SOF, [0xff, 0x01]),
  // Scans.
  'three scans, tables redefined between them': () => redefined(),
  'three scans, each with another restart interval': () => redefined([1, 7, 4]),
  'three scans, restarts in the second only': () => redefined([0, 2, 0]),
  'three scans, restarts in the first only, then an interval longer than the scan': () =>
    redefined([5, 0, 999]),
  'a scan of the first component, then one of the others': () =>
    make({ channels: 3, options: '-sample 2x2', scans: '0; 1 2;', width: 41, height: 43 }),
  'one scan per component, restart interval of a row': () =>
    make({ channels: 3, options: '-sample 2x1 -restart 1', scans: '0; 2; 1;', width: 41, height: 43 }),
  // Sizes.
  '1×1': () =>
    pictureOf(3, {
      size: [1, 1],
      sampling: [
        [2, 2],
        [1, 1],
        [1, 1],
      ],
    }),
  '65,500×1': () => greyJpeg(65500, 1, 60, 1),
  '1×65,500': () => greyJpeg(1, 65500, 60, 1),
  '65,500×1, chroma half as wide': () =>
    pictureOf(3, {
      size: [65500, 1],
      sampling: [
        [2, 1],
        [1, 1],
        [1, 1],
      ],
    }),
  // Cut off.
  'nothing behind the scan header': () =>
    joined(...partsOf(GREY).slice(0, -2), partsOf(GREY)[partsOf(GREY).length - 2].bytes.subarray(0, 10)),
  'a height that is larger than what is there': () => sized(GREY, 80),
  'a height that is smaller than what is there': () => sized(GREY, 8),
};

describe.skipIf(!hasLibjpeg)(`odd pictures are read as djpeg reads them${NEEDS_LIBJPEG}`, () => {
  test.each(Object.entries(READ))('%s', (name, jpeg) => expectSame(jpeg(), name));

  test.each(['1x2', '4x1', '3x1', '2x2,1x2,2x1', '1x1,1x2,2x1', '2x1,1x2,1x1', '3x3,1x1,1x1', '4x4,4x4,1x1'])(
    'sampling %s, one scan per component and restarts',
    (sampling) => {
      for (const [width, height] of [
        [1, 1],
        [23, 41],
      ]) {
        const options = `-sample ${sampling} -restart 3B`;
        expectSame(make({ channels: 3, options, scans: '0; 1; 2;', width, height }), `${width}×${height}`);
      }
    },
  );
});

/** Refused in one line, by us and by djpeg. */
const REFUSED: Record<string, [jpeg: () => Uint8Array, message: RegExp, theirsReads?: true]> = {
  'two components': [() => pictureOf(2), /^JPEG has 2 components, wjpeg reads 1, 3 and 4$/],
  // libjpeg takes them for CMYK, without telling whether inverted.
  'four components without Adobe': [
    () => pictureOf(4),
    /^JPEG has four components without an Adobe segment/,
    true,
  ],
  'five components': [
    () =>
      before(
        joined(SOI, frame({ components: [1, 2, 3, 4, 5].map((id) => [id, 0x11, 0] as const) }), EOI),
        0xd9,
        [],
      ),
    /5 components, wjpeg reads 1 to 4$/,
  ],
  'height 0, to be defined by DNL': [
    () => before(sized(GREY, 0), 0xd9, segment(DNL, 0, 21)),
    /height is 0, to be defined later by a DNL segment$/,
  ],
  'width 0': [() => joined(SOI, frame({ width: 0 }), EOI), /width is 0$/],
  'a second SOI': [() => before(GREY, SOF, SOI), /SOI \(FFD8\) must not stand here$/],
  'a second frame': [() => before(GREY, SOS, frame()), /SOF0 \(FFC0\) must not stand here$/],
  'a scan before the frame': [
    () => joined(SOI, partsOf(GREY)[partsOf(GREY).length - 2], EOI),
    /SOS \(FFDA\) must not stand here$/,
  ],
  'EOI at once': [() => joined(SOI, EOI), /EOI \(FFD9\) must not stand here$/],
  'no scan': [() => joined(...partsOf(GREY).filter(({ marker }) => marker !== SOS)), /ends without any scan/],
  'no quantisation table': [
    () => joined(...partsOf(GREY).filter(({ marker }) => marker !== DQT)),
    /uses quantisation table 0, which is not defined$/,
  ],
  'a segment of length 1': [() => before(GREY, SOF, [0xff, DRI, 0, 1]), /length must be 2 or more, got 1$/],
  'a segment longer than the file': [() => joined(SOI, [0xff, 0xfe, 0xff, 0xff, 1, 2]), /JPEG/],
  'sampling factor 5': [
    () => joined(SOI, frame({ components: [[1, 0x51, 0]] }), EOI),
    /sampling factors must be 1…4, got 5×1$/,
  ],
  'a scan of an unknown component': [
    () => {
      const changed = GREY.slice();
      changed[(markersOf(GREY).find(({ code }) => code === SOS) as { at: number }).at + 5] = 9;
      return changed;
    },
    /the frame has no component 9/,
  ],
  'a Huffman table of too many codes': [
    () => before(GREY, SOS, segment(DHT, 0, ...new Array(16).fill(255))),
    /at most 256 codes/,
  ],
  'a reserved marker': [() => before(GREY, SOF, [0xff, 0x02, 0, 2]), /reserved by T\.81/],
};

describe('odd pictures are refused in one line', () => {
  test.each(Object.entries(REFUSED))('%s', (_, [jpeg, message, theirsReads]) => {
    const decode = (): unknown => decodePicture(jpeg());
    expect(decode).toThrow(message);
    try {
      decode();
    } catch (error) {
      expect((error as Error).message).not.toMatch(/\n/);
    }
    if (hasLibjpeg && !theirsReads) expect(djpeg(jpeg())).toBeUndefined();
  });
});

test('a second scan of all components is left out with a warning', () => {
  const parts = partsOf(COLOUR);
  const jpeg = joined(...parts.slice(0, -1), ...parts.filter(({ marker }) => marker === SOS), EOI);
  const { pixels, warnings } = ours(jpeg);
  expect(warnings.join()).toMatch(/^JPEG scan at byte \d+ is left out: the first has all of the picture$/);
  expect(pixels).toEqual(ours(COLOUR).pixels);
});

describe.skipIf(!hasLibjpeg)(`pictures cut off anywhere${NEEDS_LIBJPEG}`, () => {
  test.each([
    ['grey, baseline', greyJpeg(17, 9, 40, 1)],
    ['colour, progressive', pictureOf(3, { size: [9, 9], options: { progressive: true } })],
    ['three scans', redefined()],
  ])('%s: djpeg’s pixels with a warning, or one clear error', (_, jpeg) => {
    const counts = { same: 0, refused: 0, more: 0 };
    const parts = partsOf(jpeg);
    const scan = parts.findIndex(({ marker }) => marker === SOS);
    const dataAt = joined(...parts.slice(0, scan)).length + 4 + parts[scan].bytes[3] - 2;
    const isProgressive = parts.some(({ marker }) => marker === 0xc2);
    for (let length = 2; length < jpeg.length; length += jpeg.length > 700 ? 7 : 2) {
      const cut = jpeg.subarray(0, length);
      const theirs = djpeg(cut);
      let mine: ReturnType<typeof ours>;
      try {
        mine = ours(cut);
      } catch (error) {
        expect(error).toMatchObject({ name: 'WjpegError', kind: 'corrupt' });
        // Within the scan header, libjpeg reads the end of the file as if it were some of it.
        if (theirs) expect(length, (error as Error).message).toBeLessThan(dataAt);
        counts.refused++;
        continue;
      }
      expect(mine.warnings, `cut at ${length}`).not.toEqual([]);
      if (theirs === undefined) {
        // In a header between scans: libjpeg gives up, we show what came before.
        counts.more++;
        continue;
      }
      expect(theirs.warned).toBe(true);
      // libjpeg smooths between blocks of progressive pictures that are not complete, and reads what a scan header lacks
      // from the end of the file, so that noise may follow.
      const endsInScanHeader = mine.warnings.some((warning) => /left out: JPEG segment SOS/.test(warning));
      if (!isProgressive && !endsInScanHeader)
        expect(Buffer.compare(mine.pixels, theirs.pixels), `cut at ${length}`).toBe(0);
      counts.same++;
    }
    expect(counts.same).toBeGreaterThan(10);
    expect(counts.refused).toBeGreaterThan(10);
  });
});

test('the orientation of an embedded thumbnail is not that of the picture', () => {
  const inner = withSegment(SEVEN, exifSegment(6));
  const outer = withSegment(
    COLOUR,
    Uint8Array.from(segment(0xe1, ...letters('Exif\0\0'), ...new Array(20).fill(0), ...inner)),
  );
  expect(decodeJpegCoefficients(outer).orientation).toBe(1);
  expect(decodeJpegCoefficients(joined(outer, withSegment(SEVEN, exifSegment(8)))).orientation).toBe(1);
});

test('65,535 pixels in a row or a column, the most that a JPEG can have', () => {
  for (const [width, height] of [
    [65535, 1],
    [1, 65535],
  ]) {
    const picture = decodePicture(greyJpeg(width, height, 80, 2));
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(picture.warnings).toEqual([]);
    expect(new Set(picture.luma.subarray(65000)).size).toBeGreaterThan(20);
  }
});
