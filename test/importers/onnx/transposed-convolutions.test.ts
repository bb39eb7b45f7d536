import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

/** Three samples; each adds a window of three ones, two places further than that of the one before: 1 1 3 2 5 3 3. */
const signal = (attributes: Case['attributes']): Case => ({
  type: 'ConvTranspose',
  attributes: { strides: [2], ...attributes },
  inputs: { x: [1, 1, 3] },
  values: [count(3)],
  constants: { w: [[1, 1, 3], Array(3).fill(1)] },
  takes: ['x', 'w'],
});
const map: Case = {
  type: 'ConvTranspose',
  inputs: { x: [1, 1, 2, 2] },
  values: [count(4)],
  constants: { w: [[1, 1, 2, 2], Array(4).fill(1)] },
  takes: ['x', 'w'],
};

describe('ConvTranspose', () => {
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['as it is', signal({}), [1, 1, 3, 2, 5, 3, 3]],
    ['of windows that follow one another', signal({ strides: [1] }), [1, 3, 6, 5, 3]],
    ['with gaps in the window', signal({ dilations: [2] }), [1, 0, 3, 0, 6, 0, 5, 0, 3]],
    ['with elements added behind', signal({ output_padding: [1] }), [1, 1, 3, 2, 5, 3, 3, 0]],
    ['with pads, which cut elements off', signal({ pads: [1, 2] }), [1, 3, 2, 5]],
    [
      'of twice the size, the odd element off the end',
      signal({ auto_pad: 'SAME_UPPER' }),
      [1, 1, 3, 2, 5, 3],
    ],
    [
      'of twice the size, the odd element off the start',
      signal({ auto_pad: 'SAME_LOWER' }),
      [1, 3, 2, 5, 3, 3],
    ],
    ['of a given size, an equal share off both ends', signal({ output_shape: [5] }), [1, 3, 2, 5, 3]],
    ['of a given size, an odd element off the start', signal({ output_shape: [6] }), [1, 3, 2, 5, 3, 3]],
    [
      'of a size that is given with the batch and channels',
      signal({ output_shape: [1, 1, 5] }),
      [1, 3, 2, 5, 3],
    ],
  ])('of a signal, %s', async (_, each, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([[1, expected.length]]);
    expect(values[0]).toEqual(expected);
  });

  it('of a signal of two channels, with a bias for each output', async () => {
    const { shapes, values } = await answers({
      ...signal({}),
      inputs: { x: [1, 2, 3] },
      values: [[1, 2, 3, 10, 20, 30]],
      constants: {
        w: [
          [2, 2, 2],
          [1, 2, 0, 0, 1, 0, 0, 1],
        ],
        b: [[2], [100, 200]],
      },
      takes: ['x', 'w', 'b'],
    });
    expect(shapes).toEqual([[2, 6]]);
    expect(values[0]).toEqual([111, 102, 122, 104, 133, 106, 200, 210, 200, 220, 200, 230]);
  });

  it('of a map, without any attribute', async () => {
    const { shapes, values } = await answers(map);
    expect(shapes).toEqual([[1, 3, 3]]);
    expect(values[0]).toEqual([1, 3, 2, 4, 10, 6, 3, 7, 4]);
  });

  it('takes as many taps and as much padding as its stride needs', () => {
    const [, phases] = importOnnx(model(signal({}))).graph.nodes;
    expect(phases.constants.weight.shape).toEqual([2, 1, 1, 2]);
    expect(phases.attributes).toMatchObject({ pads: [0, 1, 0, 1] });
  });

  it.each<[message: string, each: Case]>([
    ['has windows of 2 axes, expected 1 or 2', { ...signal({}), constants: { w: [[1, 1, 1, 1], [1]] } }],
    ['has windows of 1 axes, expected 1 or 2', { ...map, constants: { w: [[1, 1, 1], [1]] } }],
    [
      'has windows of 3 axes, expected 1 or 2',
      { ...map, inputs: { x: [1, 1, 1, 2, 2] }, constants: { w: [[1, 1, 1, 1, 1], [1]] } },
    ],
    [
      'has weights for 2 channels in 1 groups, not 1',
      {
        ...map,
        constants: {
          w: [
            [2, 1, 1, 1],
            [1, 1],
          ],
        },
      },
    ],
    [
      'has weights for 3 channels in 2 groups, not 3',
      {
        ...map,
        attributes: { group: 2 },
        inputs: { x: [1, 3, 2, 2] },
        constants: {
          w: [
            [3, 1, 1, 1],
            [1, 1, 1],
          ],
        },
      },
    ],
    ['gives 9 elements of 7', signal({ output_shape: [9] })],
    ['gives 0 elements of 7', signal({ pads: [3, 4] })],
  ])('that %s is refused', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`ConvTranspose that ${message} (node)`);
  });

  it('without a batch is refused', () => {
    expect(() => importOnnx(model(map), { hasBatch: false })).toThrow(
      'ConvTranspose that takes a value whose first axis is not the batch (node)',
    );
  });
});
