import { describe, expect, it } from 'vitest';
import {
  afterFill,
  findMarker,
  LenientArithmeticReader,
  LenientBitReader,
  markerAt,
  warnOfExtra,
} from '../../src/jpeg/lenient/readers.ts';
import { Warnings } from '../../src/jpeg/lenient/warnings.ts';

const EOI = [0xff, 0xd9];

describe('markers in data', () => {
  it('are FF and what is not zero; of a run of FF the last one counts', () => {
    const bytes = Uint8Array.of(1, 0xff, 0, 0xff, 0xff, 0, 2, 0xff, 0xff, 0xd9, 3, 0xff, 0xd0, 0xff);
    expect(findMarker(bytes, 0)).toBe(8);
    expect(findMarker(bytes, 8)).toBe(8);
    expect(findMarker(bytes, 9)).toBe(11);
    // An FF at the end of the file begins none.
    expect(findMarker(bytes, 12)).toBe(14);
    expect(findMarker(Uint8Array.of(1, 2), 0)).toBe(2);
    expect([3, 7, 10].map((at) => afterFill(bytes, at))).toEqual([5, 9, 10]);
  });

  it('have a code; the end of the file is EOI', () => {
    const bytes = Uint8Array.of(0xff, 0xd0, 0xff);
    expect([0, 2, 3].map((at) => markerAt(bytes, at))).toEqual([0xd0, 0xd9, 0xd9]);
  });

  it('are named with what stands before them', () => {
    const warnings = new Warnings();
    warnOfExtra(warnings, 4, Uint8Array.of(1, 2, 3, 4, 0xff, 0xd8), 4);
    expect(warnings.list()).toEqual(['JPEG has 4 extraneous bytes before SOI (FFD8) at byte 4']);
  });
});

describe('bits of Huffman-coded data', () => {
  const reading = (...bytes: number[]) => {
    const warnings = new Warnings();
    const reader = new LenientBitReader(Uint8Array.from(bytes), warnings);
    reader.start(0);
    return { reader, warnings };
  };

  it('FF before a stuffed zero is one byte, however many there are', () => {
    const { reader, warnings } = reading(0xff, 0xff, 0xff, 0, 0x5a, 0xff, 0, 0, 0x12, 0x34, ...EOI);
    expect([reader.bits(16), reader.bits(16), reader.bits(16)]).toEqual([0xff5a, 0xff00, 0x1234]);
    expect(reader.exhausted).toBe(false);
    expect(reader.finish()).toBe(10);
    expect(warnings.list()).toEqual([]);
  });

  it.each<[what: string, bytes: number[], end: string]>([
    ['a marker', [0xa5, ...EOI], 'end at EOI (FFD9) at byte 1'],
    ['a marker after fill bytes', [0xa5, 0xff, 0xff, 0xd0], 'end at RST0 (FFD0) at byte 1'],
    ['the end of the file', [0xa5], 'end with the file at byte 1'],
    ['FF and the end of the file', [0xa5, 0xff], 'end at EOI (FFD9) at byte 1'],
  ])('zeros follow %s, which is said once', (_, bytes, end) => {
    const { reader, warnings } = reading(...bytes);
    expect(reader.bits(8)).toBe(0xa5);
    expect(reader.exhausted).toBe(false);
    expect(warnings.list()).toEqual([]);
    for (let more = 0; more < 20; more++) {
      expect(reader.bits(16)).toBe(0);
      expect(reader.exhausted).toBe(true);
    }
    expect(warnings.list()).toEqual([
      `JPEG scan data ${end}, before the end of the last block of their segment; the rest of it is grey`,
    ]);
    // The next segment is sound.
    reader.start(0);
    expect(reader.bits(8)).toBe(0xa5);
    expect(reader.exhausted).toBe(false);
  });

  it.each([
    [0, false],
    [3, false],
    [4, true],
    [9, true],
  ])('%i whole bytes after the last block', (extra, isWarned) => {
    const { reader, warnings } = reading(0xa5, ...Array.from({ length: extra }, (_, k) => k + 1), ...EOI);
    reader.bits(4);
    expect(reader.finish()).toBe(1 + extra);
    expect(warnings.list()).toEqual(
      isWarned ? [`JPEG has ${extra} extraneous bytes before EOI (FFD9) at byte ${1 + extra}`] : [],
    );
  });

  it('what is wrong is said with its place', () => {
    const { reader, warnings } = reading(1, 2, 3, 4, 5);
    reader.bits(1);
    reader.corrupt('JPEG_HUFFMAN_CODE', 'no such code');
    expect(warnings.list()).toEqual(['JPEG scan data near byte 4: no such code']);
  });
});

describe('arithmetic-coded data', () => {
  // A segment begins with two bytes that are read at once.
  it.each<[what: string, bytes: number[], extra: number]>([
    ['nothing left over', [1, 2], 0],
    ['a byte', [1, 2, 3], 1],
    ['four', [1, 2, 3, 4, 5, 6], 4],
    ['FF before a stuffed zero is one byte', [0xff, 0xff, 0, 2, 3, 4, 5, 6], 4],
    ['no data at all', [], 0],
  ])('ends at the next marker: %s', (_, bytes, extra) => {
    const warnings = new Warnings();
    const reader = new LenientArithmeticReader(Uint8Array.of(...bytes, ...EOI), warnings);
    reader.start(0);
    expect(reader.finish()).toBe(bytes.length);
    expect(warnings.list()).toEqual(
      extra === 0 ? [] : [`JPEG has ${extra} extraneous bytes before EOI (FFD9) at byte ${bytes.length}`],
    );
  });

  it('goes on with zeros where the file ends', () => {
    const warnings = new Warnings();
    const reader = new LenientArithmeticReader(Uint8Array.of(1), warnings);
    reader.start(0);
    expect(reader.finish()).toBe(1);
    reader.corrupt('JPEG_EXTRA_DATA', 'no such run');
    expect(warnings.list()).toEqual(['JPEG scan data near byte 1: no such run']);
  });
});
