import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

type Row = readonly [what: string, each: Case, shape: readonly number[], expected: readonly number[]];
/** int64, as `int32_data` of int32. */
const INTS = 6;
const ints = (...values: number[]): [number[], number[], number] => [[values.length], values, INTS];
const six = { inputs: { x: [1, 2, 3] }, values: [count(6)], takes: ['x'] };
const whole = { inputs: { x: [2, 3] }, values: [count(6)], takes: ['x'] };
/** 1 × 2 × 3 with the batch behind: t is 3 × 2 × batch. */
const behind = { ...six, before: { t: { type: 'Transpose', takes: ['x'] } } };
const opset13 = (type: string, given: Record<string, number[]>, more: Partial<Case> = {}): Case => ({
  ...six,
  type,
  constants: Object.fromEntries(Object.entries(given).map(([name, values]) => [name, ints(...values)])),
  takes: ['x', ...Object.keys(given)],
  ...more,
});

async function expectRow(each: Case, shape: readonly number[], expected: readonly number[], hasBatch = true) {
  const { shapes, values } = await answers(each, hasBatch);
  expect(shapes).toEqual([shape]);
  expect(values[0]).toEqual(expected);
}

describe('with a batch', () => {
  it.each<Row>([
    ['Flatten', { ...six, type: 'Flatten' }, [6], count(6)],
    [
      'Flatten of the last axis of vectors',
      { ...six, inputs: { x: [1, 6] }, type: 'Flatten', attributes: { axis: -1 } },
      [6],
      count(6),
    ],
    ['Reshape with an axis that is copied', opset13('Reshape', { shape: [0, 3, 2] }), [3, 2], count(6)],
    ['Reshape with an axis that is left over', opset13('Reshape', { shape: [1, -1, 2] }), [3, 2], count(6)],
    [
      'Reshape of opset 4',
      { ...six, type: 'Reshape', opset: 4, attributes: { shape: [1, 6] } },
      [6],
      count(6),
    ],
    [
      'Squeeze of all axes of 1 element but the batch',
      { ...six, type: 'Squeeze', inputs: { x: [1, 2, 1, 3, 1] } },
      [2, 3],
      count(6),
    ],
    [
      'Squeeze of one of them',
      opset13('Squeeze', { axes: [-1] }, { inputs: { x: [1, 1, 6, 1] } }),
      [1, 6],
      count(6),
    ],
    [
      'Squeeze of opset 11',
      { ...six, type: 'Squeeze', opset: 11, attributes: { axes: [1] }, inputs: { x: [1, 1, 6] } },
      [6],
      count(6),
    ],
    ['Unsqueeze', opset13('Unsqueeze', { axes: [-1, 1] }), [1, 2, 3, 1], count(6)],
    [
      'Transpose that moves nothing',
      { ...six, type: 'Transpose', attributes: { perm: [0, 1, 2] } },
      [2, 3],
      count(6),
    ],
    ['Transpose', { ...six, type: 'Transpose', attributes: { perm: [0, 2, 1] } }, [3, 2], [1, 4, 2, 5, 3, 6]],
    ['Slice', opset13('Slice', { starts: [1, 0], ends: [3, 1], axes: [2, 1] }), [1, 2], [2, 3]],
    ['Slice from the end', opset13('Slice', { starts: [-2], ends: [100], axes: [-1] }), [2, 2], [2, 3, 5, 6]],
    [
      'Slice of every second',
      opset13('Slice', { starts: [0], ends: [3], axes: [2], steps: [2] }),
      [2, 2],
      [1, 3, 4, 6],
    ],
    [
      'Slice backwards',
      opset13('Slice', { starts: [-1], ends: [-100], axes: [2], steps: [-1] }),
      [2, 3],
      [3, 2, 1, 6, 5, 4],
    ],
    [
      'Slice backwards to an element',
      opset13('Slice', { starts: [100], ends: [0], axes: [2], steps: [-2] }),
      [2, 1],
      [3, 6],
    ],
    [
      'Slice of all axes, all of the batch',
      opset13('Slice', { starts: [0, 1, 0], ends: [2 ** 31 - 1, 2, 2] }),
      [1, 2],
      [4, 5],
    ],
    [
      'Slice of opset 9',
      { ...six, type: 'Slice', opset: 9, attributes: { starts: [1], ends: [2], axes: [1] } },
      [1, 3],
      [4, 5, 6],
    ],
    [
      'Pad of opset 2',
      { ...six, type: 'Pad', opset: 2, attributes: { pads: [0, 0, 1, 0, 1, 0], value: 7.5 } },
      [3, 4],
      [7.5, 1, 2, 3, 7.5, 4, 5, 6, 7.5, 7.5, 7.5, 7.5],
    ],
    [
      'Pad of opset 1',
      { ...six, type: 'Pad', opset: 1, attributes: { paddings: [0, 0, 1, 0, 0, 0] } },
      [2, 4],
      [0, 1, 2, 3, 0, 4, 5, 6],
    ],
    [
      'Pad with edges',
      opset13('Pad', { pads: [0, 1, 2, 0, 0, 0] }, { attributes: { mode: 'edge' } }),
      [3, 5],
      [1, 1, 1, 2, 3, 1, 1, 1, 2, 3, 4, 4, 4, 5, 6],
    ],
    [
      'Pad with reflections',
      opset13('Pad', { pads: [0, 0, 2, 0, 0, 1] }, { attributes: { mode: 'reflect' } }),
      [2, 6],
      [3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5],
    ],
    ['Pad of nothing', opset13('Pad', { pads: [0, 0, 0, 0, 0, 0] }), [2, 3], count(6)],
    [
      'Pad that wraps nothing around',
      opset13('Pad', { pads: [0, 0, 0, 0, 0, 0] }, { opset: 19, attributes: { mode: 'wrap' } }),
      [2, 3],
      count(6),
    ],
    [
      'Pad that crops one end and pads the other',
      opset13('Pad', { pads: [0, 0, -2, 0, 0, 1] }),
      [2, 2],
      [3, 0, 6, 0],
    ],
    [
      'Concat of values',
      { ...six, type: 'Concat', attributes: { axis: -1 }, takes: ['x', 'x'] },
      [2, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ],
    [
      'Concat of opset 1',
      { ...six, type: 'Concat', opset: 1, takes: ['x', 'x'] },
      [4, 3],
      [...count(6), ...count(6)],
    ],
    [
      'Concat of values between constants',
      {
        ...six,
        type: 'Concat',
        attributes: { axis: 2 },
        constants: {
          a: [
            [1, 2, 1],
            [7, 8],
          ],
          b: [
            [1, 2, 2],
            [10, 20, 30, 40],
          ],
        },
        takes: ['a', 'x', 'b', 'x'],
      },
      [2, 9],
      [7, 1, 2, 3, 10, 20, 1, 2, 3, 8, 4, 5, 6, 30, 40, 4, 5, 6],
    ],
    [
      'Concat of a constant below a value',
      {
        ...six,
        type: 'Concat',
        attributes: { axis: 1 },
        constants: {
          a: [
            [1, 1, 3],
            [7, 8, 9],
          ],
        },
        takes: ['x', 'a'],
      },
      [3, 3],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ],
  ])('%s', (_, each, shape, expected) => expectRow(each, shape, expected));
});

describe('at the edge of what is taken', () => {
  it.each<Row>([
    [
      'a Slice of the whole batch, counted from the end',
      opset13('Slice', { starts: [0, 1], ends: [2 ** 31 - 1, 2], axes: [-3, -1] }),
      [2, 1],
      [2, 5],
    ],
    [
      'a Pad that goes around once',
      opset13('Pad', { pads: [0, 0, 3, 0, 0, 3] }, { opset: 19, attributes: { mode: 'wrap' } }),
      [2, 9],
      [1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 4, 5, 6],
    ],
  ])('%s', (_, each, shape, expected) => expectRow(each, shape, expected));
});

describe('with the batch behind', () => {
  it.each<Row>([
    ['turned back', { ...behind, type: 'Transpose', takes: ['t'] }, [2, 3], count(6)],
    [
      'with an axis before it that is left out, and one behind',
      {
        ...behind,
        type: 'Transpose',
        before: {
          ...behind.before,
          part: { type: 'Slice', attributes: { starts: [1], ends: [2], axes: [0] }, takes: ['t'] },
          less: { type: 'Squeeze', attributes: { axes: [0] }, takes: ['part'] },
          more: { type: 'Unsqueeze', attributes: { axes: [0, -1] }, takes: ['less'] },
        },
        opset: 9,
        attributes: { perm: [2, 3, 0, 1] },
        takes: ['more'],
      },
      [1, 1, 2],
      [2, 5],
    ],
    [
      'Squeeze of whatever has 1 element',
      {
        ...behind,
        type: 'Transpose',
        inputs: { x: [1, 2, 1, 3] },
        before: { ...behind.before, less: { type: 'Squeeze', takes: ['t'] } },
        takes: ['less'],
      },
      [2, 3],
      count(6),
    ],
    [
      'Concat of axes before it',
      {
        ...behind,
        type: 'Transpose',
        before: { ...behind.before, both: { type: 'Concat', attributes: { axis: 0 }, takes: ['t', 't'] } },
        takes: ['both'],
      },
      [2, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ],
    [
      'Pad of axes before it',
      {
        ...behind,
        type: 'Transpose',
        before: { ...behind.before, more: { type: 'Pad', takes: ['t', 'pads'] } },
        constants: { pads: ints(1, 0, 0, 0, 0, 0) },
        takes: ['more'],
      },
      [2, 4],
      [0, 1, 2, 3, 0, 4, 5, 6],
    ],
    [
      'Reshape of axes of which one is as long as the batch',
      {
        type: 'Transpose',
        inputs: { x: [2, 2, 3] },
        values: [count(6)],
        before: { ...behind.before, same: { type: 'Reshape', takes: ['t', 'shape'] } },
        constants: { shape: ints(3, 2, 2) },
        takes: ['same'],
      },
      [2, 3],
      count(6),
    ],
    [
      'Reshape of the axes before it',
      {
        ...behind,
        type: 'Transpose',
        before: { ...behind.before, flat: { type: 'Reshape', takes: ['t', 'shape'] } },
        constants: { shape: ints(6, 1) },
        takes: ['flat'],
      },
      [6],
      [1, 4, 2, 5, 3, 6],
    ],
  ])('%s', (_, each, shape, expected) => expectRow(each, shape, expected));
});

describe('without a batch', () => {
  it.each<Row>([
    [
      'Flatten from the first axis on',
      { ...whole, type: 'Flatten', attributes: { axis: 0 } },
      [1, 6],
      count(6),
    ],
    ['Flatten from the last', { ...six, type: 'Flatten', attributes: { axis: -1 } }, [2, 3], count(6)],
    ['Reshape to one axis', { ...opset13('Reshape', { shape: [-1] }), inputs: whole.inputs }, [6], count(6)],
    ['Squeeze of the first axis', { ...six, type: 'Squeeze' }, [2, 3], count(6)],
    [
      'Squeeze of an axis, and Transpose',
      {
        ...six,
        type: 'Transpose',
        opset: 11,
        inputs: { x: [2, 1, 3] },
        before: { s: { type: 'Squeeze', attributes: { axes: [1] }, takes: ['x'] } },
        takes: ['s'],
      },
      [3, 2],
      [1, 4, 2, 5, 3, 6],
    ],
    [
      'Squeeze of one of two axes, by an attribute',
      { ...six, type: 'Squeeze', opset: 11, inputs: { x: [1, 6, 1] }, attributes: { axes: [0] } },
      [6, 1],
      count(6),
    ],
    [
      'Unsqueeze before the first axis',
      { ...opset13('Unsqueeze', { axes: [0] }), inputs: whole.inputs },
      [1, 2, 3],
      count(6),
    ],
    ['Transpose', { ...whole, type: 'Transpose' }, [3, 2], [1, 4, 2, 5, 3, 6]],
    [
      'Slice of the first axis',
      { ...opset13('Slice', { starts: [1], ends: [2] }), inputs: whole.inputs },
      [1, 3],
      [4, 5, 6],
    ],
    [
      'Slice of the last axis, counted from the end',
      { ...opset13('Slice', { starts: [1], ends: [2], axes: [-1] }), inputs: whole.inputs },
      [2, 1],
      [2, 5],
    ],
    [
      'Slice of all of the first axis',
      { ...opset13('Slice', { starts: [0], ends: [2 ** 31 - 1], axes: [0] }), inputs: whole.inputs },
      [2, 3],
      count(6),
    ],
    [
      'Pad of the first axis',
      { ...opset13('Pad', { pads: [1, 0, 0, 0] }), inputs: whole.inputs },
      [3, 3],
      [0, 0, 0, 1, 2, 3, 4, 5, 6],
    ],
    [
      'Concat with a constant along the first axis',
      {
        ...whole,
        type: 'Concat',
        attributes: { axis: 0 },
        constants: {
          a: [
            [1, 3],
            [7, 8, 9],
          ],
        },
        takes: ['a', 'x'],
      },
      [3, 3],
      [7, 8, 9, 1, 2, 3, 4, 5, 6],
    ],
  ])('%s', (_, each, shape, expected) => expectRow(each, shape, expected, false));
});

describe('refused, and named', () => {
  it.each<[message: string, each: Case]>([
    [
      'Flatten that mixes the batch with other axes (1×2×3 becomes [2, 3])',
      { ...six, type: 'Flatten', attributes: { axis: 2 } },
    ],
    ['Reshape that reshapes 1×2×3 to [1, 5]', opset13('Reshape', { shape: [1, 5] })],
    ['Reshape that reshapes 1×2×3 to [1, -1, 4]', opset13('Reshape', { shape: [1, -1, 4] })],
    [
      'Reshape that reshapes 1×2×3 to [1, 0, 3]',
      opset13('Reshape', { shape: [1, 0, 3] }, { attributes: { allowzero: 1 } }),
    ],
    [
      'Reshape that mixes the batch with other axes (1×2×3 becomes [2, 3])',
      opset13('Reshape', { shape: [2, 3] }),
    ],
    ['Squeeze that drops axes of more than 1 element', opset13('Squeeze', { axes: [1] })],
    [
      'Squeeze that drops axes of more than 1 element',
      opset13('Squeeze', { axes: [1, 2] }, { inputs: { x: [1, 1, 6] } }),
    ],
    ['Squeeze that works on axis 0, the batch', opset13('Squeeze', { axes: [0] })],
    ['Squeeze that works on axis 3 of a tensor that has 3', opset13('Squeeze', { axes: [3] })],
    ['Squeeze that works on axis -4 of a tensor that has 3', opset13('Squeeze', { axes: [-4] })],
    ['Unsqueeze that adds axes [1, 1] to 3', opset13('Unsqueeze', { axes: [1, 1] })],
    ['Unsqueeze that adds axes [4] to 3', opset13('Unsqueeze', { axes: [4] })],
    ['Unsqueeze that adds axes [0, 5] to 3', opset13('Unsqueeze', { axes: [0, 5] })],
    ['Unsqueeze that adds axes [-5] to 3', opset13('Unsqueeze', { axes: [-5] })],
    ['Transpose that orders axes [0, 1] of 3', { ...six, type: 'Transpose', attributes: { perm: [0, 1] } }],
    [
      'Transpose that orders axes [0, 0, 1] of 3',
      { ...six, type: 'Transpose', attributes: { perm: [0, 0, 1] } },
    ],
    [
      'Concat that joins values with their batches on different axes',
      { ...behind, type: 'Concat', attributes: { axis: 1 }, takes: ['x', 't'] },
    ],
    [
      'Concat that joins values with their batches on different axes',
      {
        ...behind,
        inputs: { x: [1, 2, 2] },
        type: 'Concat',
        attributes: { axis: 1 },
        constants: { a: [[1, 2, 2], count(4)] },
        takes: ['a', 'x', 't'],
      },
    ],
    [
      'Concat that joins 1×2 to 2×3',
      {
        ...six,
        type: 'Concat',
        attributes: { axis: 1 },
        constants: {
          a: [
            [1, 1, 2],
            [7, 8],
          ],
        },
        takes: ['x', 'a'],
      },
    ],
    [
      'Concat that joins 3 to 2×3',
      {
        ...six,
        type: 'Concat',
        attributes: { axis: 2 },
        constants: { a: [[3], [7, 8, 9]] },
        takes: ['x', 'a'],
      },
    ],
    [
      'Concat that joins 2 to 2×3',
      { ...six, type: 'Concat', attributes: { axis: 2 }, constants: { a: [[2], [7, 8]] }, takes: ['x', 'a'] },
    ],
    ['Slice that gives no elements', opset13('Slice', { starts: [2], ends: [1], axes: [2] })],
    ['Slice that works on axis 0, the batch', opset13('Slice', { starts: [0], ends: [1], axes: [0] })],
    [
      'Slice that works on axis 0, the batch',
      opset13('Slice', { starts: [1], ends: [2 ** 31 - 1], axes: [0] }),
    ],
    [
      'Slice that works on axis 0, the batch',
      opset13('Slice', { starts: [0], ends: [2 ** 31 - 1], axes: [0], steps: [2] }),
    ],
    [
      'Slice that has starts, ends, axes and steps that do not fit together',
      opset13('Slice', { starts: [0, 0], ends: [1], axes: [1, 2] }),
    ],
    [
      'Slice that has starts, ends, axes and steps that do not fit together',
      opset13('Slice', { starts: [0], ends: [1], axes: [1], steps: [0] }),
    ],
    ['Pad that pads the batch', opset13('Pad', { pads: [1, 0, 0, 0, 0, 0] })],
    ['Pad that pads the batch', opset13('Pad', { pads: [0, 0, 0, 1, 0, 0] })],
    ['Pad that has 4 pads for 3 axes', opset13('Pad', { pads: [0, 0, 0, 0] })],
    ['Pad that gives no elements', opset13('Pad', { pads: [0, -1, 0, 0, -1, 0] })],
    [
      'Pad that computes its input 3, which must be a constant',
      opset13('Pad', { pads: [0, 0, 0, 0, 1, 0] }, { takes: ['x', 'pads', '', 'x'] }),
    ],
    [
      'Pad that wraps around more than once',
      opset13('Pad', { pads: [0, 0, 0, 0, 3, 0] }, { opset: 19, attributes: { mode: 'wrap' } }),
    ],
  ])('%s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message} (node)`);
  });

  it('axes beyond those of a model without a batch', () => {
    const slice = opset13('Slice', { starts: [0], ends: [1], axes: [2] }, { inputs: whole.inputs });
    expect(() => importOnnx(model(slice), { hasBatch: false })).toThrow(
      'unsupported forms: Slice that works on axis 2 of a tensor that has 2 (node)',
    );
  });
});
