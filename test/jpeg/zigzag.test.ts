import { expect, test } from 'vitest';
import { ZIGZAG_TO_NATURAL } from '../../src/jpeg/dct/zigzag.ts';

test('the zig-zag walks the diagonals of T.81 Figure A.6, turning at the edges', () => {
  const walked: number[] = [];
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    const cells: number[] = [];
    for (let v = 0; v < 8; v++) {
      const u = diagonal - v;
      if (u >= 0 && u < 8) cells.push(v * 8 + u);
    }
    walked.push(...(diagonal % 2 === 0 ? cells.reverse() : cells));
  }
  expect([...ZIGZAG_TO_NATURAL]).toEqual(walked);
});
