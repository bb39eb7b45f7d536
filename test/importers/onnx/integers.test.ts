import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model, operators } from './one-node.ts';

const [FLOAT, UINT8, INT8, INT32, INT64, FLOAT16] = [1, 2, 3, 6, 7, 10];
type Constants = NonNullable<Case['constants']>;

/** q: x in integers of scale 0.5 and zero point 10. */
const scales: Constants = { s: [[], [0.5]], z: [[], [10], UINT8] };
const quantized = { q: { type: 'QuantizeLinear', takes: ['x', 's', 'z'] } };
const chain = (each: Partial<Case>): Case => ({
  type: 'DequantizeLinear',
  inputs: { x: [1, 2] },
  values: [[1, 2]],
  takes: ['q', 's', 'z'],
  ...each,
  before: { ...quantized, ...each.before },
  constants: { ...scales, ...each.constants },
});
/** A network that takes integers. */
const pixels = (each: Partial<Case>): Case => ({
  type: 'Cast',
  inputType: UINT8,
  inputs: { x: [1, 2] },
  values: [[3, 200]],
  takes: ['x'],
  ...each,
});

async function expectAnswer(each: Case, expected: readonly number[]) {
  const { values } = await answers(each);
  expect(values[0]).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
}

describe('inputs that are integers', () => {
  const bounds: Constants = { low: [[], [10], UINT8], high: [[], [100], UINT8] };
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['become real', pixels({ attributes: { to: FLOAT } }), [3, 200]],
    ['are moved', pixels({ type: 'Concat', attributes: { axis: 1 }, takes: ['x', 'x'] }), [3, 200, 3, 200]],
    ['are cut off', pixels({ type: 'Clip', constants: bounds, takes: ['x', 'low', 'high'] }), [10, 100]],
    [
      'are compared',
      pixels({ type: 'Max', constants: { c: [[2], [4, 4], UINT8] }, takes: ['x', 'c'] }),
      [4, 200],
    ],
    ['are rectified', pixels({ type: 'Relu', inputType: INT32, values: [[-3, 200]] }), [0, 200]],
    [
      'have their own scale',
      pixels({
        type: 'DequantizeLinear',
        constants: { s: [[], [0.5]], z: [[], [3], UINT8] },
        takes: ['x', 's', 'z'],
      }),
      [0, 98.5],
    ],
    [
      'are multiplied',
      pixels({ type: 'MatMulInteger', constants: { w: [[2, 1], [1, 2], INT8] }, takes: ['x', 'w'] }),
      [403],
    ],
    [
      'are multiplied, less a zero point',
      pixels({
        type: 'MatMulInteger',
        constants: { w: [[2, 1], [1, 2], INT8], z: [[], [3], UINT8] },
        takes: ['x', 'w', 'z'],
      }),
      [394],
    ],
  ])('%s', (_, each, expected) => expectAnswer(each, expected));

  it('stay integers for what follows, as outputs too', () => {
    for (const type of ['Relu', 'Flatten']) {
      const added = pixels({ type: 'Add', before: { i: { type, takes: ['x'] } }, takes: ['i', 'i'] });
      expect(() => importOnnx(model(added))).toThrow(
        'unsupported forms: Add that computes on integers (node)',
      );
    }
    expect(importOnnx(model(pixels({ type: 'Relu' }))).notes).toEqual([
      "the input 'x' is uint8 in the ONNX model, float32 here",
    ]);
  });

  it('are not added', () => {
    const each = pixels({ type: 'Add', constants: { c: [[2], [1, 1], UINT8] }, takes: ['x', 'c'] });
    expect(() => importOnnx(model(each))).toThrow('unsupported forms: Add that computes on integers (node)');
  });
});

describe('integers of activations', () => {
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    [
      'that are read with another zero point',
      chain({ constants: { o: [[], [8], UINT8] }, takes: ['q', 's', 'o'] }),
      [2, 3],
    ],
    [
      'that are read as floats of 16 bits',
      chain({ type: 'Cast', attributes: { to: FLOAT16 }, takes: ['q'] }),
      [12, 14],
    ],
    [
      'that ConvInteger takes, with their zero point',
      chain({
        type: 'ConvInteger',
        inputs: { x: [1, 1, 2] },
        constants: { w: [[1, 1, 2], [2, 11], UINT8], wz: [[], [1], UINT8] },
        takes: ['q', 'w', 'z', 'wz'],
      }),
      // 2 and 4 times 1 and 10.
      [42],
    ],
    [
      'that ConvInteger takes, weights with a zero point per channel',
      chain({
        type: 'ConvInteger',
        inputs: { x: [1, 1, 2] },
        constants: { w: [[2, 1, 1], [2, 11], UINT8], wz: [[2], [1, 1], UINT8] },
        takes: ['q', 'w', 'z', 'wz'],
      }),
      [2, 4, 20, 40],
    ],
    [
      'of one scale, that are the larger ones',
      chain({
        type: 'DequantizeLinear',
        before: {
          p: { type: 'Flatten', takes: ['q'] },
          c: { type: 'Concat', attributes: { axis: 1 }, takes: ['q', 'p'] },
        },
        takes: ['c', 's', 'z'],
      }),
      [1, 2, 1, 2],
    ],
    [
      'of scale 1 without a zero point, rectified',
      chain({
        values: [[-1, 2]],
        constants: { s: [[], [1]], z: [[], [0], INT8] },
        before: { r: { type: 'Relu', takes: ['q'] } },
        takes: ['r', 's', 'z'],
      }),
      [0, 2],
    ],
  ])('%s', (_, each, expected) => expectAnswer(each, expected));

  it.each<[expected: readonly string[], each: Case]>([
    [['clip'], chain({})],
    [['clip', 'multiply'], chain({ constants: { t: [[], [2]] }, takes: ['q', 't', 'z'] })],
    // Its scale goes into the weights.
    [
      ['clip', 'linear'],
      chain({ type: 'MatMulInteger', constants: { w: [[2, 1], [1, 2], INT8] }, takes: ['q', 'w', 'z'] }),
    ],
    [['identity'], { ...pixels({}), inputType: FLOAT }],
    [['clip', 'multiply', 'add'], chain({ type: 'Cast', takes: ['q'] })],
  ])('take no more nodes than they need: %j', (expected, each) => {
    expect(operators(each)).toEqual(expected);
  });

  it('say what they stand for where they are outputs', () => {
    const notes = (constants: Constants) =>
      importOnnx(model(chain({ type: 'Identity', constants, takes: ['q'] }))).notes;
    expect(notes({})).toContain(
      "the output 'y' is the numbers that its integers stand for, 0.5·(integer − 10)",
    );
    expect(notes({ s: [[], [1]] })).toContain(
      "the output 'y' is the numbers that its integers stand for, 1·(integer − 10)",
    );
    expect(notes({ z: [[], [0], UINT8] })).toContain(
      "the output 'y' is the numbers that its integers stand for, 0.5·(integer − 0)",
    );
    expect(notes({ s: [[], [1]], z: [[], [0], UINT8] }).join()).not.toContain('output');
  });
});

describe('DynamicQuantizeLinear', () => {
  const dynamic = { 'q d o': { type: 'DynamicQuantizeLinear', takes: ['x'] } };
  const product: Case = {
    type: 'Mul',
    inputs: { x: [1, 2] },
    values: [[-1.5, 2.25]],
    constants: { w: [[2, 2], [11, 12, 13, 14], UINT8], wz: [[], [10], UINT8], ws: [[], [0.5]] },
    before: {
      ...dynamic,
      i: { type: 'MatMulInteger', takes: ['q', 'w', 'o', 'wz'] },
      f: { type: 'Cast', attributes: { to: FLOAT }, takes: ['i'] },
      c: { type: 'Mul', takes: ['d', 'ws'] },
    },
    takes: ['f', 'c'],
  };

  it('and what follows it give the product of the numbers themselves', async () => {
    // 1 2, 3 4, halved.
    await expectAnswer(product, [2.625, 3]);
    expect(importOnnx(model(product)).notes).toEqual([
      'activations are cut off at the ends of their integer ranges, but not rounded to integers',
      'integer weights are dequantised',
    ]);
  });

  it('gives no integers to the outside', () => {
    const each = { ...product, type: 'Identity', before: dynamic, takes: ['q'] };
    expect(() => importOnnx(model(each))).toThrow(
      expect.objectContaining({
        code: 'ONNX_INVALID',
        kind: 'unsupported',
        message: "the output 'y' is integers whose scale the model computes, expected real numbers",
      }),
    );
  });
});

describe('integers of a scale that the model computes', () => {
  const dynamic = { 'q d o': { type: 'DynamicQuantizeLinear', takes: ['x'] } };
  const each = (type: string, takes: readonly string[], more: Partial<Case> = {}): Case => ({
    type,
    inputs: { x: [1, 2] },
    values: [[-1.5, 2.25]],
    takes,
    ...more,
    before: { ...dynamic, ...more.before },
  });
  const weights: Constants = { w: [[2, 1], [1, 2], INT8], s: [[], [0.5]], z: [[], [3], UINT8] };

  it('are the numbers again where they are read with it', async () => {
    await expectAnswer(each('DequantizeLinear', ['q', 'd', 'o']), [-1.5, 2.25]);
    const joined = { before: { c: { type: 'Concat', attributes: { axis: 1 }, takes: ['q', 'q'] } } };
    await expectAnswer(each('DequantizeLinear', ['c', 'd', 'o'], joined), [-1.5, 2.25, -1.5, 2.25]);
  });

  it.each<[message: string, refused: Case]>([
    ['Clip that computes on integers', each('Clip', ['q', 'z'], { constants: weights })],
    ['Cast that casts integers whose scale the model computes', each('Cast', ['q'])],
    [
      'DequantizeLinear that reads integers with another scale than the model computes',
      each('DequantizeLinear', ['q', 's', 'o'], { constants: weights }),
    ],
    [
      'DequantizeLinear that reads integers with another scale than the model computes',
      each('DequantizeLinear', ['q', 'd', 'z'], { constants: weights }),
    ],
    [
      'MatMulInteger that takes integers without the zero point that the model computes',
      each('MatMulInteger', ['q', 'w'], { constants: weights }),
    ],
    [
      'MatMulInteger that reads integers with another scale than the model computes',
      each('MatMulInteger', ['q', 'w', 'z'], { constants: weights }),
    ],
    [
      'Concat that computes on integers',
      each('Concat', ['q', 'p'], {
        attributes: { axis: 1 },
        before: { 'p e f': { type: 'DynamicQuantizeLinear', takes: ['x'] } },
      }),
    ],
    [
      'Concat that computes on integers',
      each('Concat', ['p', 'q'], {
        attributes: { axis: 1 },
        constants: { one: [[], [1]], zero: [[], [0], UINT8] },
        before: { p: { type: 'QuantizeLinear', takes: ['x', 'one', 'zero'] } },
      }),
    ],
  ])('%s is refused', (message, refused) => {
    expect(() => importOnnx(model(refused))).toThrow(`unsupported forms: ${message} (node)`);
  });
});

describe('refused, and named', () => {
  const other: Constants = { t: [[], [2]], o: [[], [9], UINT8] };
  const both = (takes: readonly string[]) =>
    chain({
      type: 'Max',
      constants: { ...other, s: [[], [1]], z: [[], [0], UINT8] },
      before: { p: { type: 'QuantizeLinear', takes } },
      takes: ['q', 'p'],
    });

  it.each<[message: string, each: Case]>([
    [
      'QuantizeLinear that quantises to numbers that are no integers (q)',
      chain({ constants: { z: [[], [0], FLOAT] } }),
    ],
    ['Max that computes on integers (node)', both(['x', 's', 'o'])],
    ['Max that computes on integers (node)', both(['x', 't', 'z'])],
    [
      'Max that computes on integers (node)',
      chain({ type: 'Max', constants: { s: [[], [1]] }, takes: ['q', 'q'] }),
    ],
    [
      'Max that computes on integers (node)',
      chain({ type: 'Max', constants: { z: [[], [0], UINT8] }, takes: ['q', 'q'] }),
    ],
    [
      'Max that computes on integers (node)',
      chain({ type: 'Max', constants: { s: [[], [1]], z: [[], [0], UINT8] }, takes: ['x', 'q'] }),
    ],
    [
      'QLinearConv that quantises activations with several scales (node)',
      chain({
        type: 'QLinearConv',
        inputs: { x: [1, 1, 2] },
        constants: { w: [[1, 1, 1], [1], INT8], ws: [[], [1]], wz: [[], [0], INT8], two: [[2], [1, 2]] },
        takes: ['q', 's', 'z', 'w', 'ws', 'wz', 'two', 'z'],
      }),
    ],
    ['Cast that casts to int64 (node)', pixels({ attributes: { to: INT64 } })],
  ])('%s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message}`);
  });

  it('but what is the same may be compared', async () => {
    const each = both(['x', 's', 'z']);
    await expectAnswer({ ...each, values: [count(2)] }, [1, 2]);
  });
});
