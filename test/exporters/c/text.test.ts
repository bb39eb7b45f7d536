import { describe, expect, it } from 'vitest';
import {
  commentText,
  counter,
  counterBytes,
  indented,
  int32,
  roundingShift,
  table,
} from '../../../src/exporters/c/text.ts';

describe('text of C', () => {
  it('tables have as many numbers in a line of 96 characters as fit', () => {
    expect(table('int8_t', 'none', [])).toBe('static const int8_t none[0] FLASH = {\n    \n};\n');
    expect(table('int8_t', 'w', [1, -2])).toBe('static const int8_t w[2] FLASH = {\n    1, -2,\n};\n');
    const lines = (values: number[]): string[] => table('T', 'n', values).split('\n').slice(1, -2);
    // 24 numbers and 23 blanks: 95 characters, to which nothing fits.
    const full = Array.from({ length: 24 }, () => 12);
    expect(lines(full)).toHaveLength(1);
    expect(lines([...full, 1])).toEqual([`    ${full.map(() => '12,').join(' ')}`, '    1,']);
    // 96 characters with the next number, but not with a blank before it.
    expect(lines([...full.slice(1), 1234])).toEqual([
      `    ${full
        .slice(1)
        .map(() => '12,')
        .join(' ')} 1234,`,
    ]);
    expect(lines([...full.slice(1), 12345])).toHaveLength(2);
  });

  it.each([
    [0, 'uint8_t', 1],
    [255, 'uint8_t', 1],
    [256, 'uint16_t', 2],
    [65535, 'uint16_t', 2],
    [65536, 'uint32_t', 4],
  ])('a counter up to %i is of %s', (max, type, bytes) => {
    expect(counter(max)).toBe(type);
    expect(counterBytes(max)).toBe(bytes);
  });

  it('no name of a file ends a comment, or begins one', () => {
    expect(commentText('a b~')).toBe('a b~');
    expect(commentText('seven*/ int x; /*')).toBe('seven* / int x; / *');
    expect(commentText('é\n\t中')).toBe('????');
    expect(commentText('*'.repeat(300))).toHaveLength(200);
  });

  it('whole numbers are written for an int of 16 bits', () => {
    expect([0, -32767, 32767].map(int32)).toEqual(['0', '-32767', '32767']);
    expect([32768, -32768].map(int32)).toEqual(['INT32_C(32768)', 'INT32_C(-32768)']);
  });

  it('lines with text are indented', () => {
    expect(indented('a\n\n  b')).toBe('    a\n\n      b');
    expect(indented('a\nb', 2)).toBe('  a\n  b');
  });

  it('shifts round', () => {
    expect(roundingShift('sum', 0)).toBe('sum');
    expect(roundingShift('sum', 1)).toBe('(sum + 1) >> 1');
    expect(roundingShift('sum', 17)).toBe('(sum + INT32_C(65536)) >> 17');
  });
});
