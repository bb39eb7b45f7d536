import { describe, expect, test } from 'vitest';
import { decodeCoefficients, encodeCoefficients, readFrameHeader } from '../../src/jpeg/index.ts';
import { FIXTURES, fixture } from './fixtures.ts';
import {
  AC_TABLE,
  bits,
  DC_TABLE,
  DQT,
  decisions,
  EOI,
  frame,
  GREY_HEADERS,
  grey,
  greyArithmetic,
  huffmanTable,
  SOI,
  scan,
  segment,
  stream,
} from './stream-builder.ts';

/** The nonzero coefficients of the first component, by index. */
function nonzeros(jpeg: Uint8Array): Record<number, number> {
  const { coefficients } = decodeCoefficients(jpeg).components[0];
  return Object.fromEntries([...coefficients.entries()].filter(([, value]) => value !== 0));
}

describe('fixtures', () => {
  test.each(FIXTURES.filter(({ sameCoefficientsAs }) => sameCoefficientsAs !== undefined))(
    '$name ($shows) has the coefficients of $sameCoefficientsAs',
    ({ name, sameCoefficientsAs }) => {
      const decoded = decodeCoefficients(fixture(name));
      const original = decodeCoefficients(fixture(sameCoefficientsAs as string));
      expect(decoded.components).toEqual(original.components);
      expect(decoded.components[0].coefficients.some((value) => value !== 0)).toBe(true);
    },
  );

  test('colour-420.jpg: sizes of the components', () => {
    const { width, height, process, components } = decodeCoefficients(fixture('colour-420.jpg'));
    expect({ width, height, process }).toEqual({ width: 39, height: 30, process: 'baseline' });
    expect(
      components.map((c) => [
        c.id,
        c.horizontalSampling,
        c.verticalSampling,
        c.width,
        c.height,
        c.blocksPerRow,
        c.blocksPerColumn,
      ]),
    ).toEqual([
      [1, 2, 2, 39, 30, 5, 4],
      [2, 1, 1, 20, 15, 3, 2],
      [3, 1, 1, 20, 15, 3, 2],
    ]);
  });

  test('grey-16-bit-table.jpg: SOF1 and entries above 255', () => {
    const { process, components } = decodeCoefficients(fixture('grey-16-bit-table.jpg'));
    expect(process).toBe('extended');
    // Quality 2 is 25 times the table of T.81 K.1; its last entry is 99.
    expect(components[0].quantization[63]).toBe(99 * 25);
  });

  test.each([
    ['grey-arithmetic.jpg', 'extended-arithmetic'],
    ['grey-progressive-arithmetic.jpg', 'progressive-arithmetic'],
  ])('%s: process %s', (name, process) => {
    expect(decodeCoefficients(fixture(name)).process).toBe(process);
    expect(readFrameHeader(fixture(name)).process).toBe(process);
  });
});

describe('by hand', () => {
  test('a sequential block, bit by bit', () => {
    // DC 110 (11 bits) 10000000000 = 1024; 110 (run 0, 1 bit) 0 = -1 at k 1; ZRL, then run 15: k 2 + 16 + 15 = 33.
    expect(nonzeros(grey('110 10000000000  110 0  10 1110 1  0'))).toEqual({ 0: 1024, 1: -1, 42: 1 });
  });

  test('a block that ends with its last coefficient has no EOB; the next one follows at once', () => {
    const jpeg = stream(
      SOI,
      DQT,
      frame({ width: 16 }),
      DC_TABLE,
      AC_TABLE,
      scan(),
      // After two ZRL k 33 is next, run 15 leads to k 48; 15 more coefficients fill k 49 to 63.
      bits('0  10 10  1110 1  110 1'.concat('  110 1'.repeat(14), '  10 1 0')),
      EOI,
    );
    const found = nonzeros(jpeg);
    expect(Object.keys(found).length).toBe(17);
    expect(found[63]).toBe(1);
    expect(found[64]).toBe(1);
  });

  test('DC is a sum of differences within a restart interval', () => {
    const jpeg = stream(
      SOI,
      DQT,
      frame({ width: 32 }),
      DC_TABLE,
      AC_TABLE,
      segment(0xdd, 0, 2),
      scan(),
      bits('10 1 0  10 1 0'),
      [0xff, 0xd0],
      bits('10 0 0  10 0 0'),
      EOI,
    );
    expect(nonzeros(jpeg)).toEqual({ 0: 1, 64: 2, 128: -1, 192: -2 });
  });

  test('progressive scans of one block: DC and AC, first and refined', () => {
    const dc = [1, 0x00] as const;
    const jpeg = stream(
      SOI,
      DQT,
      frame({ marker: 0xc2 }),
      DC_TABLE,
      AC_TABLE,
      scan({ components: [dc], parameters: [0, 0, 0x01] }),
      bits('10 0'), // DC -1 << 1
      scan({ components: [dc], parameters: [0, 0, 0x10] }),
      bits('1'), // -2 | 1
      scan({ components: [dc], parameters: [1, 63, 0x01] }),
      bits('110 1  110 0  0'), // k 1: 1 << 1, k 2: -1 << 1, EOB
      scan({ components: [dc], parameters: [1, 63, 0x10] }),
      // run 0, new coefficient +1 at k 3, past k 1 (correction 1: 3) and k 2 (correction 0: -2); EOB.
      bits('110 1 1 0  0'),
      EOI,
    );
    expect(nonzeros(jpeg)).toEqual({ 0: -1, 1: 3, 8: -2, 16: 1 });
  });

  test('an end-of-band run over three blocks of a progressive scan', () => {
    const jpeg = stream(
      SOI,
      DQT,
      frame({ marker: 0xc2, width: 32 }),
      DC_TABLE,
      AC_TABLE,
      scan({ parameters: [0, 0, 0x00] }),
      bits('0 0 0 0'),
      scan({ parameters: [1, 63, 0x00] }),
      // Block 0: k 1, then a run of 2 + 1 blocks, block 0 the first; block 3: k 1 and EOB.
      bits('110 1 111110 1  110 0 0'),
      EOI,
    );
    expect(nonzeros(jpeg)).toEqual({ 1: 1, 193: -1 });
  });
});

describe('arithmetic coding by hand', () => {
  test('a sequential block, decision by decision', () => {
    const jpeg = greyArithmetic(
      decisions((dc, ac) => {
        dc(0, 1); // not zero
        dc(1, 1); // negative
        dc(3, 1); // SN: above 1
        dc(20, 0); // X1: 2
        ac(0, 0); // no end of block
        ac(1, 0); // k 1 is zero
        ac(4, 1); // k 2 is not
        ac(245, 0); // positive
        ac(5, 1); // above 1
        ac(5, 1); // above 2
        ac(189, 0); // X2: 3 or 4
        ac(203, 1); // 4
        ac(6, 1); // end of block
      }),
    );
    expect(nonzeros(jpeg)).toEqual({ 0: -2, 8: 4 });
  });

  test('zero bytes that an encoder leaves out at the end are there all the same', () => {
    expect(decodeCoefficients(greyArithmetic([]))).toEqual(decodeCoefficients(greyArithmetic([0, 0])));
  });

  test('a marker ends the data, with fill bytes before it', () => {
    const data = decisions((dc, ac) => {
      dc(0, 0);
      ac(0, 1);
    });
    expect(nonzeros(greyArithmetic([...data, 0xff, 0xff, 0xff]))).toEqual({});
  });
});

describe('what is skipped or accepted', () => {
  const plain = grey('10 1 0');

  test('APPn, COM and DAC segments, TEM, and fill bytes before markers', () => {
    const filler = [0xff, 0xff, 0xff];
    const jpeg = stream(
      SOI,
      segment(0xe0, 1, 2, 3),
      filler,
      segment(0xfe, 65, 66),
      segment(0xef),
      segment(0xcc, 0, 16),
      [0xff, 0x01],
      filler,
      GREY_HEADERS.slice(2),
      filler,
      scan(),
      bits('10 1 0'),
      filler,
      EOI,
    );
    expect(decodeCoefficients(jpeg)).toEqual(decodeCoefficients(plain));
  });

  test('bytes after EOI', () => {
    expect(decodeCoefficients(stream([...plain], [0, 1, 2, 0xff, 0xd8]))).toEqual(decodeCoefficients(plain));
  });

  test('a whole byte of padding after data that end on a byte, as jpeg-js writes it', () => {
    const data = bits('10 1 110 1 0');
    expect(data.length).toBe(1);
    for (const bytes of [1, 2, 3, 4, 5, 9]) {
      const padding = new Array(bytes).fill([0xff, 0x00]).flat();
      expect(nonzeros(stream(GREY_HEADERS, scan(), data, padding, EOI))).toEqual({ 0: 1, 1: 1 });
    }
  });

  test('any bits that fill up the last byte', () => {
    expect(nonzeros(stream(GREY_HEADERS, scan(), bits('10 1 0 0000'), EOI))).toEqual({ 0: 1 });
  });

  test('an Adobe segment gives the colour transform, another APP14 does not', () => {
    const adobe = [...'Adobe'].map((letter) => letter.charCodeAt(0));
    const withSegment = (...parameters: number[]) =>
      decodeCoefficients(
        stream(SOI, segment(0xee, ...parameters), GREY_HEADERS.slice(2), scan(), bits('0 0'), EOI),
      );
    expect(withSegment(...adobe, 0, 100, 0, 0, 0, 0, 2).adobeTransform).toBe(2);
    expect(withSegment(...adobe.slice(1), 0, 0, 100, 0, 0, 0, 0, 2).adobeTransform).toBeUndefined();
    expect(withSegment(1).adobeTransform).toBeUndefined();
    expect(withSegment(...adobe, 0, 100, 0, 0, 0, 0, 3).adobeTransform).toBeUndefined();
  });

  test('the largest numbers of everything that is counted', () => {
    // Table 3 of each kind, sampling factors of 4 (16 blocks in no MCU), and a Huffman table of 256 codes of 16 bits.
    const jpeg = stream(
      SOI,
      segment(0xdb, 3, ...new Array(64).fill(7)),
      frame({ marker: 0xc1, components: [[255, 0x44, 3]] }),
      huffmanTable(0, 3, [0, 1]),
      segment(0xc4, 0x13, ...new Array(14).fill(0), 1, 255, ...Array.from({ length: 256 }, (_, k) => k)),
      scan({ components: [[255, 0x33]] }),
      // DC 1; run 0 size 1 (the second code of 16 bits: the first symbol has the one of 15); EOB, of 15 bits.
      bits(`10 1 ${'10'.padStart(16, '0')} 1 ${'0'.repeat(15)}`),
      EOI,
    );
    expect(nonzeros(jpeg)).toEqual({ 0: 1, 1: 1 });
    expect(decodeCoefficients(jpeg).components[0].quantization).toEqual(new Uint16Array(64).fill(7));
    // Four components whose MCU has ten blocks, the most (T.81 B.2.3).
    const sampling = [0x22, 0x21, 0x12, 0x21];
    const four = stream(
      SOI,
      DQT,
      frame({ width: 16, height: 16, components: sampling.map((factors, index) => [index, factors, 0]) }),
      DC_TABLE,
      AC_TABLE,
      scan({ components: sampling.map((_, index) => [index, 0x00]) }),
      bits('10 1 0'.repeat(10)),
      EOI,
    );
    const dc = decodeCoefficients(four).components.map(({ coefficients }) =>
      [...coefficients].filter((value) => value !== 0),
    );
    expect(dc).toEqual([
      [1, 2, 3, 4],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  test('the smallest and largest conditioning of every table', () => {
    const data = decisions((dc, ac) => {
      dc(0, 0);
      ac(0, 1);
    });
    for (const parameters of [
      [0x13, 1],
      [0x10, 1],
      [0x10, 63],
      [0x03, 0x00],
      [0x00, 0x11],
      [0x00, 0xff],
    ])
      expect(nonzeros(greyArithmetic(data, segment(0xcc, ...parameters)))).toEqual({});
  });

  test('a quantisation table counts as it is at the first scan of its component', () => {
    const other = segment(0xdb, 0, ...new Array(64).fill(9));
    const progressive = [...SOI, ...DQT, ...frame({ marker: 0xc2 }), ...DC_TABLE, ...AC_TABLE];
    const jpeg = stream(
      progressive,
      scan({ parameters: [0, 0, 0x00] }),
      bits('10 1'),
      other,
      scan({ parameters: [1, 63, 0x00] }),
      bits('0'),
      EOI,
    );
    expect(decodeCoefficients(jpeg).components[0].quantization[5]).toBe(1);
  });

  test('AC scans that never come are zeros', () => {
    const jpeg = stream(
      SOI,
      DQT,
      frame({ marker: 0xc2 }),
      DC_TABLE,
      scan({ parameters: [0, 0, 0x02] }),
      bits('10 1'),
      EOI,
    );
    expect(nonzeros(jpeg)).toEqual({ 0: 4 });
  });
});

describe('readFrameHeader', () => {
  test('reads size and components without the rest of the stream', () => {
    const jpeg = fixture('colour-420-progressive.jpg');
    const { process, width, height, components } = readFrameHeader(jpeg.subarray(0, 200));
    expect({ process, width, height }).toEqual({ process: 'progressive', width: 39, height: 30 });
    expect(components.map(({ id, blocksPerRow }) => [id, blocksPerRow])).toEqual([
      [1, 5],
      [2, 3],
      [3, 3],
    ]);
  });

  test('a stream without a frame header is refused', () => {
    expect(() => readFrameHeader(stream(SOI, DQT, EOI))).toThrowError(
      expect.objectContaining({ kind: 'corrupt', code: 'JPEG_MARKER_ORDER' }),
    );
  });
});

test('decoding does not write to the bytes, nor keep them', () => {
  const jpeg = fixture('colour-420.jpg');
  const before = jpeg.slice();
  const image = decodeCoefficients(jpeg);
  expect(jpeg).toEqual(before);
  const again = encodeCoefficients(image);
  jpeg.fill(0);
  expect(encodeCoefficients(image)).toEqual(again);
});
