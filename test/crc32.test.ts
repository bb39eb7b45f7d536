import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from '../src/crc32.ts';
import { crc32 as zlibCrc32 } from './format/zip-builder.ts';

test('the check value of the catalogue: CRC-32 of "123456789"', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('is what zlib computes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500, size: 'max' }), (bytes) => crc32(bytes) === zlibCrc32(bytes)),
  );
});
