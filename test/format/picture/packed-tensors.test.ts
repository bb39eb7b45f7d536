import { describe, expect, it } from 'vitest';
import { packTensors, unpackTensors } from '../../../src/format/picture/packed-tensors.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';

const BYTES = { F32: 4, F16: 2, I8: 1 } as const;
const tensor = (dtype: keyof typeof BYTES, ...shape: number[]): Tensor => ({
  dtype,
  shape,
  data: Uint8Array.from({ length: BYTES[dtype] * shape.reduce((a, b) => a * b, 1) }, (_, at) => at & 255),
});

/** Packed and unpacked again; `implied`: tensors whose shape the manifest says. */
function roundTrip(tensors: Readonly<Record<string, Tensor>>, implied: readonly string[] = []) {
  const expected = new Map(
    Object.entries(tensors).map(([name, { shape }]) => [name, implied.includes(name) ? shape : null]),
  );
  const bytes = packTensors(expected, new Map(Object.entries(tensors)));
  return { bytes, read: Object.fromEntries(unpackTensors(expected, bytes)) };
}

it('tensors come back: each type, with a shape of its own and with one that the manifest implies', () => {
  const tensors = { a: tensor('F32', 3, 2), b: tensor('F16', 5), c: tensor('I8', 4, 1, 2), d: tensor('F32') };
  for (const implied of [[], ['a', 'c'], ['a', 'b', 'c', 'd']])
    expect(roundTrip(tensors, implied).read).toEqual(tensors);
});

it('a byte says type and rank, extents take seven bits per byte', () => {
  expect([...roundTrip({ a: tensor('I8', 3) }).bytes]).toEqual([2 | (1 << 2), 3, 0, 1, 2]);
  expect([...roundTrip({ a: tensor('F16', 1) }, ['a']).bytes]).toEqual([1 | (63 << 2), 0, 1]);
  expect([...roundTrip({ a: tensor('I8', 127) }).bytes.subarray(1, 3)]).toEqual([127, 0]);
  expect([...roundTrip({ a: tensor('I8', 128) }).bytes.subarray(1, 4)]).toEqual([128, 1, 0]);
  expect([...roundTrip({ a: tensor('I8', 16384) }).bytes.subarray(1, 5)]).toEqual([128, 128, 1, 0]);
  for (const extent of [127, 128, 129, 16383, 16384, 16385])
    expect(roundTrip({ a: tensor('I8', extent) }).read.a.shape).toEqual([extent]);
});

describe('refused', () => {
  const unknown = new Map([['a', null]]);
  const read =
    (...bytes: number[]) =>
    () =>
      unpackTensors(unknown, Uint8Array.from(bytes));
  const RANK_1 = 1 << 2;

  it.each<[string, () => unknown]>([
    ["tensor 'a' is listed in the manifest but missing", read()],
    ["tensor 'a' is of type 3, expected 0 (F32), 1 (F16) or 2 (I8)", read(3 | RANK_1, 1, 0)],
    ["tensor 'a' does not say its shape", read(2 | (63 << 2), 1)],
    ["tensor 'a' of shape [3] goes beyond the end, by 1 bytes", read(2 | RANK_1, 3, 0, 0)],
    ["tensor 'a' of shape [3] goes beyond the end, by 4 bytes", read(RANK_1, 3, ...new Uint8Array(8))],
    ['1 bytes after the last tensor', read(2 | RANK_1, 3, 0, 0, 0, 9)],
    // Extents that end early are 0.
    ['1 bytes after the last tensor', read(2 | (2 << 2), 0, 0, 7)],
  ])('%s', (message, attempt) => {
    expect(attempt).toThrow(
      expect.objectContaining({
        kind: 'corrupt',
        code: 'MODEL_CONTENT',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('more elements than any network has, even of tensors without bytes', () => {
    // 2^42 − 1 in six bytes, and as much again: beyond what numbers hold exactly.
    const most = [255, 255, 255, 255, 255, 127];
    expect(read(2 | (2 << 2), ...most, ...most)).toThrow(/goes beyond the end/);
  });
});
