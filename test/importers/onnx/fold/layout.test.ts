import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../../src/importers/onnx/index.ts';
import { model } from '../one-node.ts';
import { type Attributes, FLOAT, type Fold, fold, foldAll, INT32, INT64 } from './folded.ts';

const count = (length: number) => Array.from({ length }, (_, at) => at + 1);
const ints = (...values: number[]) => [[values.length], values, INT64] as const;
/** 2 × 3: 1 2 3 | 4 5 6. */
const six = [[2, 3], count(6), INT32] as const;
/** 2 × 2 × 3. */
const twelve = [[2, 2, 3], count(12)] as const;

describe('shapes of constants', () => {
  it.each<[what: string, attributes: Attributes, expected: readonly number[]]>([
    ['whole', {}, [2, 2, 3]],
    ['from an axis on', { start: 1 }, [2, 3]],
    ['up to an axis', { end: -1 }, [2, 2]],
    ['between', { start: -2, end: 2 }, [2]],
  ])('%s', (_, attributes, expected) => {
    const each = { type: 'Shape', attributes, constants: { a: twelve } };
    expect(fold(each)).toEqual({ shape: [expected.length], values: expected, type: INT64 });
  });

  it('and how many elements they have', () => {
    expect(fold({ type: 'Size', constants: { a: twelve } })).toEqual({
      shape: [],
      values: [12],
      type: INT64,
    });
    expect(() => fold({ type: 'Size', takes: [''] })).toThrow('Size that has no input (node)');
  });

  it.each([true, false])('and how many those of a value are, the batch among them: %s', (hasBatch) => {
    const sized = {
      type: 'Add',
      inputs: { x: [4, 3] },
      values: [],
      before: {
        n: { type: 'Size', takes: ['x'] },
        f: { type: 'Cast', attributes: { to: FLOAT }, takes: ['n'] },
      },
      takes: ['x', 'f'],
    };
    const { nodes } = importOnnx(model(sized), { hasBatch }).graph;
    expect(nodes[0].constants.operand.values).toEqual(Float32Array.of(12));
  });
});

describe('constants in another shape', () => {
  it.each<[what: string, each: Fold, shape: readonly number[]]>([
    ['Reshape', { type: 'Reshape', constants: { a: six, s: ints(3, 2) } }, [3, 2]],
    ['Reshape with −1', { type: 'Reshape', constants: { a: six, s: ints(-1, 1, 2) } }, [3, 1, 2]],
    ['Reshape with 0, an axis kept', { type: 'Reshape', constants: { a: twelve, s: ints(0, -1) } }, [2, 6]],
    [
      'Reshape with −1 behind what is kept',
      { type: 'Reshape', constants: { a: twelve, s: ints(-1, 0) } },
      [6, 2],
    ],
    ['Reshape to a number', { type: 'Reshape', constants: { a: [[1], [7], INT32], s: ints() } }, []],
    [
      'Reshape of opset 1',
      { type: 'Reshape', opset: 1, attributes: { shape: [6] }, constants: { a: six } },
      [6],
    ],
    ['Flatten', { type: 'Flatten', constants: { a: twelve } }, [2, 6]],
    ['Flatten from axis 0', { type: 'Flatten', attributes: { axis: 0 }, constants: { a: twelve } }, [1, 12]],
    [
      'Flatten from the last',
      { type: 'Flatten', attributes: { axis: -1 }, constants: { a: twelve } },
      [4, 3],
    ],
    [
      'Squeeze',
      {
        type: 'Squeeze',
        constants: {
          a: [
            [1, 2, 1],
            [3, 4],
          ],
        },
      },
      [2],
    ],
    [
      'Squeeze of an axis',
      {
        type: 'Squeeze',
        constants: {
          a: [
            [1, 2, 1],
            [3, 4],
          ],
          b: ints(-1),
        },
      },
      [1, 2],
    ],
    [
      'Squeeze of opset 11',
      {
        type: 'Squeeze',
        opset: 11,
        attributes: { axes: [0] },
        constants: {
          a: [
            [1, 2, 1],
            [3, 4],
          ],
        },
      },
      [2, 1],
    ],
    ['Unsqueeze', { type: 'Unsqueeze', constants: { a: six, b: ints(0, -1) } }, [1, 2, 3, 1]],
    [
      'Unsqueeze of opset 11',
      { type: 'Unsqueeze', opset: 11, attributes: { axes: [1] }, constants: { a: six } },
      [2, 1, 3],
    ],
  ])('%s', (_, each, shape) => {
    const [, values, type = FLOAT] = each.constants?.a ?? [[], [], 0];
    expect(fold(each)).toEqual({ shape, values, type });
  });

  it('of no elements, where 0 is one', () => {
    const constants = { a: [[0, 3], [], INT32], s: ints(3, 0) } as const;
    expect(fold({ type: 'Reshape', attributes: { allowzero: 1 }, constants }).shape).toEqual([3, 0]);
  });
});

describe('constants in another order', () => {
  it.each<[what: string, each: Fold, shape: readonly number[], expected: readonly number[]]>([
    ['Transpose', { type: 'Transpose', constants: { a: six } }, [3, 2], [1, 4, 2, 5, 3, 6]],
    [
      'Transpose of three axes',
      { type: 'Transpose', attributes: { perm: [2, 0, 1] }, constants: { a: twelve } },
      [3, 2, 2],
      [1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12],
    ],
    [
      'Slice of two axes',
      {
        type: 'Slice',
        constants: { a: twelve, s: ints(1, 0), e: ints(2, 3), axes: ints(0, -1), t: ints(1, 2) },
      },
      [1, 2, 2],
      [7, 9, 10, 12],
    ],
    [
      'Slice backwards',
      {
        type: 'Slice',
        constants: { a: six, s: ints(1, -1), e: ints(-9, -9), axes: ints(0, 1), t: ints(-1, -1) },
      },
      [2, 3],
      [6, 5, 4, 3, 2, 1],
    ],
    [
      'Slice of the first axes',
      { type: 'Slice', constants: { a: six, s: ints(0, 1), e: ints(1, 9) } },
      [1, 2],
      [2, 3],
    ],
    [
      'Slice of opset 9',
      { type: 'Slice', opset: 9, attributes: { starts: [1], ends: [3], axes: [1] }, constants: { a: six } },
      [2, 2],
      [2, 3, 5, 6],
    ],
    ['Slice of nothing', { type: 'Slice', constants: { a: six, s: ints(2), e: ints(1) } }, [0, 3], []],
    [
      'Gather',
      { type: 'Gather', constants: { a: six, i: ints(1, 0, -1) } },
      [3, 3],
      [4, 5, 6, 1, 2, 3, 4, 5, 6],
    ],
    [
      'Gather of columns',
      {
        type: 'Gather',
        attributes: { axis: -1 },
        constants: { a: twelve, i: [[2, 1], [2, 0], INT64] },
      },
      [2, 2, 2, 1],
      [3, 1, 6, 4, 9, 7, 12, 10],
    ],
    [
      'Gather of the axis in the middle, by a number',
      { type: 'Gather', attributes: { axis: 1 }, constants: { a: twelve, i: [[], [1], INT64] } },
      [2, 3],
      [4, 5, 6, 10, 11, 12],
    ],
    [
      'Concat of rows',
      { type: 'Concat', attributes: { axis: 0 }, constants: { a: six, b: [[1, 3], [7, 8, 9], INT32] } },
      [3, 3],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ],
    [
      'Concat of columns, thrice',
      {
        type: 'Concat',
        attributes: { axis: -1 },
        constants: { a: six, b: [[2, 1], [7, 8], INT32] },
        takes: ['b', 'a', 'b'],
      },
      [2, 5],
      [7, 1, 2, 3, 7, 8, 4, 5, 6, 8],
    ],
    [
      'Concat of opset 1, along axis 1',
      { type: 'Concat', opset: 1, constants: { a: twelve, b: [[2, 1, 3], count(6)] } },
      [2, 3, 3],
      [1, 2, 3, 4, 5, 6, 1, 2, 3, 7, 8, 9, 10, 11, 12, 4, 5, 6],
    ],
    [
      'Expand',
      {
        type: 'Expand',
        constants: {
          a: [
            [2, 1],
            [1, 2],
          ],
          s: ints(2, 1, 3),
        },
      },
      [2, 2, 3],
      [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
    ],
    ['Expand by fewer axes', { type: 'Expand', constants: { a: six, s: ints(1) } }, [2, 3], count(6)],
    ['Tile', { type: 'Tile', constants: { a: six, r: ints(2, 1) } }, [4, 3], [...count(6), ...count(6)]],
    [
      'Tile of columns',
      { type: 'Tile', constants: { a: six, r: ints(1, 2) } },
      [2, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ],
    [
      'Pad',
      { type: 'Pad', constants: { a: six, p: ints(1, 0, 0, 2) } },
      [3, 5],
      [0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0],
    ],
    [
      'Pad of three axes with a value',
      {
        type: 'Pad',
        constants: {
          a: [
            [1, 1, 2],
            [1, 2],
          ],
          p: ints(0, 1, 1, 1, 0, 0),
          v: [[], [9]],
        },
      },
      [2, 2, 3],
      [9, 9, 9, 9, 1, 2, 9, 9, 9, 9, 9, 9],
    ],
    [
      'Pad of one axis',
      { type: 'Pad', constants: { a: six, p: ints(1, 1), v: [[], [7], INT32], axes: ints(-1) } },
      [2, 5],
      [7, 1, 2, 3, 7, 7, 4, 5, 6, 7],
    ],
    [
      'Pad of opset 2',
      {
        type: 'Pad',
        opset: 2,
        attributes: { pads: [0, 1, 0, 0], value: 0.5 },
        constants: {
          a: [
            [1, 2],
            [1, 2],
          ],
        },
      },
      [1, 3],
      [0.5, 1, 2],
    ],
  ])('%s', (_, each, shape, values) => {
    const type = each.constants?.a[2] ?? FLOAT;
    expect(fold(each)).toEqual({ shape, values, type });
  });
});

describe('parts of constants', () => {
  it.each<[what: string, each: Partial<Fold>, expected: readonly (readonly number[])[]]>([
    [
      'as long as an input says',
      { constants: { a: six, l: ints(1, 2) }, attributes: { axis: 1 } },
      [
        [1, 4],
        [2, 3, 5, 6],
      ],
    ],
    [
      'as long as an attribute says',
      { opset: 11, attributes: { axis: -1, split: [2, 1] } },
      [
        [1, 2, 4, 5],
        [3, 6],
      ],
    ],
    [
      'of equal length, of the first axis',
      {},
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'the last shorter',
      { attributes: { axis: 1, num_outputs: 2 } },
      [
        [1, 2, 4, 5],
        [3, 6],
      ],
    ],
    ['of which one is empty', { constants: { a: six, l: ints(2, 0) } }, [count(6), []]],
  ])('%s', (_, each, expected) => {
    const parts = foldAll({ type: 'Split', constants: { a: six }, outputs: ['b', 'c'], ...each });
    expect(parts.map(({ values }) => values)).toEqual(expected);
    for (const { shape, values, type } of parts) {
      expect(shape[0] * shape[1]).toBe(values.length);
      expect(type).toBe(INT32);
    }
  });
});

describe('refused, and named', () => {
  it.each<[message: string, each: Fold]>([
    [
      'Reshape that reshapes a constant of 2×3 to 4×2',
      { type: 'Reshape', constants: { a: six, s: ints(4, 2) } },
    ],
    [
      'Reshape that reshapes a constant of 2×3 to -1×-6',
      { type: 'Reshape', constants: { a: six, s: ints(-1, -6) } },
    ],
    [
      'Reshape that reshapes a constant of 2×3 to 4×1.5',
      { type: 'Reshape', constants: { a: six, s: ints(4, -1) } },
    ],
    ['Squeeze that reshapes a constant of 2×3 to 2', { type: 'Squeeze', constants: { a: six, b: ints(1) } }],
    [
      'Squeeze that works on axis 2 of a tensor that has 2',
      { type: 'Squeeze', constants: { a: six, b: ints(2) } },
    ],
    [
      'Unsqueeze that works on axis 3 of a tensor that has 3',
      { type: 'Unsqueeze', constants: { a: six, b: ints(3) } },
    ],
    [
      'Unsqueeze that reshapes a constant of 2×3 to 1×2×3×0',
      { type: 'Unsqueeze', constants: { a: six, b: ints(0, 0) } },
    ],
    [
      'Transpose that orders axes [0, 0] of 2',
      { type: 'Transpose', attributes: { perm: [0, 0] }, constants: { a: six } },
    ],
    [
      'Transpose that orders axes [0] of 2',
      { type: 'Transpose', attributes: { perm: [0] }, constants: { a: six } },
    ],
    [
      'Slice that has starts, ends, axes and steps that do not fit together',
      { type: 'Slice', constants: { a: six, s: ints(0), e: ints(1, 2) } },
    ],
    ['Gather that takes index 2 of 2 elements', { type: 'Gather', constants: { a: six, i: ints(0, 2) } }],
    ['Gather that takes index -3 of 2 elements', { type: 'Gather', constants: { a: six, i: ints(-3) } }],
    [
      'Concat that joins constants that do not fit',
      { type: 'Concat', attributes: { axis: 0 }, constants: { a: six, b: [[1, 2], [7, 8], INT32] } },
    ],
    [
      'Concat that joins constants that do not fit',
      { type: 'Concat', attributes: { axis: 0 }, constants: { a: six, b: [[3], [7, 8, 9], INT32] } },
    ],
    [
      'Split that splits 3 elements into [1, 1]',
      { type: 'Split', attributes: { axis: 1 }, constants: { a: six, l: ints(1, 1) }, outputs: ['b', 'c'] },
    ],
    [
      'Split that splits 3 elements into [1, 2]',
      {
        type: 'Split',
        attributes: { axis: 1 },
        constants: { a: six, l: ints(1, 2) },
        outputs: ['b', 'c', 'd'],
      },
    ],
    [
      'Split that splits 3 elements into [4, -1]',
      { type: 'Split', attributes: { axis: 1 }, constants: { a: six, l: ints(4, -1) }, outputs: ['b', 'c'] },
    ],
    ['Expand that combines constants of 2×3 and 4', { type: 'Expand', constants: { a: six, s: ints(4) } }],
    ['Expand that makes a constant of shape [-1]', { type: 'Expand', constants: { a: six, s: ints(-1) } }],
    ['Tile that repeats other axes than it has', { type: 'Tile', constants: { a: six, r: ints(2) } }],
    [
      'Tile that makes a constant of shape [2, 2, -1, 3]',
      { type: 'Tile', constants: { a: six, r: ints(2, -1) } },
    ],
    [
      'Pad that pads a constant in another mode than constant',
      { type: 'Pad', attributes: { mode: 'edge' }, constants: { a: six, p: ints(1, 0, 0, 0) } },
    ],
    ['Pad that has 2 pads for 2 axes', { type: 'Pad', constants: { a: six, p: ints(1, 0) } }],
    ['Pad that crops a constant', { type: 'Pad', constants: { a: six, p: ints(-1, 0, 2, 0) } }],
    [
      'Pad that works on axis -3 of a tensor that has 2',
      { type: 'Pad', constants: { a: six, p: ints(1, 1), v: [[], [0], INT32], axes: ints(-3) } },
    ],
    [
      'Pad that works on axis 2 of a tensor that has 2',
      { type: 'Pad', constants: { a: six, p: ints(1, 1), v: [[], [0], INT32], axes: ints(2) } },
    ],
    [
      'Pad that has 3 pads for 1 axes',
      { type: 'Pad', constants: { a: six, p: ints(1, 1, 1), v: [[], [0], INT32], axes: ints(1) } },
    ],
  ])('%s', (message, each) => {
    expect(() => fold(each)).toThrow(message);
  });
});
