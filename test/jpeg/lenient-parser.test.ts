import { describe, expect, it } from 'vitest';
import { LenientParser } from '../../src/jpeg/lenient/lenient-parser.ts';
import { standardHuffmanTable } from '../../src/jpeg/lenient/standard-huffman.ts';
import { Warnings } from '../../src/jpeg/lenient/warnings.ts';
import { resolveLimits } from '../../src/jpeg/limits.ts';
import type { ScanHeader } from '../../src/jpeg/markers/scan-header.ts';
import type { JpegLimits } from '../../src/jpeg/types.ts';
import {
  AC_TABLE,
  bits,
  DC_TABLE,
  DQT,
  EOI,
  type FrameOptions,
  frame,
  GREY_HEADERS,
  huffmanTable,
  type ScanOptions,
  SOI,
  scan,
  segment,
  stream,
} from './stream-builder.ts';

const letters = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const jfif = (length = 14): number[] =>
  segment(0xe0, ...[...letters('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0].slice(0, length));
const adobe = (transform: number): number[] =>
  segment(0xee, ...letters('Adobe'), 0, 100, 0, 0, 0, 0, transform);
/** Exif of one entry, Orientation. */
const exif = (orientation: number): number[] =>
  segment(
    0xe1,
    ...letters('Exif\0\0MM'),
    ...[0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
  );

function parsing(bytes: Uint8Array, limits: Partial<JpegLimits> = {}) {
  const warnings = new Warnings();
  return { parser: new LenientParser(bytes, resolveLimits({ limits }), warnings), warnings };
}

/** All scan headers; the data of each are taken to be one byte. */
function scansOf(bytes: Uint8Array, limits: Partial<JpegLimits> = {}) {
  const { parser, warnings } = parsing(bytes, limits);
  const scans: ScanHeader[] = [];
  for (let next = parser.nextScan(); next !== undefined; next = parser.nextScan()) {
    scans.push(next);
    parser.resume(next.dataOffset + 1);
  }
  return { parser, scans, warnings: warnings.list() };
}

const DATA = [0x55];
const [COM, DNL, DRI, TEM, RST3] = [0xfe, 0xdc, 0xdd, 0x01, 0xd3];

describe('between segments', () => {
  /** A picture with these bytes before its frame header, which would stand at byte 71. */
  const withBytes = (...bytes: number[]): Uint8Array =>
    stream(SOI, DQT, bytes, frame(), DC_TABLE, AC_TABLE, scan(), DATA, EOI);

  it.each<[what: string, bytes: number[], warnings: string[]]>([
    ['nothing', [], []],
    ['fill bytes', [0xff, 0xff, 0xff], []],
    ['a restart marker', [0xff, RST3], []],
    ['TEM', [0xff, TEM], []],
    ['restart markers and TEM after fill bytes', [0xff, 0xff, 0xd0, 0xff, 0xff, TEM, 0xff, 0xd7], []],
    ['a comment of length 0', [0xff, COM, 0, 0], []],
    ['APP5 of length 1', [0xff, 0xe5, 0, 1], []],
    ['DNL of length 0', [0xff, DNL, 0, 0], []],
    ['an empty comment', segment(COM), []],
    // Were its length taken for one that no segment has, its content would be garbage.
    ['a comment of 257 bytes', segment(COM, ...new Array(255).fill(7)), []],
    ['a byte', [7], ['JPEG has 1 extraneous bytes before SOF0 (FFC0) at byte 72']],
    [
      'bytes and stuffed zeros',
      [7, 0xff, 0, 8],
      ['JPEG has 4 extraneous bytes before SOF0 (FFC0) at byte 75'],
    ],
    ['a byte and a fill byte', [7, 0xff], ['JPEG has 2 extraneous bytes before SOF0 (FFC0) at byte 73']],
    [
      'a byte behind a restart marker',
      [0xff, RST3, 7],
      ['JPEG has 1 extraneous bytes before SOF0 (FFC0) at byte 74'],
    ],
    [
      'bytes at two places',
      [1, 2, 0xff, COM, 0, 1, 3],
      ['JPEG has 2 extraneous bytes before COM (FFFE) at byte 73 (and 1 more like it)'],
    ],
  ])('%s', (_, bytes, expected) => {
    const { parser, scans, warnings } = scansOf(withBytes(...bytes));
    expect(warnings).toEqual(expected);
    expect(scans).toHaveLength(1);
    expect(parser.frame()).toMatchObject({ width: 8, height: 8 });
    expect(parser.restartInterval).toBe(0);
  });

  it('a segment that says something must have a length', () => {
    for (const length of [0, 1]) {
      expect(() => scansOf(withBytes(0xff, DRI, 0, length))).toThrow(
        expect.objectContaining({ kind: 'corrupt', code: 'JPEG_SEGMENT_LENGTH' }),
      );
    }
    expect(scansOf(withBytes(...segment(DRI, 1, 2))).parser.restartInterval).toBe(0x102);
  });

  it('a marker that T.81 has no meaning for is refused', () => {
    expect(() => scansOf(withBytes(...segment(0x02)))).toThrow(
      expect.objectContaining({ code: 'JPEG_UNKNOWN_MARKER' }),
    );
  });
});

describe('the end', () => {
  const head = stream(GREY_HEADERS, scan(), DATA);

  it.each<[what: string, bytes: number[], warnings: string[]]>([
    ['EOI', [...EOI], []],
    ['RST and EOI', [0xff, RST3, ...EOI], []],
    ['DNL of another height', [...segment(DNL, 0, 99), ...EOI], []],
    ['nothing', [], [`JPEG ends at byte ${head.length} without EOI`]],
    ['the first byte of a marker', [0xff], [`JPEG ends at byte ${head.length + 1} without EOI`]],
    ['bytes', [1, 2, 3], [`JPEG ends at byte ${head.length + 3} without EOI`]],
    [
      'bytes and EOI',
      [1, 2, 3, ...EOI],
      [`JPEG has 3 extraneous bytes before EOI (FFD9) at byte ${head.length + 3}`],
    ],
    [
      'a segment that ends early',
      [0xff, DRI, 0, 9, 1],
      [
        'JPEG scans after number 1 are left out: JPEG segment DRI (FFDD) at byte ' +
          `${head.length + 2}: its length is 9, but the stream ends after 3 bytes`,
      ],
    ],
    [
      'a second frame',
      frame(),
      [`JPEG scans after number 1 are left out: JPEG byte ${head.length}: SOF0 (FFC0) must not stand here`],
    ],
  ])('behind a scan: %s', (_, bytes, expected) => {
    const { scans, warnings } = scansOf(stream([...head], bytes));
    expect(scans).toHaveLength(1);
    expect(warnings).toEqual(expected);
  });

  it('before the first scan is an error', () => {
    for (const bytes of [GREY_HEADERS, [...GREY_HEADERS, 0xff], [...GREY_HEADERS, 1, 2]]) {
      const { parser, warnings } = parsing(stream(bytes));
      expect(() => parser.nextScan()).toThrow(
        expect.objectContaining({ kind: 'corrupt', code: 'JPEG_TRUNCATED', offset: bytes.length }),
      );
      expect(warnings.list()).toEqual([]);
    }
    // EOI is one: the picture has no scan then.
    expect(scansOf(stream(GREY_HEADERS, EOI)).scans).toEqual([]);
  });

  it('so is a damaged segment before the first scan; behind it, more than a limit is one still', () => {
    const { parser } = parsing(stream(GREY_HEADERS, segment(DRI, 0), scan(), DATA, EOI));
    expect(() => parser.nextScan()).toThrow(expect.objectContaining({ code: 'JPEG_SEGMENT_LENGTH' }));
    const two = stream([...head], scan(), DATA, EOI);
    expect(scansOf(two, { maxScans: 2 }).scans).toHaveLength(2);
    expect(() => scansOf(two, { maxScans: 1 })).toThrow(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_MANY_SCANS' }),
    );
  });
});

describe('what segments say', () => {
  const read = (...parts: (readonly number[])[]) => {
    const { parser, warnings } = parsing(
      stream(SOI, ...parts, DQT, frame(), DC_TABLE, AC_TABLE, scan(), DATA, EOI),
    );
    const [first] = [parser.nextScan()];
    expect(first).toBeDefined();
    expect(warnings.list()).toEqual([]);
    return parser;
  };

  it.each<[what: string, bytes: number[], jfif: boolean]>([
    ['14 bytes', jfif(), true],
    ['14 bytes and a thumbnail', segment(0xe0, ...jfif().slice(4), 1, 2, 3), true],
    ['13 bytes', jfif(13), false],
    ['JFXX', segment(0xe0, ...letters('JFXX\0'), ...new Array(20).fill(0)), false],
    ['another name that begins so', segment(0xe0, ...letters('JFIF '), ...new Array(20).fill(0)), false],
    ['JFIF in APP1', segment(0xe1, ...jfif().slice(4)), false],
    ['none', [], false],
  ])('JFIF: %s', (_, bytes, expected) => {
    expect(read(bytes).jfif).toBe(expected);
  });

  it('the last Adobe segment counts, whatever its transform', () => {
    expect(read().adobeTransform).toBeUndefined();
    expect(read(adobe(9)).adobeTransform).toBe(9);
    expect(read(adobe(1), adobe(0)).adobeTransform).toBe(0);
    expect(read(adobe(2), segment(0xee, ...letters('Adobe'))).adobeTransform).toBe(2);
    expect(read(adobe(2), segment(0xee, ...letters('Other'), ...new Array(7).fill(1))).adobeTransform).toBe(
      2,
    );
  });

  it('the first Exif segment that has an orientation counts', () => {
    expect(read().orientation).toBeUndefined();
    expect(read(exif(6), exif(3)).orientation).toBe(6);
    expect(
      read(segment(0xe1, ...letters('http://ns.adobe.com/xap')), exif(0), exif(3), exif(4)).orientation,
    ).toBe(3);
    expect(read(segment(0xe2, ...exif(6).slice(4))).orientation).toBeUndefined();
  });

  it('quantisation tables may have zeros, and be 16 bits wide', () => {
    const entries = Array.from({ length: 64 }, (_, k) => k);
    const wide = entries.flatMap((k) => [k, 1]);
    const [, , , , ...first] = segment(0xdb, 2, ...entries);
    const { quantizationTables } = read(segment(0xdb, ...first, 0x13, ...wide));
    // The third of zig-zag order is the first of the second row.
    expect(quantizationTables.map((table) => table && [table[0], table[1], table[8], table[63]])).toEqual([
      [1, 1, 1, 1],
      undefined,
      [0, 1, 2, 63],
      [1, 257, 513, 63 * 256 + 1],
    ]);
  });

  it('conditioning: 16 tables of each kind, AC of any value', () => {
    const { conditioning } = read(segment(0xcc, 0x0f, 0x52, 0x1f, 99, 0x10, 0));
    expect(conditioning.dc).toHaveLength(16);
    expect(conditioning.ac).toHaveLength(16);
    expect(conditioning.dc[15]).toEqual({ dcLower: 2, dcUpper: 5 });
    expect(conditioning.dc[14]).toMatchObject({ dcLower: 0, dcUpper: 1 });
    expect([0, 1, 15].map((at) => conditioning.ac[at].acThreshold)).toEqual([0, 5, 99]);
    expect(() => read(segment(0xcc, 0x05, 0x25))).toThrow(/L must not be above U/);
  });

  it.each<[what: string, bytes: number[]]>([
    ['DHP', segment(0xde, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)],
    ['EXP', segment(0xdf, 0x11)],
    ['SOF55 of JPEG-LS', segment(0xf7, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)],
    ['a lossless frame', frame({ marker: 0xc3 })],
    ['a 12-bit frame', frame({ marker: 0xc1, precision: 12 })],
  ])('%s is refused by name', (_, bytes) => {
    expect(() => read(bytes)).toThrow(
      expect.objectContaining({ kind: 'unsupported', message: expect.stringMatching(/convert it to/) }),
    );
  });

  it('a segment that has nothing to do with others changes nothing', () => {
    const parser = read(segment(0xe5, 1, 2, 3), segment(COM, 1, 2), segment(DNL, 0, 5));
    expect([parser.jfif, parser.orientation, parser.adobeTransform]).toEqual([false, undefined, undefined]);
    expect(parser.frame().height).toBe(8);
  });
});

describe('Huffman tables', () => {
  const first = (frameOptions: FrameOptions, ...tables: (readonly number[])[]) => {
    const parameters = frameOptions.marker === 0xc2 ? ([0, 0, 0] as const) : ([0, 63, 0] as const);
    const { parser } = parsing(
      stream(SOI, DQT, frame(frameOptions), ...tables, scan({ parameters }), DATA, EOI),
    );
    return { parser, scan: parser.nextScan() as ScanHeader };
  };

  it('that are missing are those of T.81 Annex K, in sequential scans', () => {
    const { parser, scan } = first({});
    for (const tableClass of [0, 1] as const) {
      for (const identifier of [0, 1]) {
        const standard = standardHuffmanTable(tableClass, identifier);
        expect(standard).toBeDefined();
        expect(parser.huffmanTable(tableClass, identifier, scan)).toEqual(standard);
      }
      const name = tableClass === 0 ? 'DC' : 'AC';
      expect(() => parser.huffmanTable(tableClass, 2, scan)).toThrow(
        `${name} Huffman table 2, which is not defined`,
      );
    }
    const progressive = first({ marker: 0xc2 });
    expect(() => progressive.parser.huffmanTable(0, 0, progressive.scan)).toThrow(
      expect.objectContaining({ code: 'JPEG_MISSING_TABLE' }),
    );
  });

  it('that are defined are the stream’s, the last of an identifier', () => {
    const tables = [
      huffmanTable(0, 0, [1]),
      huffmanTable(1, 0, [2]),
      huffmanTable(1, 1, [3]),
      huffmanTable(0, 0, [4]),
    ];
    const { parser, scan } = first({}, ...tables);
    const symbols = (
      [
        [0, 0],
        [1, 0],
        [1, 1],
      ] as const
    ).map(([tableClass, identifier]) => [...parser.huffmanTable(tableClass, identifier, scan).symbols]);
    expect(symbols).toEqual([[4], [2], [3]]);
    // Of several in one segment each counts.
    const [, , , , ...second] = huffmanTable(1, 3, [9]);
    const both = first({}, segment(0xc4, ...huffmanTable(0, 2, [8]).slice(4), ...second));
    expect([...both.parser.huffmanTable(1, 3, both.scan).symbols]).toEqual([9]);
  });

  it('for DC may have no symbol above 15', () => {
    const { parser, scan } = first(
      {},
      huffmanTable(0, 0, [15]),
      huffmanTable(0, 1, [0, 16]),
      huffmanTable(1, 0, [16]),
    );
    expect([...parser.huffmanTable(0, 0, scan).symbols]).toEqual([15]);
    expect([...parser.huffmanTable(1, 0, scan).symbols]).toEqual([16]);
    expect(() => parser.huffmanTable(0, 1, scan)).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_HUFFMAN_TABLE', offset: scan.dataOffset },
        message: `JPEG scan at byte ${scan.dataOffset}: DC Huffman table 1 has symbols above 15`,
      }),
    );
  });

  it('that are no code are refused where they stand', () => {
    // Three codes of one bit.
    const table = segment(0xc4, 0, 3, ...new Array(15).fill(0), 1, 2, 3);
    expect(() => first({}, table)).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_HUFFMAN_TABLE' },
        message: expect.stringMatching(/^JPEG segment DHT \(FFC4\) near byte \d+: /),
      }),
    );
  });
});

describe('scan headers', () => {
  const three = [
    [1, 0x22, 0],
    [2, 0x11, 1],
    [3, 0x12, 0],
  ] as const;
  const headed = (frameOptions: FrameOptions, scanOptions: ScanOptions) =>
    scansOf(stream(SOI, DQT, frame(frameOptions), scan(scanOptions), DATA, EOI));
  const places = (frameOptions: FrameOptions, ids: readonly number[]) =>
    headed(frameOptions, { components: ids.map((id) => [id, 0] as const) }).scans[0].components.map(
      ({ index }) => index,
    );

  it('name components in any order, with their tables', () => {
    const { scans, warnings, parser } = headed(
      { components: three },
      {
        components: [
          [3, 0x12],
          [1, 0x30],
        ],
      },
    );
    expect(warnings).toEqual([]);
    expect(scans).toEqual([
      {
        components: [
          { index: 2, frame: parser.frame().components[2], dcTable: 1, acTable: 2 },
          { index: 0, frame: parser.frame().components[0], dcTable: 3, acTable: 0 },
        ],
        ...{ spectralStart: 0, spectralEnd: 63, approximationHigh: 0, approximationLow: 0 },
        dataOffset: 2 + DQT.length + 19 + 12,
      },
    ]);
  });

  it('of components with the same identifier name the first that is left', () => {
    const same = [
      [1, 0x11, 0],
      [1, 0x11, 0],
      [7, 0x11, 0],
      [1, 0x11, 0],
    ] as const;
    expect(places({ components: same }, [1, 1, 7, 1])).toEqual([0, 1, 2, 3]);
    expect(places({ components: same }, [7, 1, 1])).toEqual([2, 0, 1]);
    expect(() => places({ components: same }, [7, 7])).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_SCAN' },
        message: expect.stringContaining('the frame has no component 7, or not so many'),
      }),
    );
  });

  it('have as many components as the frame at most, and one at least', () => {
    expect(places({ components: three }, [1, 2, 3])).toEqual([0, 1, 2]);
    for (const count of [0, 2]) {
      const header = segment(0xda, count, ...[1, 0, 1, 0].slice(0, 2 * count), 0, 63, 0);
      expect(() => scansOf(stream(SOI, DQT, frame(), header, DATA, EOI))).toThrow(
        expect.objectContaining({
          ...{ kind: 'corrupt', code: 'JPEG_SCAN' },
          message: expect.stringContaining(`a scan of a frame of 1 component(s) cannot have ${count}`),
        }),
      );
    }
  });

  it('have at most ten blocks in an MCU, but for one component alone', () => {
    const sampled = (a: number, b: number) =>
      [
        [1, a, 0],
        [2, b, 0],
      ] as const;
    expect(places({ components: sampled(0x42, 0x21) }, [1, 2])).toEqual([0, 1]);
    expect(() => places({ components: sampled(0x33, 0x12) }, [1, 2])).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_SCAN' },
        message: expect.stringContaining('an MCU has at most 10 blocks, got 11'),
      }),
    );
    expect(places({ components: [[1, 0x44, 0]] }, [1])).toEqual([0]);
    expect(
      places(
        {
          components: [
            [1, 0x33, 0],
            [2, 0x11, 0],
          ],
        },
        [1, 2],
      ),
    ).toEqual([0, 1]);
  });

  it.each([
    [1, 63, 0],
    [0, 62, 0],
    [0, 63, 0x10],
    [0, 63, 0x01],
  ] as const)(
    'sequential, Ss %i, Se %i, Ah and Al %i: read as of whole blocks, with a warning',
    (...parameters) => {
      const { scans, warnings } = headed({}, { parameters });
      expect(scans).toMatchObject([
        { spectralStart: 0, spectralEnd: 63, approximationHigh: 0, approximationLow: 0 },
      ]);
      expect(scans[0].components).toHaveLength(1);
      expect(warnings).toEqual([
        `JPEG scan at byte ${scans[0].dataOffset}: a sequential scan has Ss 0, Se 63, Ah 0, Al 0; ` +
          `got Ss ${parameters[0]}, Se ${parameters[1]}, Ah ${parameters[2] >> 4}, Al ${parameters[2] & 15}`,
      ]);
    },
  );

  it('progressive: what they say is taken, or refused', () => {
    const progressive = { marker: 0xc2 };
    const { scans, warnings } = headed(progressive, { parameters: [3, 9, 0x21] });
    expect(scans).toMatchObject([
      { spectralStart: 3, spectralEnd: 9, approximationHigh: 2, approximationLow: 1 },
    ]);
    expect(warnings).toEqual([]);
    expect(() => headed(progressive, { parameters: [0, 63, 0] })).toThrow(
      expect.objectContaining({
        ...{ kind: 'corrupt', code: 'JPEG_SCAN' },
        message: expect.stringContaining('a progressive scan has Ss = Se = 0 or 1 ≤ Ss ≤ Se ≤ 63'),
      }),
    );
  });

  it('have the length that their components take', () => {
    for (const parameters of [
      [1, 1, 0, 0, 63],
      [1, 1, 0, 0, 63, 0, 0],
    ]) {
      expect(() => scansOf(stream(SOI, DQT, frame(), segment(0xda, ...parameters), DATA, EOI))).toThrow(
        expect.objectContaining({ code: 'JPEG_SEGMENT_LENGTH' }),
      );
    }
  });
});

describe('frame headers', () => {
  it('may name components alike', () => {
    const { parser } = parsing(
      stream(
        SOI,
        frame({
          components: [
            [1, 0x11, 0],
            [1, 0x11, 0],
          ],
        }),
        EOI,
      ),
    );
    expect(parser.frame().components.map(({ id }) => id)).toEqual([1, 1]);
  });

  it('are held to the limits', () => {
    const header = stream(SOI, frame({ width: 17, height: 8 }), bits('1'), EOI);
    expect(parsing(header, { maxSamples: 192 }).parser.frame().width).toBe(17);
    expect(() => parsing(header, { maxSamples: 191 }).parser.frame()).toThrow(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_LARGE' }),
    );
  });
});
