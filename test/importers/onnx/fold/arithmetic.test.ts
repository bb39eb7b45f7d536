import { describe, expect, it } from 'vitest';
import { BOOL, DOUBLE, FLOAT, type Fold, fold, INT8, INT32, INT64, UINT8 } from './folded.ts';

const vector = (type: number, ...values: number[]) => [[values.length], values, type] as const;

describe('constants are computed', () => {
  it.each<[type: string, given: readonly number[], expected: readonly number[]]>([
    ['Abs', [-2, 0, 3], [2, 0, 3]],
    ['Ceil', [-1.5, 0.25, 2], [-1, 1, 2]],
    ['Exp', [0, 1], [1, Math.fround(Math.E)]],
    ['Floor', [-1.5, 0.25, 2], [-2, 0, 2]],
    ['Identity', [-2, 0, 3], [-2, 0, 3]],
    ['Log', [1, 8], [0, Math.fround(Math.log(8))]],
    ['Neg', [-2, 3], [2, -3]],
    ['Reciprocal', [4, -0.5], [0.25, -2]],
    ['Round', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.75, -1.25, 3], [0, 2, 2, -0, -2, -2, 1, -1, 3]],
    ['Sign', [-2, 0, 3], [-1, 0, 1]],
    ['Sqrt', [0, 2.25], [0, 1.5]],
  ])('%s', (type, given, expected) => {
    const { shape, values, type: as } = fold({ type, constants: { a: vector(FLOAT, ...given) } });
    expect(shape).toEqual([given.length]);
    expect(values.map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
    expect(as).toBe(FLOAT);
  });

  it.each<[type: string, expected: readonly number[]]>([
    ['Add', [4, 10, -5]],
    ['Div', [1, 4, 1.5]],
    ['Max', [2, 8, -2]],
    ['Min', [2, 2, -3]],
    ['Mul', [4, 16, 6]],
    ['Pow', [4, 64, 1 / 9]],
    ['Sub', [0, 6, -1]],
  ])('%s of two', (type, expected) => {
    const constants = { a: vector(FLOAT, 2, 8, -3), b: vector(FLOAT, 2, 2, -2) };
    const { values, type: as } = fold({ type, constants });
    for (const [at, value] of expected.entries()) expect(values[at]).toBeCloseTo(value, 6);
    expect(as).toBe(FLOAT);
  });

  it.each<[type: string, expected: readonly number[]]>([
    ['Equal', [0, 1, 0]],
    ['Greater', [0, 0, 1]],
    ['GreaterOrEqual', [0, 1, 1]],
    ['Less', [1, 0, 0]],
    ['LessOrEqual', [1, 1, 0]],
  ])('%s, which gives truth values', (type, expected) => {
    const constants = { a: vector(INT64, 1, 2, 3), b: vector(INT64, 2, 2, 2) };
    expect(fold({ type, constants })).toEqual({ shape: [3], values: expected, type: BOOL });
  });

  it.each<[type: string, expected: readonly number[]]>([
    ['And', [0, 0, 0, 1]],
    ['Or', [0, 1, 1, 1]],
  ])('%s', (type, expected) => {
    const constants = { a: vector(BOOL, 0, 0, 1, 1), b: vector(BOOL, 0, 1, 0, 1) };
    expect(fold({ type, constants })).toEqual({ shape: [4], values: expected, type: BOOL });
  });

  it('Not', () => {
    expect(fold({ type: 'Not', constants: { a: vector(BOOL, 0, 1) } }).values).toEqual([1, 0]);
  });

  it('sums of any number of constants', () => {
    const constants = { a: vector(FLOAT, 1, 2), b: vector(FLOAT, 10, 20), c: vector(FLOAT, 100, 200) };
    expect(fold({ type: 'Sum', constants }).values).toEqual([111, 222]);
    expect(fold({ type: 'Max', constants: { a: vector(FLOAT, 1, 2) } }).values).toEqual([1, 2]);
  });

  it('integers that are larger than floats hold', () => {
    const constants = { a: vector(INT64, 2 ** 30 + 1), b: vector(INT64, 1) };
    expect(fold({ type: 'Add', constants })).toEqual({ shape: [1], values: [2 ** 30 + 2], type: INT64 });
    expect(fold({ type: 'Neg', constants: { a: constants.a } }).values).toEqual([-(2 ** 30) - 1]);
  });

  it('quotients of integers towards zero', () => {
    const constants = { a: vector(INT32, 7, -7, 6), b: vector(INT32, 2, 2, 3) };
    expect(fold({ type: 'Div', constants })).toEqual({ shape: [3], values: [3, -3, 2], type: INT32 });
  });

  it('remainders with the sign of the divisor, or with fmod of the dividend', () => {
    const constants = { a: vector(INT32, 7, -7, 7, -7, 6, 6), b: vector(INT32, 3, 3, -3, -3, 3, -3) };
    expect(fold({ type: 'Mod', constants }).values.map((value) => value + 0)).toEqual([1, 2, -2, -1, 0, 0]);
    const { values } = fold({ type: 'Mod', constants, attributes: { fmod: 1 } });
    expect(values.map((value) => value + 0)).toEqual([1, -1, 1, -1, 0, 0]);
  });

  it('elements where a condition holds, and others', () => {
    const constants = {
      c: [[2, 1], [1, 0], BOOL],
      a: [[2], [1, 2], INT64],
      b: [[1], [9], INT64],
    } as const;
    expect(fold({ type: 'Where', constants })).toEqual({ shape: [2, 2], values: [1, 2, 9, 9], type: INT64 });
  });
});

describe('casts of constants', () => {
  it.each<[to: string, type: number, given: readonly number[], expected: readonly number[]]>([
    ['int64, without the fraction', INT64, [1.75, -1.75, 0.5], [1, -1, 0]],
    ['uint8, which wraps around', UINT8, [255, 256, -1, 300.5, -257], [255, 0, 255, 44, 255]],
    ['int8, which wraps around', INT8, [127, 128, -128, -129, 400], [127, -128, -128, 127, -112]],
    ['truth values', BOOL, [0, 0.25, -3], [0, 1, 1]],
    ['double', DOUBLE, [0.25, -3], [0.25, -3]],
  ])('to %s', (_, type, given, expected) => {
    const constants = { a: vector(FLOAT, ...given) };
    const { values, ...rest } = fold({ type: 'Cast', attributes: { to: type }, constants });
    expect(rest).toEqual({ shape: [given.length], type });
    expect(values.map((value) => value + 0)).toEqual(expected);
    const like = { ...constants, b: [[], [0], type] } as const;
    expect(fold({ type: 'CastLike', constants: like }).values).toEqual(values);
  });

  it('to float, from numbers that floats do not hold', () => {
    const each = { type: 'Cast', constants: { a: vector(INT64, 2 ** 25 + 1) } };
    expect(fold({ ...each, attributes: { to: FLOAT } }).values).toEqual([2 ** 25]);
    expect(fold({ ...each, attributes: { to: DOUBLE } }).values).toEqual([2 ** 25 + 1]);
    expect(fold(each)).toMatchObject({ values: [2 ** 25], type: FLOAT });
  });
});

describe('reductions of constants', () => {
  // 2 × 3 × 2: 1 2 | 3 4 | 5 6, 7 8 | 9 10 | 11 12.
  const a = [[2, 3, 2], Array.from({ length: 12 }, (_, at) => at + 1)] as const;

  it.each<[type: string, expected: readonly number[]]>([
    ['ReduceSum', [9, 12, 27, 30]],
    ['ReduceMean', [3, 4, 9, 10]],
    ['ReduceMax', [5, 6, 11, 12]],
    ['ReduceMin', [1, 2, 7, 8]],
    ['ReduceProd', [15, 48, 693, 960]],
  ])('%s over the axis in the middle', (type, expected) => {
    const constants = { a, axes: vector(INT64, 1) };
    expect(fold({ type, constants })).toEqual({ shape: [2, 1, 2], values: expected, type: FLOAT });
    const before = { type, opset: 11, attributes: { axes: [-2], keepdims: 0 }, constants: { a } };
    expect(fold(before)).toEqual({ shape: [2, 2], values: expected, type: FLOAT });
  });

  it('of negative numbers', () => {
    const constants = { a: vector(FLOAT, -3, -2) };
    expect(fold({ type: 'ReduceMax', constants }).values).toEqual([-2]);
    expect(fold({ type: 'ReduceMin', constants }).values).toEqual([-3]);
  });

  it('over the outer axes, and over all', () => {
    const outer = { type: 'ReduceSum', constants: { a, axes: vector(INT64, 0, -1) } };
    expect(fold(outer)).toEqual({ shape: [1, 3, 1], values: [18, 26, 34], type: FLOAT });
    const all = { type: 'ReduceMean', constants: { a } };
    expect(fold(all)).toEqual({ shape: [1, 1, 1], values: [6.5], type: FLOAT });
    expect(fold({ ...all, attributes: { keepdims: 0 } })).toEqual({ shape: [], values: [6.5], type: FLOAT });
  });

  it('over no axes, where the model says so', () => {
    const each: Fold = { type: 'ReduceSum', constants: { a, axes: [[0], [], INT64] } };
    expect(fold({ ...each, attributes: { noop_with_empty_axes: 1 } }).values).toEqual(a[1]);
    expect(fold(each).values).toEqual([78]);
    const one = { ...each, constants: { a, axes: vector(INT64, 2) } };
    expect(fold({ ...one, attributes: { noop_with_empty_axes: 1 } }).values).toEqual([3, 7, 11, 15, 19, 23]);
  });

  it('means of integers are integers', () => {
    const constants = { a: vector(INT64, 1, 2, -5, -3) };
    expect(fold({ type: 'ReduceMean', constants }).values).toEqual([-1]);
    expect(fold({ type: 'ReduceMean', constants: { a: vector(INT32, 3, 4) } }).values).toEqual([3]);
  });
});

describe('arithmetic of constants that is refused, and named', () => {
  it.each<[message: string, each: Fold]>([
    [
      'Div that divides an integer by zero',
      { type: 'Div', constants: { a: vector(INT32, 1, 2), b: vector(INT32, 1, 0) } },
    ],
    [
      'Mod that divides an integer by zero',
      { type: 'Mod', constants: { a: vector(INT32, 1, 2), b: vector(INT32, 1, 0) } },
    ],
    [
      'Add that combines constants of 2 and 3',
      { type: 'Add', constants: { a: vector(FLOAT, 1, 2), b: vector(FLOAT, 1, 2, 3) } },
    ],
    [
      'Cast that casts to string',
      { type: 'Cast', attributes: { to: 8 }, constants: { a: vector(FLOAT, 1) } },
    ],
    [
      'ReduceSum that works on axis 1 of a tensor that has 1',
      { type: 'ReduceSum', constants: { a: vector(FLOAT, 1, 2), axes: vector(INT64, 1) } },
    ],
    [
      'ReduceSum that works on axis -2 of a tensor that has 1',
      { type: 'ReduceSum', constants: { a: vector(FLOAT, 1, 2), axes: vector(INT64, -2) } },
    ],
  ])('%s', (message, each) => {
    expect(() => fold(each)).toThrow(`unsupported forms: ${message} (node)`);
  });

  it('but floats may be divided by zero', () => {
    const constants = { a: vector(FLOAT, 1, -2), b: vector(FLOAT, 0, 0) };
    expect(fold({ type: 'Div', constants }).values).toEqual([Infinity, -Infinity]);
  });
});
