import { describe, expect, it } from 'vitest';
import { type Attributes, BOOL, FLOAT, type Fold, fold, INT32, INT64 } from './folded.ts';

describe('Constant', () => {
  it.each<[form: string, attributes: Attributes, expected: ReturnType<typeof fold>]>([
    [
      'a tensor',
      { value: { tensor: [[2, 1], [3, 4], INT32] } },
      { shape: [2, 1], values: [3, 4], type: INT32 },
    ],
    ['floats', { value_floats: { floats: [0.5, 2] } }, { shape: [2], values: [0.5, 2], type: FLOAT }],
    ['integers', { value_ints: [3, 2 ** 30 + 1] }, { shape: [2], values: [3, 2 ** 30 + 1], type: INT64 }],
    ['a float', { value_float: 0.5 }, { shape: [], values: [0.5], type: FLOAT }],
    ['an integer', { value_int: 2 ** 30 + 1 }, { shape: [], values: [2 ** 30 + 1], type: INT64 }],
  ])('that is %s', (_, attributes, expected) => {
    expect(fold({ type: 'Constant', attributes })).toEqual(expected);
  });

  it.each(['value_string', 'sparse_value'])('that is a %s is refused', (name) => {
    expect(() => fold({ type: 'Constant', attributes: { [name]: 'a' } })).toThrow(
      'unsupported forms: Constant that has a value of strings, or a sparse one (node)',
    );
  });
});

describe('constants of one value', () => {
  const constants = { shape: [[2], [2, 3], INT64] } as const;

  it('are zeros of float where none is given', () => {
    const expected = { shape: [2, 3], values: [0, 0, 0, 0, 0, 0], type: FLOAT };
    expect(fold({ type: 'ConstantOfShape', constants })).toEqual(expected);
  });

  it('have the type of the value', () => {
    const attributes = { value: { tensor: [[1], [7], INT64] } } as const;
    const expected = { shape: [2, 3], values: [7, 7, 7, 7, 7, 7], type: INT64 };
    expect(fold({ type: 'ConstantOfShape', attributes, constants })).toEqual(expected);
    const zero = { value: { tensor: [[1], [0], BOOL] } } as const;
    expect(fold({ type: 'ConstantOfShape', attributes: zero, constants }).type).toBe(BOOL);
  });

  it('of no axis are a number', () => {
    const scalar = { shape: [[0], [], INT64] } as const;
    expect(fold({ type: 'ConstantOfShape', constants: scalar })).toEqual({
      shape: [],
      values: [0],
      type: FLOAT,
    });
  });

  it.each([
    [[2, -1], '2, -1'],
    [[1.5], '1.5'],
    [Array(65).fill(1), '1, 1, 1, 1, 1, 1, 1, 1'],
  ])('of shape %j are refused', (shape, written) => {
    const type = shape[0] === 1.5 ? FLOAT : INT64;
    const each: Fold = { type: 'ConstantOfShape', constants: { shape: [[shape.length], shape, type] } };
    expect(() => fold(each)).toThrow(`ConstantOfShape that makes a constant of shape [${written}] (node)`);
  });

  it('may have 64 axes, and none of its elements', () => {
    const each = (extent: number): Fold => ({
      type: 'ConstantOfShape',
      constants: { shape: [[64], Array(64).fill(extent), INT64] },
    });
    expect(fold(each(1)).values).toEqual([0]);
    expect(fold(each(0)).values).toEqual([]);
  });
});

describe('Range', () => {
  const scalar = (value: number, type: number) => [[], [value], type] as const;
  const range = (start: number, limit: number, delta: number, type = INT64): Fold => ({
    type: 'Range',
    constants: { start: scalar(start, type), limit: scalar(limit, type), delta: scalar(delta, type) },
  });

  it.each<[what: string, each: Fold, expected: readonly number[]]>([
    ['up to its limit, without it', range(3, 9, 3), [3, 6]],
    ['up to one that it does not meet', range(3, 10, 3), [3, 6, 9]],
    ['downwards', range(10, 4, -2), [10, 8, 6]],
    ['of nothing', range(3, 1, 1), []],
    ['of fractions', range(0, 1, 0.25, FLOAT), [0, 0.25, 0.5, 0.75]],
  ])('%s', (_, each, expected) => {
    const { type } = fold(each);
    expect(fold(each)).toEqual({ shape: [expected.length], values: expected, type });
    expect(type).toBe(each.constants?.start[2]);
  });

  it.each([range(0, 1, 0), range(0, 0, 0)])('without an end is refused', (each) => {
    expect(() => fold(each)).toThrow('unsupported forms: Range that counts without an end (node)');
  });
});

describe('NonZero', () => {
  it('gives a column of indices for each element', () => {
    const constants = {
      a: [
        [2, 3],
        [0, 5, 0, -1, 0, 2],
      ],
    } as const;
    // Elements [0, 1], [1, 0] and [1, 2].
    const values = [0, 1, 1, 1, 0, 2];
    expect(fold({ type: 'NonZero', constants })).toEqual({ shape: [2, 3], values, type: INT64 });
  });

  it('gives none where all are 0', () => {
    const constants = {
      a: [
        [2, 2],
        [0, 0, 0, 0],
      ],
    } as const;
    expect(fold({ type: 'NonZero', constants })).toEqual({ shape: [2, 0], values: [], type: INT64 });
  });
});
