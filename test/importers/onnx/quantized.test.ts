import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, model } from './one-node.ts';

const [UINT8, INT8, INT32] = [2, 3, 6];
type Constants = NonNullable<Case['constants']>;

/** q: x in integers of scale 0.5 and zero point 10, value = 0.5·(q − 10). */
const scales: Constants = { s: [[], [0.5]], z: [[], [10], UINT8] };
const quantized = { q: { type: 'QuantizeLinear', takes: ['x', 's', 'z'] } };
const chain = (values: readonly number[], each: Partial<Case>): Case => ({
  type: 'DequantizeLinear',
  inputs: { x: [1, values.length] },
  values: [values],
  takes: ['q', 's', 'z'],
  ...each,
  before: { ...quantized, ...each.before },
  constants: { ...scales, ...each.constants },
});

async function expectAnswer(each: Case, expected: readonly number[], rounds = false) {
  const { values } = await answers(each, true, { roundActivations: rounds });
  expect(values[0]).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
}

describe('activations in integers', () => {
  const given = [-30, -3, 0.4, 300];
  it.each<[what: string, each: Case, expected: readonly number[], rounded: readonly number[]]>([
    ['of uint8', chain(given, {}), [-5, -3, 0.4, 122.5], [-5, -3, 0.5, 122.5]],
    [
      'of int8',
      chain(given, { constants: { z: [[], [10], INT8] } }),
      [-30, -3, 0.4, 58.5],
      [-30, -3, 0.5, 58.5],
    ],
    [
      'without a zero point',
      chain(given, { before: { q: { type: 'QuantizeLinear', takes: ['x', 's'] } }, takes: ['q', 's'] }),
      [0, 0, 0.4, 127.5],
      [0, 0, 0.5, 127.5],
    ],
    [
      'that are read with another scale and zero point',
      chain(given, { constants: { t: [[], [2]], o: [[], [8], UINT8] }, takes: ['q', 't', 'o'] }),
      [-16, -8, 5.6, 494],
      [-16, -8, 6, 494],
    ],
    [
      'that are read with another scale',
      chain(given, { constants: { t: [[], [2]] }, takes: ['q', 't', 'z'] }),
      [-20, -12, 1.6, 490],
      [-20, -12, 2, 490],
    ],
    [
      'of which the largest is taken',
      chain(given, {
        inputs: { x: [1, 1, 4] },
        before: { ...quantized, m: { type: 'MaxPool', attributes: { kernel_shape: [2] }, takes: ['q'] } },
        takes: ['m', 's', 'z'],
      }),
      [-3, 0.4, 122.5],
      [-3, 0.5, 122.5],
    ],
    [
      'as the integers that they are',
      chain(given, { type: 'Cast', takes: ['q'] }),
      [0, 4, 10.8, 255],
      [0, 4, 11, 255],
    ],
  ])('%s', async (_, each, expected, rounded) => {
    await expectAnswer(each, expected);
    await expectAnswer(each, rounded, true);
  });

  it('are noted', () => {
    const { notes } = importOnnx(model(chain(given, {})));
    expect(notes).toEqual([
      'activations are cut off at the ends of their integer ranges, but not rounded to integers',
    ]);
    expect(importOnnx(model(chain(given, {})), { roundActivations: true }).notes).toEqual([]);
  });
});

describe('weights in integers', () => {
  const matrix: Constants = {
    // (w − 1)·2: 0 2, 4 6.
    ...{ w: [[2, 2], [1, 2, 3, 4], UINT8], ws: [[], [2]], wz: [[], [1], UINT8] },
    ...{ os: [[], [0.25]], oz: [[], [0], UINT8] },
  };
  const product = { y: { type: 'QLinearMatMul', takes: ['q', 's', 'z', 'w', 'ws', 'wz', 'os', 'oz'] } };
  const qLinear = (constants: Constants = {}): Case =>
    chain([1, 2], {
      before: product,
      constants: { ...matrix, ...constants },
      takes: ['y', 'os', 'oz'],
      outputs: ['r'],
    });
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['QLinearMatMul', qLinear(), [8, 14]],
    ['QLinearMatMul with a scale for each column', qLinear({ ws: [[2], [2, 1]] }), [8, 7]],
    ['QLinearMatMul with a zero point for each column', qLinear({ wz: [[2], [1, 2], UINT8] }), [8, 8]],
    ['QLinearMatMul that is cut off', qLinear({ os: [[], [1 / 25.5]] }), [8, 10]],
    [
      'QLinearConv with a bias',
      chain([1, 2, 3], {
        inputs: { x: [1, 1, 3] },
        before: {
          c: { type: 'QLinearConv', takes: ['q', 's', 'z', 'w', 'ws', 'wz', 'os', 'oz', 'b'] },
        },
        // (w − 1)·0.5: 1 0.5; a bias of 4·0.5·0.5.
        constants: { ...matrix, w: [[1, 1, 2], [3, 2], UINT8], ws: [[], [0.5]], b: [[1], [4], INT32] },
        takes: ['c', 'os', 'oz'],
      }),
      [3, 4.5],
    ],
    [
      'QLinearConv with a scale for each channel',
      chain([1, 2], {
        inputs: { x: [1, 1, 2] },
        before: {
          c: { type: 'QLinearConv', takes: ['q', 's', 'z', 'w', 'ws', 'wz', 'os', 'oz', 'b'] },
        },
        constants: { ...matrix, w: [[2, 1, 1], [3, 2], UINT8], ws: [[2], [0.5, 2]], b: [[2], [4, 4], INT32] },
        takes: ['c', 'os', 'oz'],
      }),
      [2, 3, 6, 8],
    ],
    [
      'MatMulInteger, with the zero point of its input',
      chain([1, 2], { type: 'MatMulInteger', constants: matrix, takes: ['q', 'w', 'z', 'wz'] }),
      // 2 4 times 0 1, 2 3.
      [8, 14],
    ],
    [
      'MatMulInteger, with another',
      chain([1, 2], {
        type: 'MatMulInteger',
        constants: { ...matrix, o: [[], [8], UINT8] },
        takes: ['q', 'w', 'o', 'wz'],
      }),
      // 4 6 times 0 1, 2 3.
      [12, 22],
    ],
    [
      'ConvInteger without zero points',
      chain([1, 2], {
        type: 'ConvInteger',
        inputs: { x: [1, 1, 2] },
        constants: { ...matrix, w: [[1, 1, 2], [1, 10], INT8] },
        takes: ['q', 'w'],
      }),
      // 12 and 14.
      [152],
    ],
  ])('%s', (_, each, expected) => expectAnswer(each, expected));
});

describe('refused, and named', () => {
  it.each<[message: string, each: Case]>([
    [
      'QuantizeLinear that quantises activations with several scales (q)',
      chain([1, 2], { constants: { s: [[2], [1, 2]] } }),
    ],
    [
      'QuantizeLinear that quantises activations with several scales (q)',
      chain([1, 2], { constants: { z: [[2], [1, 2], UINT8] } }),
    ],
    ['Add that computes on integers (node)', chain([1, 2], { type: 'Add', takes: ['q', 'q'] })],
    ['Relu that computes on integers (node)', chain([1, 2], { type: 'Relu', takes: ['q'] })],
    [
      'Concat that computes on integers (node)',
      chain([1, 2], { type: 'Concat', attributes: { axis: 1 }, takes: ['q', 'x'] }),
    ],
    [
      'Concat that computes on integers (node)',
      chain([1, 2], {
        type: 'Concat',
        attributes: { axis: 1 },
        before: { p: { type: 'QuantizeLinear', takes: ['x', 's', 'o'] } },
        constants: { o: [[], [9], UINT8] },
        takes: ['q', 'p'],
      }),
    ],
    [
      'Cast that casts to int8 (node)',
      chain([1, 2], { type: 'Cast', attributes: { to: INT8 }, takes: ['q'] }),
    ],
    [
      'MatMulInteger that has several zero points for its input (node)',
      chain([1, 2], {
        type: 'MatMulInteger',
        constants: { w: [[2, 1], [1, 1], UINT8], o: [[2], [1, 2], UINT8] },
        takes: ['q', 'w', 'o'],
      }),
    ],
  ])('%s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message}`);
  });
});
