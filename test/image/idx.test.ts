import { expect, test } from 'vitest';
import { parseIdx } from '../../src/image/idx.ts';

function idx(dimensions: readonly number[], data: readonly number[], type = 8): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + data.length);
  bytes.set([0, 0, type, dimensions.length]);
  dimensions.forEach((dimension, index) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * index, dimension);
  });
  bytes.set(data, 4 + 4 * dimensions.length);
  return bytes;
}

test.each([
  [[3], [7, 8, 9]],
  [
    [2, 3],
    [1, 2, 3, 4, 5, 6],
  ],
  [
    [2, 1, 2],
    [1, 2, 3, 4],
  ],
  [[0], []],
])('dimensions %j', (dimensions, data) => {
  const array = parseIdx(idx(dimensions, data));
  expect(array.dimensions).toEqual(dimensions);
  expect(Array.from(array.data)).toEqual(data);
});

test('a view that does not begin at its buffer', () => {
  const file = idx([2], [5, 6]);
  const shifted = new Uint8Array(file.length + 3);
  shifted.set(file, 3);
  expect(Array.from(parseIdx(shifted.subarray(3)).data)).toEqual([5, 6]);
});

test.each([
  ['empty', new Uint8Array(), /at least 4 bytes, got 0/],
  ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /two zero bytes \(is it still packed\?\)/],
  ['another type', idx([1], [0, 0, 0, 0], 0x0d), /type must be 8 \(unsigned bytes\), got 13/],
  ['no dimensions', Uint8Array.of(0, 0, 8, 0), /dimensions must be 1…4, got 0/],
  ['five dimensions', idx([1, 1, 1, 1, 1], [0]), /dimensions must be 1…4, got 5/],
  ['a header cut short', idx([2, 3], []).subarray(0, 9), /2 dimensions has 12 bytes, got 9/],
  ['a byte too few', idx([2, 3], [1, 2, 3, 4, 5]), /2×3 bytes need a file of 18, got 17/],
  ['a byte too many', idx([1], [1, 2]), /1 bytes need a file of 9, got 10/],
  ['sizes whose product is beyond 2^53', idx([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [0]), /need a file of/],
])('%s: refused', (_, bytes, message) => {
  expect(() => parseIdx(bytes)).toThrow(message);
});
