import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { seededValues } from '../../operators/case.ts';
import { answers, type Case, count, model } from './one-node.ts';

const six = { inputs: { x: [1, 2, 3] }, values: [count(6)], takes: ['x'] };

describe('ONNX operators become nodes that give', () => {
  it.each<[what: string, each: Case, shape: readonly number[], expected: readonly number[]]>([
    [
      'means over axes that are no neighbours, dropped',
      {
        type: 'ReduceMean',
        attributes: { keepdims: 0 },
        inputs: { x: [1, 2, 2, 2] },
        values: [count(8)],
        constants: { axes: [[2], [1, 3]] },
        takes: ['x', 'axes'],
      },
      [2],
      [3.5, 5.5],
    ],
    [
      'the root of summed squares',
      { ...six, type: 'ReduceL2', opset: 13, attributes: { axes: [-1] } },
      [2, 1],
      [Math.sqrt(14), Math.sqrt(77)],
    ],
    [
      'a LogSumExp that does not overflow',
      {
        ...six,
        type: 'ReduceLogSumExp',
        opset: 13,
        attributes: { axes: [2], keepdims: 0 },
        values: [[1000, 1000, 1000, 0, 0, 0]],
      },
      [2],
      [1000 + Math.log(3), Math.log(3)],
    ],
    [
      'a softmax of all axes together, as before opset 13',
      { ...six, type: 'Softmax', opset: 11, values: [[0, 0, 0, 0, 0, 0]] },
      [2, 3],
      Array(6).fill(1 / 6),
    ],
    [
      'elements in any order',
      {
        ...six,
        type: 'Gather',
        attributes: { axis: 2 },
        constants: { at: [[3], [2, 0, -1]] },
        takes: ['x', 'at'],
      },
      [2, 3],
      [3, 1, 3, 6, 4, 6],
    ],
    [
      'repeated columns',
      { ...six, type: 'Tile', constants: { times: [[3], [1, 1, 2]] }, takes: ['x', 'times'] },
      [2, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ],
    [
      'expanded axes',
      {
        type: 'Expand',
        inputs: { x: [1, 1, 2] },
        values: [[7, 8]],
        constants: { to: [[3], [1, 2, 1]] },
        takes: ['x', 'to'],
      },
      [2, 2],
      [7, 8, 7, 8],
    ],
    [
      'a crop by negative pads',
      { ...six, type: 'Pad', constants: { pads: [[6], [0, -1, 0, 0, 0, 1]] }, takes: ['x', 'pads'] },
      [1, 4],
      [4, 5, 6, 0],
    ],
    [
      'a constant joined to a value',
      {
        ...six,
        type: 'Concat',
        attributes: { axis: 2 },
        constants: {
          c: [
            [1, 2, 1],
            [9, 8],
          ],
        },
        takes: ['c', 'x'],
      },
      [2, 4],
      [9, 1, 2, 3, 8, 4, 5, 6],
    ],
    [
      'squares as products',
      { ...six, type: 'Pow', constants: { p: [[], [2]] }, takes: ['x', 'p'] },
      [2, 3],
      [1, 4, 9, 16, 25, 36],
    ],
    ['the mean of values', { ...six, type: 'Mean', takes: ['x', 'x', 'x'] }, [2, 3], count(6)],
    [
      'slopes along the last axis, where they are no channels',
      {
        type: 'PRelu',
        inputs: { x: [1, 2, 2] },
        values: [[-1, -1, 1, -1]],
        constants: { slope: [[2], [2, 3]] },
        takes: ['x', 'slope'],
      },
      [2, 2],
      [-2, -3, 1, -3],
    ],
    [
      'products of every vector with a matrix',
      {
        ...six,
        type: 'MatMul',
        constants: {
          w: [
            [3, 1],
            [1, 10, 100],
          ],
        },
        takes: ['x', 'w'],
      },
      [2, 1],
      [321, 654],
    ],
    [
      'a matrix times a value',
      {
        ...six,
        type: 'MatMul',
        constants: {
          w: [
            [1, 2],
            [10, 1],
          ],
        },
        takes: ['w', 'x'],
      },
      [1, 3],
      [14, 25, 36],
    ],
    [
      'a linear layer of one vector among axes of 1',
      {
        type: 'MatMul',
        inputs: { x: [1, 1, 2] },
        values: [[1, 2]],
        constants: {
          w: [
            [2, 2],
            [1, 2, 3, 4],
          ],
        },
        takes: ['x', 'w'],
      },
      [1, 2],
      [7, 10],
    ],
    [
      'a layer normalisation',
      {
        ...six,
        type: 'LayerNormalization',
        values: [[1, 2, 3, -1, 0, 1]],
        attributes: { epsilon: 1e-12 },
        constants: { s: [[3], [1, 2, 3]], b: [[3], [0, 0, 1]] },
        takes: ['x', 's', 'b'],
      },
      [2, 3],
      [-Math.sqrt(1.5), 0, 3 * Math.sqrt(1.5) + 1, -Math.sqrt(1.5), 0, 3 * Math.sqrt(1.5) + 1],
    ],
    [
      'a normalisation of groups of channels',
      {
        type: 'GroupNormalization',
        inputs: { x: [1, 2, 2] },
        values: [[1, 3, 1, 3]],
        attributes: { num_groups: 1, epsilon: 1e-12 },
        constants: { s: [[1], [2]], b: [[1], [5]] },
        takes: ['x', 's', 'b'],
      },
      [2, 2],
      [3, 7, 3, 7],
    ],
    [
      'a map at another size, its scale from it',
      {
        type: 'Resize',
        attributes: { mode: 'linear' },
        inputs: { x: [1, 1, 1, 2] },
        values: [[0, 4]],
        constants: { sizes: [[4], [1, 1, 2, 4]] },
        takes: ['x', '', '', 'sizes'],
      },
      [1, 2, 4],
      [0, 1, 3, 4, 0, 1, 3, 4],
    ],
    [
      'a map whose channels are last',
      {
        type: 'Resize',
        attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
        inputs: { x: [1, 1, 2, 2] },
        values: [count(4)],
        constants: { scales: [[4], [1, 2, 2, 1]] },
        takes: ['x', '', 'scales'],
      },
      [2, 4, 2],
      [1, 2, 1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4, 3, 4],
    ],
    [
      'a size that keeps the proportions',
      {
        type: 'Resize',
        attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' },
        inputs: { x: [1, 1, 2, 4] },
        values: [count(8)],
        constants: { sizes: [[2], [2, 2]] },
        takes: ['x', '', '', 'sizes'],
      },
      [1, 1, 2],
      [1, 3],
    ],
    [
      'an Upsample of opset 9',
      {
        type: 'Upsample',
        opset: 9,
        inputs: { x: [1, 1, 1, 2] },
        values: [[1, 2]],
        constants: { scales: [[4], [1, 1, 2, 1]] },
        takes: ['x', 'scales'],
      },
      [1, 2, 2],
      [1, 2, 1, 2],
    ],
  ])('%s', async (_what, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toHaveLength(expected.length);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 4);
  });

  it.each<[what: string, each: Case, shape: readonly number[], expected: readonly number[]]>([
    [
      'a smaller map that is smooth (Resize 18)',
      {
        type: 'Resize',
        attributes: { mode: 'linear', antialias: 1 },
        inputs: { x: [1, 1, 4, 4] },
        values: [count(16)],
        constants: { scales: [[4], [1, 1, 0.6, 0.6]] },
        takes: ['x', '', 'scales'],
      },
      [1, 2, 2],
      [2.875, 4.5, 9.375, 11],
    ],
    [
      'scales of named axes, in another order (Resize 18)',
      {
        type: 'Resize',
        attributes: { axes: [3, 2] },
        inputs: { x: [1, 1, 2, 2] },
        values: [count(4)],
        constants: { scales: [[2], [3, 2]] },
        takes: ['x', '', 'scales'],
      },
      [1, 4, 6],
      [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4],
    ],
    [
      'a size that is not smaller, its proportions kept (Resize 18)',
      {
        type: 'Resize',
        attributes: { axes: [2, 3], keep_aspect_ratio_policy: 'not_smaller' },
        inputs: { x: [1, 1, 1, 2] },
        values: [[1, 2]],
        constants: { sizes: [[2], [2, 3]] },
        takes: ['x', '', '', 'sizes'],
      },
      [1, 2, 4],
      [1, 1, 2, 2, 1, 1, 2, 2],
    ],
    [
      'pads of named axes (Pad 18)',
      {
        ...six,
        type: 'Pad',
        constants: { pads: [[2], [1, 2]], fill: [[1], [9]], axes: [[1], [-1]] },
        takes: ['x', 'pads', 'fill', 'axes'],
      },
      [2, 6],
      [9, 1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9],
    ],
    [
      'the other end as padding (Pad 19)',
      {
        ...six,
        type: 'Pad',
        opset: 19,
        attributes: { mode: 'wrap' },
        constants: { pads: [[6], [0, 0, 2, 0, 1, 1]] },
        takes: ['x', 'pads'],
      },
      [3, 6],
      [2, 3, 1, 2, 3, 1, 5, 6, 4, 5, 6, 4, 2, 3, 1, 2, 3, 1],
    ],
    [
      'means of dilated windows (AveragePool 19)',
      {
        type: 'AveragePool',
        opset: 19,
        attributes: { kernel_shape: [2, 2], dilations: [2, 2], ceil_mode: 1 },
        inputs: { x: [1, 1, 4, 4] },
        values: [count(16)],
        takes: ['x'],
      },
      [1, 2, 2],
      [6, 7, 10, 11],
    ],
    [
      'a sum that is left as it is (ReduceSum 18)',
      { ...six, type: 'ReduceMean', attributes: { noop_with_empty_axes: 1 } },
      [2, 3],
      count(6),
    ],
    [
      'Gelu of opset 20',
      { ...six, type: 'Gelu', opset: 20, values: [[-1, 0, 1, -1, 0, 1]] },
      [2, 3],
      [-0.158655, 0, 0.841345, -0.158655, 0, 0.841345],
    ],
    [
      'its approximation',
      {
        ...six,
        type: 'Gelu',
        opset: 20,
        attributes: { approximate: 'tanh' },
        values: [[-1, 0, 1, -1, 0, 1]],
      },
      [2, 3],
      [-0.158808, 0, 0.841192, -0.158808, 0, 0.841192],
    ],
    [
      'groups of channels with a scale and bias per channel (GroupNormalization 21)',
      {
        type: 'GroupNormalization',
        opset: 21,
        attributes: { num_groups: 2, epsilon: 1e-12 },
        inputs: { x: [1, 4, 1, 1] },
        values: [[1, 3, 5, 5.5]],
        constants: { scale: [[4], [1, 2, 3, 4]], bias: [[4], [0, 10, 0, 10]] },
        takes: ['x', 'scale', 'bias'],
      },
      [4, 1, 1],
      [-1, 12, -3, 14],
    ],
    [
      'the same with those of groups (GroupNormalization 18)',
      {
        type: 'GroupNormalization',
        opset: 18,
        attributes: { num_groups: 2, epsilon: 1e-12 },
        inputs: { x: [1, 4, 1, 1] },
        values: [[1, 3, 5, 5.5]],
        constants: { scale: [[2], [1, 3]], bias: [[2], [0, 10]] },
        takes: ['x', 'scale', 'bias'],
      },
      [4, 1, 1],
      [-1, 1, 7, 13],
    ],
  ])('%s', async (_what, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toHaveLength(expected.length);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
  });

  it('seven elements in four parts, the last what is left (Split 18)', async () => {
    const { values } = await answers({
      type: 'Split',
      attributes: { axis: 1, num_outputs: 4 },
      inputs: { x: [1, 7] },
      values: [count(7)],
      takes: ['x'],
      outputs: ['a', 'b', 'c', 'd'],
    });
    expect(values).toEqual([[1, 2], [3, 4], [5, 6], [7]]);
  });

  it('the parts of a Split, whichever are taken', async () => {
    const uneven = { ...six, type: 'Split', attributes: { axis: 2, num_outputs: 2 }, outputs: ['a', 'b'] };
    expect((await answers(uneven)).values).toEqual([
      [1, 2, 4, 5],
      [3, 6],
    ]);
    const third = {
      ...six,
      type: 'Split',
      opset: 13,
      attributes: { axis: -1 },
      constants: { l: [[3], [1, 1, 1]] as const },
      takes: ['x', 'l'],
      outputs: ['', '', 'c'],
    };
    expect((await answers(third)).values).toEqual([[3, 6]]);
  });

  it.each([
    { strides: [2, 2], pads: [1, 0, 0, 1], dilations: [1, 1], output_padding: [0, 1] },
    { strides: [2, 3], pads: [0, 2, 1, 0], dilations: [2, 1], output_padding: [1, 0] },
    { strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 2], output_padding: [0, 0] },
  ])('a ConvTranspose of two groups: %j', async (attributes) => {
    const [x, w] = [seededValues(4 * 3 * 2, 1), seededValues(4 * 3 * 3 * 2, 2)];
    const each = {
      type: 'ConvTranspose',
      attributes: { ...attributes, group: 2 },
      inputs: { x: [1, 4, 3, 2] },
      values: [[...x]],
      constants: { w: [[4, 3, 3, 2], [...w]], b: [[6], count(6)] } as const,
      takes: ['x', 'w', 'b'],
    };
    const { shapes, values } = await answers(each);
    // Every element of the input adds the kernel, times itself, at its place.
    const { strides, pads, dilations, output_padding: added } = attributes;
    const size = [0, 1].map(
      (axis) =>
        strides[axis] * ([3, 2][axis] - 1) +
        added[axis] +
        dilations[axis] * ([3, 2][axis] - 1) +
        1 -
        pads[axis] -
        pads[axis + 2],
    );
    expect(shapes).toEqual([[6, ...size]]);
    const expected = Array.from(
      { length: 6 * size[0] * size[1] },
      (_, at) => 1 + Math.floor(at / (size[0] * size[1])),
    );
    for (let at = 0; at < w.length; at++) {
      const [kx, ky, o, i] = [at % 2, Math.floor(at / 2) % 3, Math.floor(at / 6) % 3, Math.floor(at / 18)];
      for (let element = 0; element < 6; element++) {
        const row = Math.floor(element / 2) * strides[0] + ky * dilations[0] - pads[0];
        const column = (element % 2) * strides[1] + kx * dilations[1] - pads[1];
        if (row < 0 || row >= size[0] || column < 0 || column >= size[1]) continue;
        const output = Math.floor(i / 2) * 3 + o;
        expected[(output * size[0] + row) * size[1] + column] += x[i * 6 + element] * w[at];
      }
    }
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
  });

  it('a Gemm of two values, scaled and shifted by a third', async () => {
    const each = {
      type: 'Gemm',
      attributes: { transA: 1, alpha: 0.5, beta: 2.5 },
      inputs: { x: [2, 1], z: [2, 2], c: [2] },
      values: [[1, 2], count(4), [1, 2]],
      takes: ['x', 'z', 'c'],
    };
    expect((await answers(each, false)).values).toEqual([[6, 10]]);
  });
});

describe('forms that are refused', () => {
  it.each<[each: Case, message: string]>([
    [{ ...six, type: 'ReduceSum', opset: 13 }, 'ReduceSum that reduces the batch'],
    [
      { ...six, type: 'Split', attributes: { axis: 0, num_outputs: 1 } },
      'Split that works on axis 0, the batch',
    ],
    [
      { ...six, type: 'Tile', constants: { n: [[3], [2, 1, 1]] }, takes: ['x', 'n'] },
      'Tile that repeats the batch',
    ],
    [
      { ...six, type: 'Gather', attributes: { axis: 1 }, constants: { at: [[1], [2]] }, takes: ['x', 'at'] },
      'Gather that takes indices beyond the 2 elements of its axis',
    ],
    [
      {
        ...six,
        type: 'Pad',
        opset: 19,
        attributes: { mode: 'wrap' },
        constants: { p: [[6], [0, 0, 4, 0, 0, 0]] },
        takes: ['x', 'p'],
      },
      'Pad that wraps around more than once',
    ],
    [
      { ...six, type: 'MatMul', inputs: { x: [1, 2, 3], z: [1, 3] }, takes: ['x', 'z'] },
      'MatMul that multiplies values along the batch',
    ],
    [
      {
        ...six,
        type: 'Pad',
        attributes: { mode: 'symmetric' },
        constants: { p: [[6], [0, 0, 1, 0, 0, 0]] },
        takes: ['x', 'p'],
      },
      'Pad that pads by mode symmetric',
    ],
  ])('$0.type: $1', (each, message) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message} (node)`);
  });

  it('a softmax of an axis and the batch behind it, which are one before opset 13', () => {
    const each: Case = {
      type: 'Transpose',
      opset: 11,
      inputs: { x: [1, 3] },
      values: [],
      before: {
        t: { type: 'Transpose', takes: ['x'] },
        s: { type: 'Softmax', attributes: { axis: 0 }, takes: ['t'] },
      },
      takes: ['s'],
    };
    expect(() => importOnnx(model(each))).toThrow('unsupported forms: Softmax that works on the batch (s)');
    expect(() => importOnnx(model({ ...each, opset: 13 }))).not.toThrow();
  });
});
