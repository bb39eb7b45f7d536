import { describe, expect, test } from 'vitest';
import { WjpegError } from '../../src/errors.ts';
import { decodeCoefficients, type JpegReadOptions, readFrameHeader } from '../../src/jpeg/index.ts';
import { fixture } from './fixtures.ts';
import {
  AC_TABLE,
  bits,
  DC_TABLE,
  type Decide,
  DQT,
  decisions,
  EOI,
  type FrameOptions,
  frame,
  GREY_HEADERS,
  grey,
  greyArithmetic,
  huffmanTable,
  type ScanOptions,
  SOI,
  scan,
  segment,
  stream,
} from './stream-builder.ts';

/** One rule, and a stream that breaks it and nothing else. */
type Rule = readonly [rule: string, code: string, jpeg: Uint8Array, options?: JpegReadOptions];

function refuses(kind: string, rules: readonly Rule[]): void {
  test.each(rules.map(([rule, code, jpeg, options]) => ({ rule, code, jpeg, options })))(
    '$rule: $code',
    ({ code, jpeg, options }) => {
      let error: unknown;
      try {
        decodeCoefficients(jpeg, options);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(WjpegError);
      expect(error).toMatchObject({ kind, code });
      const { message, offset } = error as WjpegError;
      expect(message).not.toContain('\n');
      // Where a message names a place, programs are told, too.
      const place = /\bbyte (\d+)/.exec(message);
      if (place) expect(offset).toBe(Number(place[1]));
      // What users read: changes of it are to be seen.
      expect(`${message} [${offset}]`).toMatchSnapshot();
    },
  );
}

function withFrame(options: FrameOptions): Uint8Array {
  return stream(SOI, DQT, frame(options), DC_TABLE, AC_TABLE, scan(), bits('0 0'), EOI);
}

function withScan(options: ScanOptions): Uint8Array {
  return stream(GREY_HEADERS, scan(options), bits('0 0'), EOI);
}

/** Headers of a progressive grey 8×8 picture, then scans each with its data. */
function progressive(...scans: (readonly [number, number, number, string])[]): Uint8Array {
  const parts = scans.flatMap(([start, end, approximation, data]) => [
    scan({ parameters: [start, end, approximation] }),
    bits(data),
  ]);
  return stream(SOI, DQT, frame({ marker: 0xc2 }), DC_TABLE, AC_TABLE, ...parts, EOI);
}

/** Headers before the tables of a scan that is otherwise right, with `tables` instead. */
function withTables(...tables: (readonly number[])[]): Uint8Array {
  return stream(SOI, frame(), ...tables, scan(), bits('0 0'), EOI);
}

const TWO_COMPONENTS: FrameOptions = {
  components: [
    [1, 0x11, 0],
    [2, 0x11, 0],
  ],
};

function twoComponents(...scans: (readonly [ScanOptions, string])[]): Uint8Array {
  const parts = scans.flatMap(([options, data]) => [scan(options), bits(data)]);
  return stream(SOI, DQT, frame(TWO_COMPONENTS), DC_TABLE, AC_TABLE, ...parts, EOI);
}

/** A 24×8 picture with a restart after every block. */
function restarts(...parts: (readonly number[])[]): Uint8Array {
  return stream(SOI, DQT, frame({ width: 24 }), DC_TABLE, AC_TABLE, segment(0xdd, 0, 1), scan(), ...parts);
}

const BLOCK = bits('0 0');

test('the streams that the rules are broken in are right otherwise', () => {
  for (const jpeg of [
    grey('0 0'),
    withFrame({}),
    withScan({}),
    progressive([0, 0, 0x00, '0'], [1, 63, 0x00, '0']),
    withTables(DQT, DC_TABLE, AC_TABLE),
    twoComponents([
      {
        components: [
          [1, 0],
          [2, 0],
        ],
      },
      '0 0 0 0',
    ]),
    twoComponents([{ components: [[1, 0]] }, '0 0'], [{ components: [[2, 0]] }, '0 0']),
    restarts(BLOCK, [0xff, 0xd0], BLOCK, [0xff, 0xd1], BLOCK, EOI),
  ]) {
    expect(decodeCoefficients(jpeg).components.length).toBeGreaterThan(0);
  }
});

describe('corrupt: markers and segments', () => {
  refuses('corrupt', [
    ['an empty stream', 'JPEG_EMPTY', new Uint8Array(0)],
    ['another file type', 'JPEG_SIGNATURE', new TextEncoder().encode('\x89PNG\r\n')],
    ['FF without D8 at the start', 'JPEG_SIGNATURE', stream([0xff, 0xe0, 0, 2])],
    ['D8 without FF at the start', 'JPEG_SIGNATURE', stream([0xfe, 0xd8], GREY_HEADERS.slice(2), scan())],
    ['FF alone', 'JPEG_TRUNCATED', stream([0xff])],
    ['SOI alone', 'JPEG_TRUNCATED', stream(SOI)],
    ['fill bytes to the end', 'JPEG_TRUNCATED', stream(SOI, [0xff, 0xff, 0xff])],
    ['garbage between segments', 'JPEG_MARKER_EXPECTED', stream(SOI, [0x12], GREY_HEADERS.slice(2))],
    ['FF00 between segments', 'JPEG_MARKER_EXPECTED', stream(SOI, [0xff, 0x00], GREY_HEADERS.slice(2))],
    ['a second SOI', 'JPEG_MARKER_ORDER', stream(SOI, GREY_HEADERS)],
    ['a restart marker outside a scan', 'JPEG_MARKER_ORDER', stream(SOI, [0xff, 0xd3])],
    ['EOI before any frame', 'JPEG_MARKER_ORDER', stream(SOI, EOI)],
    ['a scan before any frame', 'JPEG_MARKER_ORDER', stream(SOI, DQT, scan())],
    ['a second frame header', 'JPEG_MARKER_ORDER', stream(GREY_HEADERS, frame())],
    [
      'a segment length below 2',
      'JPEG_SEGMENT_LENGTH',
      stream(SOI, [0xff, 0xfe, 0, 1], GREY_HEADERS.slice(2)),
    ],
    ['a segment that leaves the stream', 'JPEG_TRUNCATED', stream(SOI, [0xff, 0xfe, 1, 0, 65])],
    ['a segment that leaves the stream by a byte', 'JPEG_TRUNCATED', stream(SOI, [0xff, 0xfe, 0, 3])],
    ['a segment without its length', 'JPEG_TRUNCATED', stream(SOI, [0xff, 0xfe, 1])],
    ['no scan at all', 'JPEG_MISSING_SCAN', stream(GREY_HEADERS, EOI)],
    ['no EOI', 'JPEG_TRUNCATED', grey('0 0').subarray(0, -2)],
    ['half an EOI', 'JPEG_TRUNCATED', grey('0 0').subarray(0, -1)],
    [
      'DRI of a wrong length',
      'JPEG_SEGMENT_LENGTH',
      stream(SOI, segment(0xdd, 0, 1, 0), GREY_HEADERS.slice(2)),
    ],
  ]);
});

describe('corrupt: tables', () => {
  const allOnes = segment(0xc4, 0x00, 2, ...new Array(15).fill(0), 0, 1);
  const tooMany = segment(0xc4, 0x00, 1, 3, ...new Array(14).fill(0), 0, 1, 2, 3);
  refuses('corrupt', [
    [
      'a quantisation entry of 0',
      'JPEG_QUANTIZATION_TABLE',
      withTables(segment(0xdb, 0, ...new Array(63).fill(1), 0)),
    ],
    ['Pq 2', 'JPEG_QUANTIZATION_TABLE', withTables(segment(0xdb, 0x20, ...new Array(64).fill(1)))],
    ['Tq 4', 'JPEG_QUANTIZATION_TABLE', withTables(segment(0xdb, 0x04, ...new Array(64).fill(1)))],
    ['a quantisation table cut short', 'JPEG_SEGMENT_LENGTH', withTables(segment(0xdb, 0, 1, 1))],
    [
      'a 16-bit table of 8-bit length',
      'JPEG_SEGMENT_LENGTH',
      withTables(segment(0xdb, 0x10, ...new Array(64).fill(1))),
    ],
    ['Tc 2', 'JPEG_HUFFMAN_TABLE', withTables(DQT, segment(0xc4, 0x20, ...new Array(16).fill(0)))],
    ['Th 4', 'JPEG_HUFFMAN_TABLE', withTables(DQT, segment(0xc4, 0x04, ...new Array(16).fill(0)))],
    [
      'more than 256 codes',
      'JPEG_HUFFMAN_TABLE',
      withTables(DQT, segment(0xc4, 0, ...new Array(16).fill(17))),
    ],
    [
      'fewer symbols than codes',
      'JPEG_SEGMENT_LENGTH',
      withTables(DQT, segment(0xc4, 0, 0, 3, ...new Array(14).fill(0), 1)),
    ],
    ['a code of all 1-bits', 'JPEG_HUFFMAN_TABLE', withTables(DQT, allOnes)],
    ['more codes than their bits can tell apart', 'JPEG_HUFFMAN_TABLE', withTables(DQT, tooMany)],
    ['no quantisation table', 'JPEG_MISSING_TABLE', withTables(DC_TABLE, AC_TABLE)],
    ['no DC table', 'JPEG_MISSING_TABLE', withTables(DQT, AC_TABLE)],
    ['no AC table', 'JPEG_MISSING_TABLE', withTables(DQT, DC_TABLE)],
  ]);
});

describe('corrupt: frame header', () => {
  refuses('corrupt', [
    ['width 0', 'JPEG_FRAME', withFrame({ width: 0 })],
    ['no components', 'JPEG_FRAME', withFrame({ components: [] })],
    ['9-bit samples in SOF1', 'JPEG_FRAME', withFrame({ marker: 0xc1, precision: 9 })],
    ['9-bit samples', 'JPEG_FRAME', withFrame({ precision: 9 })],
    ['12-bit samples in baseline', 'JPEG_FRAME', withFrame({ precision: 12 })],
    ['horizontal sampling 0', 'JPEG_FRAME', withFrame({ components: [[1, 0x01, 0]] })],
    ['vertical sampling 0', 'JPEG_FRAME', withFrame({ components: [[1, 0x10, 0]] })],
    ['horizontal sampling 5', 'JPEG_FRAME', withFrame({ components: [[1, 0x51, 0]] })],
    ['vertical sampling 5', 'JPEG_FRAME', withFrame({ components: [[1, 0x15, 0]] })],
    ['Tq 4', 'JPEG_FRAME', withFrame({ components: [[1, 0x11, 4]] })],
    [
      'the same identifier twice',
      'JPEG_FRAME',
      withFrame({
        components: [
          [7, 0x11, 0],
          [7, 0x11, 0],
        ],
      }),
    ],
    [
      'fewer components than it says',
      'JPEG_SEGMENT_LENGTH',
      stream(SOI, segment(0xc0, 8, 0, 8, 0, 8, 2, 1, 0x11, 0)),
    ],
    [
      'more components than it says',
      'JPEG_SEGMENT_LENGTH',
      stream(SOI, segment(0xc0, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 2, 0x11, 0)),
    ],
  ]);
});

describe('corrupt: scan header', () => {
  const sampled = (sampling: number): Uint8Array => {
    const components = [1, 2, 3].map((id) => [id, sampling, 0] as const);
    return stream(
      SOI,
      DQT,
      frame({ components }),
      DC_TABLE,
      AC_TABLE,
      scan({
        components: [
          [1, 0],
          [2, 0],
          [3, 0],
        ],
      }),
      EOI,
    );
  };
  refuses('corrupt', [
    ['no components', 'JPEG_SCAN', withScan({ components: [] })],
    [
      'more components than the frame',
      'JPEG_SCAN',
      withScan({
        components: [
          [1, 0],
          [1, 0],
        ],
      }),
    ],
    ['an unknown component', 'JPEG_SCAN', withScan({ components: [[2, 0]] })],
    [
      'the same component twice',
      'JPEG_SCAN',
      twoComponents([
        {
          components: [
            [1, 0],
            [1, 0],
          ],
        },
        '0 0',
      ]),
    ],
    [
      'components out of order',
      'JPEG_SCAN',
      twoComponents([
        {
          components: [
            [2, 0],
            [1, 0],
          ],
        },
        '0 0',
      ]),
    ],
    ['Td 4', 'JPEG_SCAN', withScan({ components: [[1, 0x40]] })],
    ['Ta 4', 'JPEG_SCAN', withScan({ components: [[1, 0x04]] })],
    ['an MCU of 12 blocks', 'JPEG_SCAN', sampled(0x22)],
    ['sequential with Ss 1', 'JPEG_SCAN', withScan({ parameters: [1, 63, 0] })],
    ['sequential with Se 62', 'JPEG_SCAN', withScan({ parameters: [0, 62, 0] })],
    ['sequential with Ah 1', 'JPEG_SCAN', withScan({ parameters: [0, 63, 0x10] })],
    ['sequential with Al 1', 'JPEG_SCAN', withScan({ parameters: [0, 63, 0x01] })],
    [
      'a length that does not fit',
      'JPEG_SEGMENT_LENGTH',
      stream(GREY_HEADERS, segment(0xda, 1, 1, 0, 0, 63, 0, 0)),
    ],
  ]);
});

describe('corrupt: progression', () => {
  const twoInOneAcScan = stream(
    SOI,
    DQT,
    frame({ ...TWO_COMPONENTS, marker: 0xc2 }),
    DC_TABLE,
    AC_TABLE,
    scan({
      components: [
        [1, 0],
        [2, 0],
      ],
      parameters: [1, 63, 0],
    }),
    bits('0 0'),
    EOI,
  );
  refuses('corrupt', [
    ['DC and AC in one scan', 'JPEG_SCAN', progressive([0, 63, 0x00, '0'])],
    ['Se below Ss', 'JPEG_SCAN', progressive([5, 4, 0x00, '0'])],
    ['Se 64', 'JPEG_SCAN', progressive([5, 64, 0x00, '0'])],
    ['Al 14', 'JPEG_SCAN', progressive([0, 0, 0x0e, '0'])],
    ['Ah that is not Al + 1', 'JPEG_SCAN', progressive([0, 0, 0x02, '0'], [0, 0, 0x20, '0'])],
    ['an AC scan of two components', 'JPEG_SCAN', twoInOneAcScan],
    ['AC before DC', 'JPEG_SCAN_ORDER', progressive([1, 63, 0x00, '0'])],
    ['a DC scan twice', 'JPEG_SCAN_ORDER', progressive([0, 0, 0x00, '0'], [0, 0, 0x00, '0'])],
    ['a refinement without a first scan', 'JPEG_SCAN_ORDER', progressive([0, 0, 0x10, '0'])],
    [
      'a refinement that leaves out a bit',
      'JPEG_SCAN_ORDER',
      progressive([0, 0, 0x02, '0'], [0, 0, 0x10, '0']),
    ],
    ['bands that overlap', 'JPEG_SCAN_ORDER', progressive([0, 0, 0, '0'], [1, 5, 0, '0'], [5, 63, 0, '0'])],
    [
      'a sequential component twice',
      'JPEG_SCAN_ORDER',
      stream(GREY_HEADERS, scan(), bits('0 0'), scan(), bits('0 0'), EOI),
    ],
    ['a component without a scan', 'JPEG_MISSING_SCAN', twoComponents([{ components: [[1, 0]] }, '0 0'])],
  ]);
});

describe('corrupt: entropy-coded data', () => {
  const wide = (blocks: number, data: string): Uint8Array =>
    stream(SOI, DQT, frame({ width: 8 * blocks }), DC_TABLE, AC_TABLE, scan(), bits(data), EOI);
  const plusFifteenBits = '1110 111111111111111 0';
  const minusFifteenBits = '1110 000000000000000 0';

  test('coefficients of 16 bits are read, up to the last', () => {
    const dcOf = (jpeg: Uint8Array): number[] =>
      [...decodeCoefficients(jpeg).components[0].coefficients].filter((_, at) => at % 64 === 0);
    expect(dcOf(wide(2, `${plusFifteenBits}0 0`))).toEqual([32767, 32767]);
    expect(dcOf(wide(2, `${minusFifteenBits}10 0 0`))).toEqual([-32767, -32768]);
    const four = (parameters: readonly [number, number, number], data: string): Uint8Array =>
      stream(SOI, DQT, frame({ marker: 0xc2, width: 32 }), DC_TABLE, scan({ parameters }), bits(data), EOI);
    expect(dcOf(four([0, 0, 0x0d], '100 100 100 100'))).toEqual([-8192, -16384, -24576, -32768]);
    expect(dcOf(four([0, 0, 0x00], '1110 111111111111111 0 0 0'))).toEqual(new Array(4).fill(32767));
    const ac = progressive([0, 0, 0, '0'], [1, 63, 0, `11110 ${'1'.repeat(15)} 0`]);
    expect(decodeCoefficients(ac).components[0].coefficients[1]).toBe(32767);
  });

  const progressiveShift = progressive([0, 0, 0x00, '0'], [1, 63, 0x01, `11110 ${'1'.repeat(15)} 0`]);
  const dcShift = progressive([0, 0, 0x0d, '110 10000000000']);
  const padding = new Array(8).fill([0xff, 0x00]).flat();
  const afterPadding = stream(GREY_HEADERS, scan(), bits('0 0'), padding, [1], EOI);
  const noCode = stream(
    SOI,
    DQT,
    frame(),
    huffmanTable(0, 0, [0, 1]),
    AC_TABLE,
    scan(),
    bits('110000000'),
    EOI,
  );
  const noLongCode = stream(
    SOI,
    DQT,
    frame(),
    huffmanTable(0, 0, [0, 1]),
    AC_TABLE,
    scan(),
    bits('1'.repeat(15) + '0'.repeat(9)),
    EOI,
  );
  refuses('corrupt', [
    ['bits that are no code', 'JPEG_HUFFMAN_CODE', noCode],
    ['many bits that are no code', 'JPEG_HUFFMAN_CODE', noLongCode],
    ['DC category 16', 'JPEG_HUFFMAN_SYMBOL', grey('11110 0000000000000000 0')],
    [
      'an AC symbol of size 0 that is neither EOB nor ZRL',
      'JPEG_HUFFMAN_SYMBOL',
      grey('0 111110 0000000000'),
    ],
    ['a zero run past the block', 'JPEG_ZERO_RUN', grey('0 1110 1 1110 1 1110 1 1110 1')],
    ['ZRL past the block', 'JPEG_ZERO_RUN', grey('0 10 10 10 10 0')],
    ['a DC sum beyond 16 bits', 'JPEG_COEFFICIENT_RANGE', wide(2, plusFifteenBits + plusFifteenBits)],
    ['a DC sum below -32768', 'JPEG_COEFFICIENT_RANGE', wide(2, minusFifteenBits + minusFifteenBits)],
    ['a progressive DC beyond 16 bits', 'JPEG_COEFFICIENT_RANGE', dcShift],
    ['a progressive DC below -32768', 'JPEG_COEFFICIENT_RANGE', progressive([0, 0, 0x0d, '110 00000000000'])],
    ['a progressive AC beyond 16 bits', 'JPEG_COEFFICIENT_RANGE', progressiveShift],
    ['data that end before the last block', 'JPEG_TRUNCATED', wide(24, '0 0 0 0 0 0 0 0'.repeat(5))],
    ['data left after the last block', 'JPEG_EXTRA_DATA', grey('0 0 110101 00000000')],
    ['data left after padding', 'JPEG_EXTRA_DATA', afterPadding],
    ['more data left after the last block', 'JPEG_EXTRA_DATA', grey(`0 0 ${'0'.repeat(200)}`)],
    [
      'an end-of-band run past the last block',
      'JPEG_ZERO_RUN',
      progressive([0, 0, 0, '0'], [1, 63, 0, '111110 0']),
    ],
    [
      'a progressive zero run past its band',
      'JPEG_ZERO_RUN',
      progressive([0, 0, 0, '0'], [1, 9, 0, '1110 1 0']),
    ],
    ['a progressive ZRL past its band', 'JPEG_ZERO_RUN', progressive([0, 0, 0, '0'], [1, 9, 0, '10 0'])],
    [
      'a refinement that passes more zeros than there are',
      'JPEG_ZERO_RUN',
      progressive([0, 0, 0, '0'], [1, 9, 0x01, '0'], [1, 9, 0x10, '1110 1 0']),
    ],
    [
      'a refinement with a coefficient of 15 bits',
      'JPEG_HUFFMAN_SYMBOL',
      progressive([0, 0, 0, '0'], [1, 9, 0x01, '0'], [1, 9, 0x10, '11110 1 0']),
    ],
  ]);
});

describe('corrupt: arithmetic-coded data', () => {
  const empty = decisions((dc, ac) => {
    dc(0, 0);
    ac(0, 1);
  });
  /** A nonzero DC difference whose magnitude less one has `bits` bits, all of them 1; `context`: bins of what came before. */
  const dcOf = (dc: Decide, bits: number, negative: 0 | 1 = 0, context = 0) => {
    dc(context, 1);
    dc(context + 1, negative);
    dc(context + 2 + negative, 1);
    for (let x = 0; x < bits - 1; x++) dc(20 + x, 1);
    if (bits < 16) dc(20 + bits - 1, 0);
    for (let bit = 1; bit < bits; bit++) dc(20 + bits - 1 + 14, 1);
  };
  /** The coefficient at place 1, the same way. */
  /** 2^bits, or less where the last bit is not set. */
  const acOf = (ac: Decide, bits: number, last = 1) => {
    ac(0, 0);
    ac(1, 1);
    ac(245, 0);
    ac(2, 1);
    ac(2, 1);
    for (let x = 0; x < bits - 2; x++) ac(189 + x, 1);
    if (bits < 16) ac(189 + bits - 2, 0);
    for (let bit = 1; bit < bits; bit++) ac(189 + bits - 2 + 14, bit === bits - 1 ? last : 1);
  };
  const progressive = (...scans: (readonly [number, number, number, number[]])[]) =>
    stream(
      SOI,
      DQT,
      frame({ marker: 0xca }),
      ...scans.flatMap(([start, end, approximation, data]) => [
        scan({ parameters: [start, end, approximation] }),
        data,
      ]),
      EOI,
    );
  const dcScan = [0, 0, 0x00, decisions((dc) => dc(0, 0))] as const;
  const zeros = (places: number, first = 1) =>
    decisions((_, ac) => {
      ac(3 * (first - 1), 0);
      for (let k = first; k < first + places; k++) ac(3 * k - 2, 0);
    });

  test('the streams that the rules are broken in are right otherwise', () => {
    expect([...decodeCoefficients(greyArithmetic(empty)).components[0].coefficients]).toEqual(
      new Array(64).fill(0),
    );
    const large = greyArithmetic(
      decisions((dc, ac) => {
        dcOf(dc, 14);
        acOf(ac, 14);
        ac(3, 1);
      }),
    );
    expect([...decodeCoefficients(large).components[0].coefficients].slice(0, 3)).toEqual([16384, 16384, 0]);
    const scans = progressive(dcScan, [1, 9, 0, decisions((_, ac) => ac(0, 1))]);
    expect(decodeCoefficients(scans).components.length).toBe(1);
  });

  test('coefficients of 16 bits are read, up to the last', () => {
    const ends = greyArithmetic(
      decisions((dc, ac) => {
        dcOf(dc, 15, 1);
        acOf(ac, 15, 0);
        ac(3, 1);
      }),
    );
    expect([...decodeCoefficients(ends).components[0].coefficients].slice(0, 3)).toEqual([-32768, 32767, 0]);
    const shifted = progressive([0, 0, 0x0d, decisions((dc) => dcOf(dc, 2, 1))]);
    expect(decodeCoefficients(shifted).components[0].coefficients[0]).toBe(-32768);
    const all = decisions((_, ac) => {
      acOf(ac, 15, 0);
      ac(3, 1);
    });
    expect(decodeCoefficients(progressive(dcScan, [1, 9, 0, all])).components[0].coefficients[1]).toBe(32767);
  });

  refuses('corrupt', [
    [
      'a zero run past the block',
      'JPEG_ZERO_RUN',
      greyArithmetic(
        decisions((dc, ac) => {
          dc(0, 0);
          ac(0, 0);
          for (let k = 1; k < 64; k++) ac(3 * k - 2, 0);
        }),
      ),
    ],
    ['a progressive zero run past its band', 'JPEG_ZERO_RUN', progressive(dcScan, [1, 9, 0, zeros(9)])],
    [
      'a refinement that passes more zeros than there are',
      'JPEG_ZERO_RUN',
      progressive(dcScan, [4, 9, 0x01, decisions((_, ac) => ac(9, 1))], [4, 9, 0x10, zeros(6, 4)]),
    ],
    ['a DC magnitude of 16 bits', 'JPEG_COEFFICIENT_RANGE', greyArithmetic(decisions((dc) => dcOf(dc, 16)))],
    [
      'a DC coefficient beyond 16 bits',
      'JPEG_COEFFICIENT_RANGE',
      greyArithmetic(
        decisions((dc, ac) => {
          dcOf(dc, 15);
          ac(0, 1);
        }),
      ),
    ],
    [
      'an AC magnitude of 16 bits',
      'JPEG_COEFFICIENT_RANGE',
      greyArithmetic(
        decisions((dc, ac) => {
          dc(0, 0);
          acOf(ac, 16);
        }),
      ),
    ],
    [
      'an AC coefficient beyond 16 bits',
      'JPEG_COEFFICIENT_RANGE',
      greyArithmetic(
        decisions((dc, ac) => {
          dc(0, 0);
          acOf(ac, 15);
        }),
      ),
    ],
    [
      'a DC coefficient below -32768',
      'JPEG_COEFFICIENT_RANGE',
      stream(
        SOI,
        DQT,
        frame({ marker: 0xc9, width: 16 }),
        scan(),
        decisions((dc, ac) => {
          dcOf(dc, 14, 1);
          ac(0, 1);
          dcOf(dc, 15, 1, 16);
          ac(0, 1);
        }),
        EOI,
      ),
    ],
    [
      'a progressive DC beyond 16 bits',
      'JPEG_COEFFICIENT_RANGE',
      progressive([0, 0, 0x0d, decisions((dc) => dcOf(dc, 2))]),
    ],
    [
      'a progressive DC below -32768',
      'JPEG_COEFFICIENT_RANGE',
      progressive([0, 0, 0x0d, decisions((dc) => dcOf(dc, 3, 1))]),
    ],
    [
      'a progressive AC beyond 16 bits',
      'JPEG_COEFFICIENT_RANGE',
      progressive(dcScan, [1, 9, 0x0d, decisions((_, ac) => acOf(ac, 2))]),
    ],
    [
      'data left after the last block',
      'JPEG_EXTRA_DATA',
      greyArithmetic([...empty, ...new Array(9).fill(1)]),
    ],
    ...[1, 2, 3, 4, 5].map(
      (bytes): Rule => [
        `stuffed data left after the last block, and ${bytes} bytes`,
        'JPEG_EXTRA_DATA',
        greyArithmetic([...empty, ...new Array(bytes).fill(1), ...new Array(4).fill([0xff, 0]).flat()]),
      ],
    ),
    ['no EOI', 'JPEG_TRUNCATED', greyArithmetic(empty).subarray(0, -2)],
    ['half an EOI', 'JPEG_TRUNCATED', greyArithmetic(empty).subarray(0, -1)],
    [
      'a restart marker out of sequence',
      'JPEG_RESTART',
      stream(
        SOI,
        DQT,
        frame({ marker: 0xc9, width: 16 }),
        segment(0xdd, 0, 1),
        scan(),
        empty,
        [0xff, 0xd1],
        empty,
        EOI,
      ),
    ],
    ['DAC class 2', 'JPEG_CONDITIONING', greyArithmetic(empty, segment(0xcc, 0x20, 0x10))],
    ['DAC table 4', 'JPEG_CONDITIONING', greyArithmetic(empty, segment(0xcc, 0x04, 0x10))],
    ['DAC Kx 0', 'JPEG_CONDITIONING', greyArithmetic(empty, segment(0xcc, 0x10, 0))],
    ['DAC Kx 64', 'JPEG_CONDITIONING', greyArithmetic(empty, segment(0xcc, 0x10, 64))],
    ['DAC with L above U', 'JPEG_CONDITIONING', greyArithmetic(empty, segment(0xcc, 0x00, 0x12))],
    ['DAC cut short', 'JPEG_SEGMENT_LENGTH', greyArithmetic(empty, segment(0xcc, 0x00, 0x10, 0x10))],
    [
      'a sequential scan with Se 62',
      'JPEG_SCAN',
      stream(SOI, DQT, frame({ marker: 0xc9 }), scan({ parameters: [0, 62, 0] }), empty, EOI),
    ],
    ['AC before DC', 'JPEG_SCAN_ORDER', progressive([1, 63, 0x00, decisions((_, ac) => ac(0, 1))])],
  ]);
});

describe('corrupt: restarts', () => {
  refuses('corrupt', [
    [
      'a restart marker out of sequence',
      'JPEG_RESTART',
      restarts(BLOCK, [0xff, 0xd1], BLOCK, [0xff, 0xd2], BLOCK, EOI),
    ],
    ['another marker instead', 'JPEG_RESTART', restarts(BLOCK, EOI)],
    ['no restart marker', 'JPEG_EXTRA_DATA', restarts(bits('0 0 0 0 0 0 000000000000'), EOI)],
    ['the end of the stream instead', 'JPEG_TRUNCATED', restarts(BLOCK)],
    [
      'a restart marker after the last interval',
      'JPEG_MARKER_ORDER',
      restarts(BLOCK, [0xff, 0xd0], BLOCK, [0xff, 0xd1], BLOCK, [0xff, 0xd2], EOI),
    ],
  ]);
});

describe('unsupported', () => {
  const process = (marker: number) => withFrame({ marker });
  refuses('unsupported', [
    ...[3, 5, 6, 7, 11, 13, 14, 15].map(
      (number): Rule => [`SOF${number}`, 'JPEG_UNSUPPORTED_PROCESS', process(0xc0 + number)],
    ),
    [
      'hierarchical (DHP)',
      'JPEG_UNSUPPORTED_PROCESS',
      stream(SOI, segment(0xde, 8, 0, 8, 0, 8, 1, 1, 0x11, 0)),
    ],
    ['12-bit samples', 'JPEG_UNSUPPORTED_PRECISION', withFrame({ marker: 0xc1, precision: 12 })],
    ['height 0, for DNL to define', 'JPEG_UNSUPPORTED_DNL', withFrame({ height: 0 })],
    ['DNL', 'JPEG_UNSUPPORTED_DNL', stream(GREY_HEADERS, scan(), bits('0 0'), segment(0xdc, 0, 8), EOI)],
    [
      'five components',
      'JPEG_UNSUPPORTED_COMPONENTS',
      withFrame({ components: [1, 2, 3, 4, 5].map((id) => [id, 0x11, 0] as const) }),
    ],
    ['a reserved marker', 'JPEG_UNKNOWN_MARKER', stream(SOI, segment(0xf3, 1), GREY_HEADERS.slice(2))],
  ]);
});

describe('limits', () => {
  const huge = withFrame({ width: 50_000, height: 50_000 });
  refuses('limit', [
    ['50,000×50,000 samples', 'JPEG_TOO_LARGE', huge],
    [
      'more samples than the caller allows',
      'JPEG_TOO_LARGE',
      withFrame({ width: 9 }),
      { limits: { maxSamples: 127 } },
    ],
    [
      'more scans than the caller allows',
      'JPEG_TOO_MANY_SCANS',
      fixture('colour-422-three-scans.jpg'),
      { limits: { maxScans: 2 } },
    ],
  ]);

  test('exactly as much as the limits allow is read', () => {
    // 5×4 blocks of Y, 3×4 of Cb and of Cr.
    const limits = { maxSamples: (20 + 12 + 12) * 64, maxScans: 3 };
    expect(() => decodeCoefficients(fixture('colour-422-three-scans.jpg'), { limits })).not.toThrow();
  });

  test('a legal stream of more than 100 scans is read only if the caller allows it', () => {
    // DC and the first AC coefficients, each from bit 13 down in 14 scans.
    const scans = Array.from({ length: 8 }, (_, k) =>
      Array.from({ length: 14 }, (_, step): readonly [number, number, number, string] => {
        const low = 13 - step;
        return [k, k, ((step === 0 ? 0 : low + 1) << 4) | low, '0'];
      }),
    ).flat();
    const jpeg = progressive(...scans);
    expect(() => decodeCoefficients(jpeg)).toThrowError(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_MANY_SCANS' }),
    );
    expect(() => decodeCoefficients(jpeg, { limits: { maxScans: scans.length } })).not.toThrow();
  });

  test('scans that go through the picture again and again need data for it', () => {
    // 2^20 blocks whose AC coefficients are all zero, in scans of a few bytes; the third time is once too often.
    const size = { marker: 0xca, width: 8 * 1024, height: 8 * 1024 };
    const dc = scan({ parameters: [0, 0, 0x00] });
    const ac = (approximation: number) => scan({ parameters: [1, 63, approximation] });
    const [same, empty] = [
      decisions((dc) => {
        for (let block = 0; block < 2 ** 20; block++) dc(0, 0); // no difference
      }),
      decisions((_, ac) => {
        for (let block = 0; block < 2 ** 20; block++) ac(0, 1); // end of block
      }),
    ];
    const jpeg = (...last: number[][]) =>
      stream(SOI, DQT, frame(size), dc, same, ac(0x01), empty, ...last, EOI);
    expect(() => decodeCoefficients(jpeg())).not.toThrow();
    expect(() => decodeCoefficients(jpeg(ac(0x10), empty))).toThrowError(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_EXPANSION' }),
    );
    const limits = { maxExpansion: 2 ** 21 };
    expect(() => decodeCoefficients(jpeg(ac(0x10), empty), { limits })).not.toThrow();
  });

  test('arithmetic coding, which has no least size, is held to them all the same', () => {
    const large = (width: number) =>
      stream(SOI, DQT, frame({ marker: 0xc9, width, height: 8 * 1024 }), scan(), [0, 0], EOI);
    expect(() => decodeCoefficients(large(8 * 1024 + 1))).toThrowError(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_LARGE' }),
    );
    expect(() => decodeCoefficients(large(8 * 1024), { limits: { maxSamples: 2 ** 20 } })).toThrowError(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_LARGE' }),
    );
  });

  test('the frame header alone is held to them, too', () => {
    expect(() => readFrameHeader(huge)).toThrowError(
      expect.objectContaining({ kind: 'limit', code: 'JPEG_TOO_LARGE' }),
    );
  });

  test.each([
    ['sequential, two bits a block', 0xc0, 200],
    ['progressive, one bit a block', 0xc2, 100],
  ] as const)('a stream with fewer bytes than its blocks take is refused at once: %s', (_, marker, min) => {
    const sos = scan({ parameters: [0, marker === 0xc0 ? 63 : 0, 0] });
    // 800 blocks, and bytes that are no code at all.
    const withData = (bytes: number): Uint8Array =>
      stream(SOI, DQT, frame({ marker, width: 6400 }), DC_TABLE, AC_TABLE, sos, new Array(bytes).fill(0xaa));
    expect(() => decodeCoefficients(withData(min - 1))).toThrow(
      `JPEG declares 6400×8, 800 blocks, which take at least ${min} bytes; ${min - 1} are left`,
    );
    expect(() => decodeCoefficients(withData(min - 1))).toThrow(
      expect.objectContaining({ code: 'JPEG_TRUNCATED', offset: withData(min - 1).length }),
    );
    expect(() => decodeCoefficients(withData(min))).not.toThrow(/declares/);
  });

  test('a size that the data cannot fill is refused before memory is taken', () => {
    const jpeg = withFrame({ width: 8000, height: 8000 });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodeCoefficients(jpeg)).toThrowError(
      expect.objectContaining({ kind: 'corrupt', code: 'JPEG_TRUNCATED' }),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%s is no limit', (maxSamples) => {
    expect(() => decodeCoefficients(grey('0 0'), { limits: { maxSamples } })).toThrowError(
      expect.objectContaining({ kind: 'misuse', code: 'JPEG_LIMITS' }),
    );
  });
});
