import { expect, it } from 'vitest';
import { broadcast, formatShape, sameShape } from '../../src/graph/shape.ts';

it.each<[number[], number[], number[] | undefined]>([
  [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3], [2, 3]],
  [[3], [2, 3], [2, 3]],
  [
    [2, 1],
    [1, 3],
    [2, 3],
  ],
  [
    [4, 1, 3],
    [2, 1],
    [4, 2, 3],
  ],
  [[], [2, 3], [2, 3]],
  [[1], [0], [0]],
  [[2, 3], [2], undefined],
  [[2, 3], [3, 3], undefined],
  [[0], [2], undefined],
])('%j and %j broadcast to %j, as in ONNX', (a, b, result) => {
  expect(broadcast(a, b)).toEqual(result);
  expect(broadcast(b, a)).toEqual(result);
});

it('shapes are the same where all extents are', () => {
  expect(sameShape([2, 3], [2, 3])).toBe(true);
  expect(sameShape([], [])).toBe(true);
  expect(sameShape([2, 3], [3, 2])).toBe(false);
  expect(sameShape([2], [2, 3])).toBe(false);
  expect(sameShape([2, 3], [2])).toBe(false);
});

it('shapes as text', () => {
  expect([[16, 8, 8], [5], []].map(formatShape)).toEqual(['16×8×8', '5', 'a number']);
});
