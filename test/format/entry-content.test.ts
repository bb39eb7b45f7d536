import { expect, test } from 'vitest';
import type { ZipEntry } from '../../src/format/zip.ts';
import { checkCrc, EntryContent } from '../../src/format/zip-content.ts';
import { expectRefusal } from './refusal.ts';

const entry = (changes: Partial<ZipEntry>): ZipEntry => ({
  name: 'model.json',
  method: 'deflate',
  crc: 0,
  compressedBytes: 2,
  bytes: 3,
  dataOffset: 40,
  ...changes,
});

test('no memory is taken for more than deflate data can hold: 1032 bytes for each', () => {
  expect(new EntryContent(entry({ bytes: 2064 }))).toBeDefined();
  expectRefusal(() => new EntryContent(entry({ bytes: 2065 })), 'corrupt', 'ZIP_SIZE');
});

test('content comes in pieces, up to the declared size', () => {
  const content = new EntryContent(entry({}));
  content.add(Uint8Array.of(1));
  expectRefusal(() => content.finish(), 'corrupt', 'ZIP_SIZE');
  content.add(Uint8Array.of(2, 3));
  expect(content.finish()).toEqual(Uint8Array.of(1, 2, 3));
  expectRefusal(() => content.add(Uint8Array.of(4)), 'corrupt', 'ZIP_SIZE');
});

test('errors say where the data lies, and both CRCs in eight digits', () => {
  const content = new EntryContent(entry({}));
  for (const action of [
    () => content.finish(),
    () => {
      throw content.failed(new Error('of the inflater'));
    },
    () => checkCrc(Uint8Array.of(1), entry({ crc: 0x1234 })),
  ]) {
    expect(action).toThrow(expect.objectContaining({ offset: 40 }));
  }
  // CRC-32 of a byte 1.
  expect(() => checkCrc(Uint8Array.of(1), entry({ crc: 0x1234 }))).toThrow(/CRC a505df1b, expected 00001234/);
});
