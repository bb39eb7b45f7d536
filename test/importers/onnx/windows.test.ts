import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

/** Eight samples of one channel, and windows that add up. */
const signal = { inputs: { x: [1, 1, 8] }, values: [count(8)] };
const sum = (length: number, more: Omit<Partial<Case>, 'type'> = {}): Case => ({
  ...signal,
  type: 'Conv',
  constants: { w: [[1, 1, length], Array(length).fill(1)] },
  takes: ['x', 'w'],
  ...more,
});

describe('windows over a signal', () => {
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['a convolution', sum(3), [6, 9, 12, 15, 18, 21]],
    ['every third', sum(3, { attributes: { strides: [3] } }), [6, 15]],
    ['with gaps', sum(2, { attributes: { dilations: [3] } }), [5, 7, 9, 11, 13]],
    ['padded before and after', sum(3, { attributes: { pads: [2, 1] } }), [1, 3, 6, 9, 12, 15, 18, 21, 15]],
    ['not padded (VALID)', sum(3, { attributes: { auto_pad: 'VALID' } }), [6, 9, 12, 15, 18, 21]],
    // Of 1 in all, the odd one stands at the end or the start.
    ['SAME_UPPER', sum(2, { attributes: { auto_pad: 'SAME_UPPER' } }), [3, 5, 7, 9, 11, 13, 15, 8]],
    ['SAME_LOWER', sum(2, { attributes: { auto_pad: 'SAME_LOWER' } }), [1, 3, 5, 7, 9, 11, 13, 15]],
    // ⌈8 ÷ 3⌉ windows of 5 reach 11 samples: 1 before, 2 after.
    [
      'SAME_UPPER of every third',
      sum(5, { attributes: { auto_pad: 'SAME_UPPER', strides: [3] } }),
      [10, 25, 21],
    ],
    // 1 before, 2 after.
    [
      'SAME_UPPER with gaps',
      sum(2, { attributes: { auto_pad: 'SAME_UPPER', dilations: [3] } }),
      [3, 5, 7, 9, 11, 13, 6, 7],
    ],
    // Windows that leave samples out need no padding.
    ['SAME_UPPER of windows apart', sum(1, { attributes: { auto_pad: 'SAME_UPPER', strides: [4] } }), [1, 5]],
  ])('%s', async (_, each, expected) => {
    const { shapes, values } = await answers(each);
    expect(values[0]).toEqual(expected);
    expect(shapes).toEqual([[1, expected.length]]);
  });

  it('the largest, and the mean', async () => {
    const pool = (type: string, attributes = {}) => answers({ ...signal, type, attributes, takes: ['x'] });
    expect((await pool('MaxPool', { kernel_shape: [3], strides: [2] })).values).toEqual([[3, 5, 7]]);
    const ceil = { kernel_shape: [3], strides: [2], ceil_mode: 1 };
    expect((await pool('MaxPool', ceil)).values).toEqual([[3, 5, 7, 8]]);
    const padded = { kernel_shape: [2], strides: [4], pads: [1, 0] };
    expect((await pool('AveragePool', padded)).values).toEqual([[1, 4.5]]);
    expect((await pool('AveragePool', { ...padded, count_include_pad: 1 })).values).toEqual([[0.5, 4.5]]);
  });
});

it('windows over a map have pads of each axis: rows before columns', async () => {
  const each: Case = {
    type: 'Conv',
    attributes: { pads: [1, 0, 0, 2], strides: [2, 1] },
    inputs: { x: [1, 1, 3, 2] },
    values: [count(6)],
    constants: {
      w: [
        [1, 1, 2, 2],
        [1, 1, 1, 1],
      ],
      b: [[1], [100]],
    },
    takes: ['x', 'w', 'b'],
  };
  const { shapes, values } = await answers(each);
  expect(shapes).toEqual([[1, 2, 3]]);
  expect(values).toEqual([[103, 102, 100, 118, 110, 100]]);
});

describe('refused, and named', () => {
  it.each<[message: string, each: Case]>([
    [
      'Conv that has windows of 2 axes, expected 1 or 2',
      { ...sum(1), constants: { w: [[1, 1, 1, 1], [1]] } },
    ],
    [
      'Conv that has windows of 3 axes, expected 1 or 2',
      {
        type: 'Conv',
        inputs: { x: [1, 1, 2, 2, 2] },
        values: [],
        constants: { w: [[1, 1, 1, 1, 1], [1]] },
        takes: ['x', 'w'],
      },
    ],
    ['MaxPool that has windows of 0 axes, expected 1 or 2', { ...signal, type: 'MaxPool', takes: ['x'] }],
  ])('%s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message} (node)`);
  });
});
