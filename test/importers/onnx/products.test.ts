import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

/** A product of inputs that are whole tensors, without a batch. */
const product = (
  inputs: Case['inputs'],
  values: readonly (readonly number[])[],
  takes: readonly string[],
  constants: Case['constants'] = {},
): Case => ({ type: 'MatMul', inputs, values, takes, constants });
const six = count(6);

describe('MatMul without a batch', () => {
  it.each<[what: string, each: Case, shape: readonly number[], expected: readonly number[]]>([
    [
      'of a matrix and a constant vector',
      product({ x: [2, 3] }, [six], ['x', 'v'], { v: [[3], [1, 10, 100]] }),
      [2],
      [321, 654],
    ],
    [
      'of a constant vector and a matrix',
      product({ x: [2, 3] }, [six], ['v', 'x'], { v: [[2], [1, 10]] }),
      [3],
      [41, 52, 63],
    ],
    [
      'of a constant vector and each of several matrices',
      product({ x: [2, 2, 2] }, [count(8)], ['v', 'x'], { v: [[2], [1, 10]] }),
      [2, 2],
      [31, 42, 75, 86],
    ],
    [
      'of a constant matrix and a vector',
      product({ x: [3] }, [[1, 10, 100]], ['m', 'x'], { m: [[2, 3], six] }),
      [2],
      [321, 654],
    ],
    [
      'of a constant matrix and a matrix',
      product({ x: [3, 2] }, [[1, 0, 10, 0, 100, 1]], ['m', 'x'], { m: [[2, 3], six] }),
      [2, 2],
      [321, 3, 654, 6],
    ],
    [
      'of a vector and a constant matrix',
      product({ x: [2] }, [[1, 10]], ['x', 'm'], { m: [[2, 3], six] }),
      [3],
      [41, 52, 63],
    ],
    ['of two vectors', product({ x: [3], z: [3] }, [count(3), [1, 10, 100]], ['x', 'z']), [], [321]],
    [
      'of a vector and a matrix',
      product({ x: [2], z: [2, 3] }, [[1, 10], six], ['x', 'z']),
      [3],
      [41, 52, 63],
    ],
    [
      'of a matrix and a vector',
      product({ x: [2, 3], z: [3] }, [six, [1, 10, 100]], ['x', 'z']),
      [2],
      [321, 654],
    ],
    [
      'of several matrices and one',
      product({ x: [2, 1, 2], z: [2, 2] }, [count(4), [1, 10, 100, 1000]], ['x', 'z']),
      [2, 1, 2],
      [201, 2010, 403, 4030],
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each, false);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });
});

describe('MatMul with a batch', () => {
  it.each<[what: string, each: Case, shape: readonly number[], expected: readonly number[]]>([
    [
      'of a vector and a constant one: a number for each picture',
      product({ x: [1, 3] }, [count(3)], ['x', 'v'], { v: [[3], [1, 10, 100]] }),
      [],
      [321],
    ],
    [
      'of a constant vector and each of several matrices',
      product({ x: [1, 2, 2, 2] }, [count(8)], ['v', 'x'], { v: [[2], [1, 10]] }),
      [2, 2],
      [31, 42, 75, 86],
    ],
    [
      'of two matrices',
      product({ x: [1, 1, 2], z: [1, 2, 2] }, [[1, 10], count(4)], ['x', 'z']),
      [1, 2],
      [31, 42],
    ],
    [
      'of a matrix and a constant one with an axis before',
      product({ x: [1, 2, 3] }, [six], ['x', 'm'], {
        m: [
          [1, 3, 1],
          [1, 10, 100],
        ],
      }),
      [2, 1],
      [321, 654],
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });

  it.each<[message: string, each: Case]>([
    [
      'has a constant of several matrices, 2×3×1',
      product({ x: [1, 2, 3] }, [], ['x', 'm'], { m: [[2, 3, 1], six] }),
    ],
    [
      'has a constant of several matrices, 1×1×3×1',
      product({ x: [1, 2, 3] }, [], ['x', 'm'], { m: [[1, 1, 3, 1], count(3)] }),
    ],
    [
      'has a constant of several matrices first',
      product({ x: [1, 3, 2] }, [], ['m', 'x'], { m: [[1, 2, 3], six] }),
    ],
    [
      'multiplies along the batch',
      {
        ...product({ x: [1, 2, 3] }, [], ['t', 'm'], {
          m: [
            [1, 2],
            [1, 2],
          ],
        }),
        before: { t: { type: 'Transpose', takes: ['x'] } },
      },
    ],
    [
      'multiplies along the batch',
      product({ x: [1, 3] }, [], ['m', 'x'], {
        m: [
          [2, 1],
          [1, 2],
        ],
      }),
    ],
    ['multiplies values along the batch', product({ x: [1, 3], z: [1, 3] }, [], ['x', 'z'])],
    ['multiplies values along the batch', product({ x: [1, 2, 3], z: [1, 3] }, [], ['x', 'z'])],
  ])('that %s is refused', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: MatMul that ${message} (node)`);
  });
});

describe('Gemm', () => {
  const gemm = (each: Partial<Case>): Case => ({
    type: 'Gemm',
    inputs: { x: [1, 2] },
    values: [[1, 10]],
    takes: ['x', 'm'],
    constants: { m: [[2, 3], six] },
    ...each,
  });
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['of vectors and a constant matrix', gemm({}), [41, 52, 63]],
    [
      'of a matrix that is transposed',
      gemm({ attributes: { transB: 1 }, constants: { m: [[3, 2], six] } }),
      [21, 43, 65],
    ],
    [
      'with factors of product and bias',
      gemm({
        attributes: { alpha: 0.5, beta: 2 },
        constants: { m: [[2, 3], six], c: [[3], count(3)] },
        takes: ['x', 'm', 'c'],
      }),
      [22.5, 30, 37.5],
    ],
    [
      'with one bias for all outputs',
      gemm({ constants: { m: [[2, 3], six], c: [[], [7]] }, takes: ['x', 'm', 'c'] }),
      [48, 59, 70],
    ],
  ])('%s', async (_, each, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([[3]]);
    expect(values[0]).toEqual(expected);
  });

  it.each<[what: string, each: Case, shape: readonly number[], expected: readonly number[]]>([
    [
      'of matrices, the constant one transposed',
      gemm({
        attributes: { transB: 1, alpha: 2 },
        inputs: { x: [2, 2] },
        values: [count(4)],
        constants: {
          m: [
            [1, 2],
            [1, 10],
          ],
        },
      }),
      [2, 1],
      [42, 86],
    ],
    [
      'of a transposed matrix, with a constant bias for each column',
      gemm({
        attributes: { transA: 1, beta: 3 },
        inputs: { x: [2, 2] },
        values: [count(4)],
        constants: {
          m: [
            [2, 1],
            [1, 10],
          ],
          c: [
            [2, 1],
            [100, 200],
          ],
        },
        takes: ['x', 'm', 'c'],
      }),
      [2, 1],
      [331, 642],
    ],
    [
      'of two values, the second transposed',
      gemm({
        attributes: { transB: 1 },
        inputs: { x: [1, 2], z: [3, 2] },
        values: [[1, 10], six],
        constants: {},
        takes: ['x', 'z'],
      }),
      [1, 3],
      [21, 43, 65],
    ],
    [
      'of two values and a third',
      gemm({
        inputs: { x: [1, 2], z: [2, 3], c: [1, 3] },
        values: [[1, 10], six, [100, 200, 300]],
        constants: {},
        takes: ['x', 'z', 'c'],
      }),
      [1, 3],
      [141, 252, 363],
    ],
  ])('without a batch: %s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each, false);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });

  it.each<[message: string, each: Case]>([
    [
      'has 2 biases for 3 outputs',
      gemm({ constants: { m: [[2, 3], six], c: [[2], [1, 2]] }, takes: ['x', 'm', 'c'] }),
    ],
    ['multiplies 2 by a matrix for 3 inputs', gemm({ constants: { m: [[3, 2], six] } })],
    ['has a constant of 6, expected a matrix', gemm({ constants: { m: [[6], six] } })],
    ['multiplies along the batch', gemm({ attributes: { transA: 1 } })],
    // A bias that is computed may differ from picture to picture.
    ['multiplies along the batch', gemm({ inputs: { x: [1, 2], z: [1, 3] }, takes: ['x', 'm', 'z'] })],
    ['takes a constant as input 0', gemm({ takes: ['m', 'x'] })],
  ])('that %s is refused', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: Gemm that ${message} (node)`);
  });
});
