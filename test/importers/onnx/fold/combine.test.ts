import { describe, expect, it } from 'vitest';
import { type Attributes, FLOAT, type Fold, fold, INT64 } from './folded.ts';

const count = (length: number) => Array.from({ length }, (_, at) => at + 1);
const at = (...values: number[]) => [[values.length], values, INT64] as const;

describe('products of constant matrices', () => {
  it('of more rows than columns', () => {
    const constants = {
      a: [[3, 2], count(6)],
      b: [
        [2, 2],
        [1, 10, 100, 1000],
      ],
    } as const;
    const values = [201, 2010, 403, 4030, 605, 6050];
    expect(fold({ type: 'MatMul', constants })).toEqual({ shape: [3, 2], values, type: FLOAT });
  });

  it('each of one with each of another', () => {
    const constants = {
      a: [
        [2, 1, 1, 2],
        [1, 2, 3, 4],
      ],
      b: [
        [3, 2, 3],
        [...[1, 0, 0, 0, 1, 0], ...[0, 0, 1, 1, 1, 1], ...[1, 2, 3, 4, 5, 6]],
      ],
    } as const;
    const values = [...[1, 2, 0, 2, 2, 3, 9, 12, 15], ...[3, 4, 0, 4, 4, 7, 19, 26, 33]];
    expect(fold({ type: 'MatMul', constants })).toEqual({ shape: [2, 3, 1, 3], values, type: FLOAT });
  });

  it('of two axes of matrices with one', () => {
    const constants = {
      a: [[2, 3, 1, 2], count(12)],
      b: [
        [2, 1],
        [1, 10],
      ],
    } as const;
    const values = [21, 43, 65, 87, 109, 131];
    expect(fold({ type: 'MatMul', constants })).toEqual({ shape: [2, 3, 1, 1], values, type: FLOAT });
  });
});

describe('running sums of constants', () => {
  const v = [[2, 3, 2], count(12)] as const;

  it.each<[what: string, axis: number, attributes: Attributes, expected: readonly number[]]>([
    ['along the axis in the middle', 1, {}, [1, 2, 4, 6, 9, 12, 7, 8, 16, 18, 27, 30]],
    ['from its end', 1, { reverse: 1 }, [9, 12, 8, 10, 5, 6, 27, 30, 20, 22, 11, 12]],
    ['along the last axis', -1, {}, [1, 3, 3, 7, 5, 11, 7, 15, 9, 19, 11, 23]],
    ['along the first', 0, { exclusive: 1 }, [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]],
  ])('%s', (_, axis, attributes, expected) => {
    const constants = { v, axis: [[], [axis], INT64] } as const;
    expect(fold({ type: 'CumSum', attributes, constants })).toEqual({
      shape: [2, 3, 2],
      values: expected,
      type: FLOAT,
    });
  });
});

describe('elements of constants that are replaced', () => {
  const data = [[2, 3], count(6)] as const;

  it('along rows, counted from either end', () => {
    const constants = {
      data,
      at: [[2, 2], [2, 0, -1, 1], INT64],
      to: [
        [2, 2],
        [70, 80, 90, 100],
      ],
    } as const;
    const values = [80, 2, 70, 4, 100, 90];
    expect(fold({ type: 'ScatterElements', attributes: { axis: 1 }, constants })).toEqual({
      shape: [2, 3],
      values,
      type: FLOAT,
    });
  });

  it('along columns, of some of them', () => {
    const constants = {
      data,
      at: [[1, 2], [1, 0], INT64],
      to: [
        [1, 2],
        [70, 80],
      ],
    } as const;
    expect(fold({ type: 'ScatterElements', constants }).values).toEqual([1, 80, 3, 70, 5, 6]);
  });

  it('and stay what they were for others', () => {
    const each: Fold = {
      type: 'Concat',
      attributes: { axis: 0 },
      before: { s: { type: 'ScatterElements', takes: ['data', 'at', 'to'] } },
      constants: { data, at: [[1, 1], [0], INT64], to: [[1, 1], [9]] },
      takes: ['data', 's'],
    };
    expect(fold(each).values).toEqual([1, 2, 3, 4, 5, 6, 9, 2, 3, 4, 5, 6]);
  });
});

describe('refused, and named', () => {
  const scatter = (places: number[], more: Partial<Fold> = {}): Fold => ({
    type: 'ScatterElements',
    constants: { data: [[3], count(3)], at: at(...places), to: [[2], [7, 8]] },
    ...more,
  });

  it.each<[message: string, each: Fold]>([
    [
      'MatMul that multiplies constants of 2×3 and 2×3',
      { type: 'MatMul', constants: { a: [[2, 3], count(6)], b: [[2, 3], count(6)] } },
    ],
    [
      'MatMul that multiplies constants of 3 and 3×2',
      { type: 'MatMul', constants: { a: [[3], count(3)], b: [[3, 2], count(6)] } },
    ],
    [
      'MatMul that multiplies constants of 2×3 and 3',
      { type: 'MatMul', constants: { a: [[2, 3], count(6)], b: [[3], count(3)] } },
    ],
    [
      'MatMul that multiplies constants of 2×1×2 and 3×2×1',
      { type: 'MatMul', constants: { a: [[2, 1, 2], count(4)], b: [[3, 2, 1], count(6)] } },
    ],
    ['ScatterElements that scatters to place 3 of 3 elements', scatter([0, 3])],
    ['ScatterElements that scatters to place -4 of 3 elements', scatter([0, -4])],
    ['ScatterElements that scatters 2 to 3 places', scatter([0, 1, 2])],
    [
      'ScatterElements that scatters 2 to 1×2 places',
      {
        ...scatter([]),
        constants: { data: [[3], count(3)], at: [[1, 2], [0, 1], INT64], to: [[2], [7, 8]] },
      },
    ],
    [
      'ScatterElements that combines what it scatters (reduction)',
      scatter([0, 1], { attributes: { reduction: 'add' } }),
    ],
  ])('%s', (message, each) => {
    expect(() => fold(each)).toThrow(`unsupported forms: ${message} (node)`);
  });
});
