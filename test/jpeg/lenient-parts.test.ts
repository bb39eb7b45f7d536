import { describe, expect, it } from 'vitest';
import type { HuffmanDecodingTable } from '../../src/jpeg/entropy/huffman/decoding-table.ts';
import { recentTable } from '../../src/jpeg/lenient/recent-tables.ts';
import { refuseProcess } from '../../src/jpeg/lenient/refuse-process.ts';
import { afterScan, findSegment } from '../../src/jpeg/lenient/resync.ts';
import { standardHuffmanTable } from '../../src/jpeg/lenient/standard-huffman.ts';
import { Warnings } from '../../src/jpeg/lenient/warnings.ts';

describe('the next segment of a scan', () => {
  it.each<
    [what: string, bytes: number[], expected: number, offset: number, empty: boolean, warning?: string]
  >([
    ['the restart marker that should come', [0xff, 0xd3, 7], 3, 2, false],
    [
      'the next but one: a segment is lost',
      [0xff, 0xd5, 7],
      3,
      0,
      true,
      'expected RST3 (FFD3), got RST5 (FFD5)',
    ],
    ['the next: this one is lost', [0xff, 0xd0, 7], 7, 0, true, 'expected RST7 (FFD7), got RST0 (FFD0)'],
    ['one of another number', [0xff, 0xd3, 7], 0, 2, false, 'expected RST0 (FFD0), got RST3 (FFD3)'],
    ['the fifth after it', [0xff, 0xd5, 7], 0, 2, false, 'expected RST0 (FFD0), got RST5 (FFD5)'],
    ['the one before, and then the right one', [0xff, 0xd2, 7, 8, 0xff, 0xd3, 9], 3, 6, false, 'got RST2'],
    ['the one before that, and then the right one', [0xff, 0xd1, 7, 0xff, 0xd3], 3, 5, false, 'got RST1'],
    [
      'no marker of a JPEG, and then the right one',
      [0xff, 0xbf, 7, 0xff, 0xd3],
      3,
      5,
      false,
      'got marker FFBF',
    ],
    ['a stuffed zero is none', [0xff, 0x02, 0xff, 0x00, 0xff, 0xd3], 3, 6, false, 'got marker FF02'],
    ['the end of the picture', [0xff, 0xd9], 3, 0, true, 'got EOI'],
    ['a frame header', [0xff, 0xc0, 0, 4], 3, 0, true, 'got SOF0'],
    ['the end of the file, of which another says it', [], 3, 0, true],
  ])('%s', (_, bytes, expected, offset, empty, warning) => {
    const warnings = new Warnings();
    expect(findSegment(Uint8Array.from(bytes), 0, expected, warnings)).toEqual({ offset, empty });
    expect(warnings.list()).toEqual(
      warning === undefined ? [] : [expect.stringMatching(/^JPEG byte 0: expected RST/)],
    );
    if (warning !== undefined) expect(warnings.list()[0]).toContain(warning);
  });

  it('the marker after a scan is the first that is no restart marker', () => {
    const bytes = Uint8Array.of(1, 0xff, 0xd0, 2, 0xff, 0, 3, 0xff, 0xd7, 0xff, 0xd8, 0xff, 0xd9);
    expect(afterScan(bytes, 0)).toBe(9);
    expect(afterScan(bytes, 10)).toBe(11);
    expect(afterScan(bytes.subarray(0, 9), 0)).toBe(9);
  });
});

describe('warnings', () => {
  it('are one line per kind, in the order in which they came', () => {
    const warnings = new Warnings();
    expect(warnings.list()).toEqual([]);
    for (const [kind, text] of [
      ['b', 'first'],
      ['a', 'second'],
      ['b', 'third'],
      ['b', 'fourth'],
    ])
      warnings.add(kind, text);
    expect(warnings.list()).toEqual(['first (and 2 more like it)', 'second']);
  });
});

describe('Huffman tables', () => {
  const refuse = (reason: string): never => {
    throw new Error(reason);
  };
  const specification = (symbol: number) => ({
    counts: Uint16Array.from({ length: 17 }, (_, length) => +(length === 1)),
    symbols: Uint8Array.of(symbol),
  });

  it('of the last eight codes are kept', () => {
    const tables = Array.from({ length: 9 }, (_, k) => recentTable(specification(k), refuse));
    expect(recentTable(specification(1), refuse)).toBe(tables[1]);
    expect(recentTable(specification(8), refuse)).toBe(tables[8]);
    // The first had to make room for the ninth.
    expect(recentTable(specification(0), refuse)).not.toBe(tables[0]);
  });

  it('are others where only symbols, lengths or their number differ', () => {
    const first = recentTable(specification(1), refuse);
    const longer = { ...specification(1), counts: Uint16Array.from({ length: 17 }, (_, at) => +(at === 2)) };
    const two = {
      counts: Uint16Array.from({ length: 17 }, (_, length) => +(length === 1 || length === 2)),
      symbols: Uint8Array.of(1, 2),
    };
    const all = [
      first,
      recentTable(longer, refuse),
      recentTable(two, refuse),
      recentTable(specification(2), refuse),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it('of T.81 Annex K are those of luminance and chrominance, and no others', () => {
    for (const tableClass of [0, 1] as const) {
      expect(standardHuffmanTable(tableClass, 2)).toBeUndefined();
      expect(standardHuffmanTable(tableClass, 3)).toBeUndefined();
      const [luminance, chrominance] = [0, 1].map((identifier) =>
        standardHuffmanTable(tableClass, identifier),
      );
      expect(luminance).toBeDefined();
      expect(chrominance).toBeDefined();
      expect(luminance).not.toEqual(chrominance);
    }
  });
});

describe('codes of T.81 Annex K', () => {
  // Tables K.3 to K.6; symbols of AC are run and size.
  it.each<[table: string, tableClass: 0 | 1, identifier: number, codes: Record<string, number>]>([
    ['K.3', 0, 0, { '00': 0, '010': 1, '110': 5, '1110': 6, '111111110': 11 }],
    ['K.4', 0, 1, { '00': 0, '01': 1, '10': 2, '110': 3, '11111111110': 11 }],
    [
      'K.5',
      1,
      0,
      { '1010': 0, '00': 0x01, '100': 0x03, '1100': 0x11, '11111111001': 0xf0, '1111111111111110': 0xfa },
    ],
    [
      'K.6',
      1,
      1,
      { '00': 0, '01': 0x01, '100': 0x02, '1011': 0x11, '1111111010': 0xf0, '1111111111111110': 0xfa },
    ],
  ])('%s', (_, tableClass, identifier, codes) => {
    const table = standardHuffmanTable(tableClass, identifier) as HuffmanDecodingTable;
    for (const [code, symbol] of Object.entries(codes)) {
      const number = Number.parseInt(code, 2);
      expect(number).toBeLessThanOrEqual(table.maxCode[code.length]);
      expect(table.symbols[table.symbolOffset[code.length] + number], code).toBe(symbol);
    }
  });
});

describe('kinds of JPEG', () => {
  it.each([0xc0, 0xc1, 0xc2, 0xc9, 0xca])('FF%x of 8 bits is read', (marker) => {
    expect(refuseProcess(marker)).toBeUndefined();
    // What is no precision of a JPEG is damage, which the frame header's reader names.
    expect(refuseProcess(marker, 9)).toBeUndefined();
  });

  it.each<[marker: number, precision: number, code: string, message: string]>([
    [
      0xc1,
      12,
      'JPEG_UNSUPPORTED_PRECISION',
      'this is a 12-bit JPEG (SOF1 (FFC1)); wjpeg reads 8-bit sequential',
    ],
    [0xc0, 16, 'JPEG_UNSUPPORTED_PRECISION', 'this is a 16-bit JPEG (SOF0 (FFC0))'],
    [0xc3, 8, 'JPEG_UNSUPPORTED_PROCESS', 'this is a lossless JPEG (SOF3 (FFC3))'],
    [0xcb, 16, 'JPEG_UNSUPPORTED_PRECISION', 'this is a lossless JPEG (SOF11 (FFCB))'],
    [0xdf, 8, 'JPEG_UNSUPPORTED_PROCESS', 'this is a hierarchical JPEG (EXP (FFDF))'],
    [0xde, 8, 'JPEG_UNSUPPORTED_PROCESS', 'this is a hierarchical JPEG (DHP (FFDE))'],
    [0xcd, 8, 'JPEG_UNSUPPORTED_PROCESS', 'this is a hierarchical JPEG (SOF13 (FFCD))'],
    [0xf7, 8, 'JPEG_UNSUPPORTED_PROCESS', 'this is a JPEG-LS picture'],
  ])('FF%x of %i bits is refused', (marker, precision, code, message) => {
    expect(() => refuseProcess(marker, precision)).toThrow(/: convert it to one of these or to PNG$/);
    expect(() => refuseProcess(marker, precision)).toThrow(
      expect.objectContaining({ kind: 'unsupported', code, message: expect.stringContaining(message) }),
    );
  });
});
