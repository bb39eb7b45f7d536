import { describe, expect, it } from 'vitest';
import { pictureEntries } from '../../../src/format/picture/entries.ts';

const segment = (marker: number, payload: number): number[] => [
  ...[0xff, marker, (payload + 2) >> 8, (payload + 2) & 255],
  ...new Array<number>(payload).fill(7),
];
const [APP9, DQT, SOF0, DHT, SOS, EOI, DAC] = [0xe9, 0xdb, 0xc0, 0xc4, 0xda, 0xd9, 0xcc];

/** Bytes of each entry, as the file has them. */
function counted(
  stream: readonly number[],
  sizes: Parameters<typeof pictureEntries>[1],
): Record<string, number> {
  const bytes = Uint8Array.from([0xff, 0xd8, ...stream]);
  const entries = pictureEntries(bytes, sizes);
  expect(entries.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0)).toBe(bytes.length);
  return Object.fromEntries(entries.map(({ name, compressedBytes }) => [name, compressedBytes]));
}

/** Two scans: 5 bytes with a stuffed one and a restart marker, then 3; a fill byte before a marker; more than 255 bytes in a segment. */
const STREAM = [
  ...segment(APP9, 300),
  ...segment(DQT, 65),
  0xff,
  ...segment(DQT, 129),
  ...segment(SOF0, 9),
  ...segment(DHT, 20),
  ...segment(SOS, 6),
  ...[1, 0xff, 0, 0xff, 0xd0, 2, 3],
  ...segment(DHT, 290),
  ...segment(SOS, 6),
  ...[4, 5, 6],
  ...[0xff, EOI],
];

describe('what the bytes of a model that is one JPEG are spent on', () => {
  it('a body that is deflated: one entry, with what it unpacks to', () => {
    const sizes = { json: 500, tensors: 80, body: 290 };
    expect(counted(STREAM, sizes)).toEqual({
      'model.json and tensors': 290,
      'quantization tables': 69 + 133,
      'entropy coding tables': 24 + 294,
      coefficients: 7 + 3,
      // SOI, the rest of APP9, a fill byte, SOF0, two SOS, EOI.
      'markers and check value': 2 + (304 - 290) + 1 + 13 + 10 + 10 + 2,
    });
    const [body] = pictureEntries(Uint8Array.from([0xff, 0xd8, ...STREAM]), sizes);
    expect(body).toEqual({ name: 'model.json and tensors', bytes: 580, compressedBytes: 290 });
  });

  it('a body that is stored: tensors by themselves, where there are any', () => {
    const entries = counted(STREAM, { json: 300, tensors: 80, manifest: 200 });
    expect(entries).toMatchObject({ 'model.json': 200, tensors: 80 });
    const none = counted(STREAM, { json: 300, tensors: 0, manifest: 200 });
    expect(Object.keys(none)).toEqual([
      ...['model.json', 'quantization tables', 'entropy coding tables', 'coefficients'],
      'markers and check value',
    ]);
  });

  it('tables of arithmetic coding are tables of the entropy coder; without any there is no such entry', () => {
    const scan = [...segment(SOS, 6), 1, 2, 0xff, EOI];
    const sizes = { json: 1, tensors: 0, manifest: 0 };
    expect(counted([...segment(DAC, 2), ...scan], sizes)).toMatchObject({
      'entropy coding tables': 6,
      coefficients: 2,
    });
    expect(counted(scan, sizes)).not.toHaveProperty('entropy coding tables');
  });

  it('nothing after the end of the image counts as a segment', () => {
    const scan = [...segment(SOS, 6), 1, 2, 0xff, EOI];
    const sizes = { json: 1, tensors: 0, manifest: 0 };
    expect(counted([...scan, ...segment(DQT, 65)], sizes)).toMatchObject({ 'quantization tables': 0 });
  });
});
