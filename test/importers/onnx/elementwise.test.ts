import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

const three = { inputs: { x: [1, 3] }, values: [[1, 4, 0.25]], takes: ['x'] };

/** Operators of ours in a model, in order. */
const operators = (each: Case): string[] =>
  importOnnx(model(each)).graph.nodes.map(({ operator }) => operator);

describe('Pow', () => {
  it.each([
    [-1, ['reciprocal'], [1, 0.25, 4]],
    [0.5, ['sqrt'], [1, 2, 0.5]],
    [1, ['identity'], [1, 4, 0.25]],
    [2, ['multiply'], [1, 16, 0.0625]],
    [3, ['multiply', 'multiply'], [1, 64, 0.015625]],
    [1.5, ['power'], [1, 8, 0.125]],
  ])('to %d is %j', async (exponent, expectedOperators, expected) => {
    const each: Case = { ...three, type: 'Pow', constants: { p: [[1], [exponent]] }, takes: ['x', 'p'] };
    expect(operators(each)).toEqual(expectedOperators);
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([[3]]);
    expect(values[0]).toEqual(expected);
  });

  it('of a constant, and of each element to a power of its own', async () => {
    const base: Case = { ...three, type: 'Pow', constants: { p: [[], [2]] }, takes: ['p', 'x'] };
    expect((await answers({ ...base, values: [[1, 2, 3]] })).values[0]).toEqual([2, 4, 8]);
    const powers: Case = { ...three, type: 'Pow', constants: { p: [[3], [2, 0.5, 1]] }, takes: ['x', 'p'] };
    expect((await answers(powers)).values[0]).toEqual([1, 2, 0.25]);
  });

  it('to a constant of more axes is refused', () => {
    const each: Case = { ...three, type: 'Pow', constants: { p: [[1, 1, 1], [2]] }, takes: ['x', 'p'] };
    expect(() => importOnnx(model(each))).toThrow(
      'Pow that has a constant of more axes than the value (node)',
    );
  });
});

describe('operators of several inputs', () => {
  const sum = (each: Partial<Case>): Case => ({ ...three, type: 'Sum', values: [count(3)], ...each });
  it.each<[what: string, each: Case, expected: readonly number[]]>([
    ['one input', sum({}), [1, 2, 3]],
    [
      'a value and constants',
      sum({ constants: { a: [[3], [10, 20, 30]], b: [[1, 1], [100]] }, takes: ['x', 'a', 'b'] }),
      [111, 122, 133],
    ],
    [
      'constants before values',
      sum({ constants: { a: [[3], [10, 20, 30]] }, takes: ['a', 'x', 'x', 'a'] }),
      [22, 44, 66],
    ],
    [
      'a difference from a constant',
      sum({ type: 'Sub', constants: { a: [[], [10]] }, takes: ['a', 'x'] }),
      [9, 8, 7],
    ],
    [
      'a mean with a constant',
      sum({ type: 'Mean', constants: { a: [[3], [4, 6, 11]] }, takes: ['x', 'x', 'a'] }),
      [2, 10 / 3, 17 / 3],
    ],
  ])('%s', async (_, each, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([[3]]);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 6);
  });

  it.each([
    ['Add', ['x'], 1],
    ['Div', ['x', 'x', 'x'], 3],
    ['Pow', ['x'], 1],
  ])('%s of %j is refused', (type, takes, inputs) => {
    expect(() => importOnnx(model(sum({ type, takes })))).toThrow(
      `${type} that has ${inputs} inputs, expected 2`,
    );
  });

  it('values without a batch have axes of 1 added before theirs', async () => {
    const each: Case = {
      type: 'Add',
      inputs: { x: [2], z: [2, 2] },
      values: [
        [1, 2],
        [10, 20, 30, 40],
      ],
      takes: ['x', 'z'],
    };
    const { shapes, values } = await answers(each, false);
    expect(shapes).toEqual([[2, 2]]);
    expect(values[0]).toEqual([11, 22, 31, 42]);
  });

  it.each<[message: string, each: Case]>([
    [
      'combines values with their batches on different axes',
      { type: 'Add', inputs: { x: [1, 3], z: [1, 2, 3] }, values: [], takes: ['x', 'z'] },
    ],
    [
      'combines values with their batches on different axes',
      {
        type: 'Add',
        inputs: { x: [1, 3], z: [1, 3] },
        values: [],
        before: { t: { type: 'Transpose', takes: ['x'] } },
        takes: ['t', 'z'],
      },
    ],
    [
      'has a constant that differs along the batch',
      sum({ type: 'Add', constants: { a: [[2, 3], count(6)] }, takes: ['x', 'a'] }),
    ],
    [
      'has a constant of more axes than the value',
      sum({ type: 'Add', constants: { a: [[1, 1, 3], count(3)] }, takes: ['x', 'a'] }),
    ],
  ])('that %s are refused', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`Add that ${message} (node)`);
  });

  it.each([[[3, 1]], [[1]]])('a constant of %j to a value whose last axis is the batch', async (shape) => {
    const a = shape.length === 1 ? [10] : [10, 20, 30];
    const { values } = await answers({
      ...three,
      type: 'Transpose',
      values: [count(3)],
      before: {
        t: { type: 'Transpose', takes: ['x'] },
        sum: { type: 'Add', takes: ['t', 'a'] },
      },
      constants: { a: [shape, a] },
      takes: ['sum'],
    });
    expect(values[0]).toEqual(count(3).map((value, at) => value + (a[at] ?? a[0])));
  });
});

describe('Clip', () => {
  it.each<[what: string, each: Partial<Case>, expected: readonly number[]]>([
    ['to constants', { constants: { a: [[], [-1]], b: [[], [0.5]] }, takes: ['x', 'a', 'b'] }, [-1, 0, 0.5]],
    ['from below only', { constants: { a: [[], [-1]] }, takes: ['x', 'a'] }, [-1, 0, 4]],
    ['from above only', { constants: { b: [[], [0.5]] }, takes: ['x', '', 'b'] }, [-3, 0, 0.5]],
    ['to attributes (opset 6)', { opset: 6, attributes: { min: -1.5, max: 2.5 } }, [-1.5, 0, 2.5]],
    ['to nothing', {}, [-3, 0, 4]],
  ])('%s', async (_, each, expected) => {
    const clip: Case = { ...three, type: 'Clip', values: [[-3, 0, 4]], ...each };
    expect((await answers(clip)).values[0]).toEqual(expected);
  });
});

describe('PRelu', () => {
  const prelu = (inputs: readonly number[], slope: readonly number[], slopes: readonly number[]): Case => ({
    type: 'PRelu',
    inputs: { x: inputs },
    values: [inputs.reduce((a, b) => a * b) === 4 ? [-1, 2, -3, 4] : [-1, -1, 2, -1, -1, -1]],
    constants: { slope: [slope, slopes] },
    takes: ['x', 'slope'],
  });
  it.each<[what: string, each: Case, operator: string, expected: readonly number[]]>([
    ['one slope', prelu([1, 4], [1], [2]), 'prelu', [-2, 2, -6, 4]],
    ['a slope for each element', prelu([1, 4], [4], [2, 3, 4, 5]), 'prelu', [-2, 2, -12, 4]],
    ['a slope for each channel', prelu([1, 2, 1, 2], [2, 1, 1], [2, 3]), 'prelu', [-2, 2, -9, 4]],
    ['a slope for each column', prelu([1, 2, 1, 2], [2], [2, 3]), 'minimum', [-2, 2, -6, 4]],
    [
      'a slope for each channel, as many as columns',
      prelu([1, 2, 2], [2, 1], [2, 3]),
      'prelu',
      [-2, 2, -9, 4],
    ],
    [
      'a slope for all channels of a row',
      prelu([1, 2, 1, 3], [1, 1, 3], [2, 3, 4]),
      'minimum',
      [-2, -3, 2, -2, -3, -4],
    ],
  ])('of %s', async (_, each, operator, expected) => {
    expect(operators(each)[0]).toBe(operator);
    const { values } = await answers(each);
    expect(values[0]).toEqual(expected);
  });

  it('of slopes that are computed', async () => {
    const each: Case = { ...prelu([1, 4], [1], [1]), inputs: { x: [1, 4], z: [1, 4] }, takes: ['x', 'z'] };
    const { values } = await answers({ ...each, values: [...each.values, [2, 3, 4, 5]] });
    expect(values[0]).toEqual([-2, 2, -12, 4]);
  });

  it('of a slope for each element before the batch', async () => {
    const each: Case = {
      ...prelu([1, 4], [4, 1], [2, 3, 4, 5]),
      type: 'Transpose',
      before: {
        t: { type: 'Transpose', takes: ['x'] },
        p: { type: 'PRelu', takes: ['t', 'slope'] },
      },
      takes: ['p'],
    };
    expect((await answers(each)).values[0]).toEqual([-2, 2, -12, 4]);
  });
});

describe('BatchNormalization', () => {
  const constants = { s: [[2], [8, -3]], b: [[2], [10, 20]], m: [[2], [1, 2]], v: [[2], [3, 8]] } as const;
  const norm: Case = {
    type: 'BatchNormalization',
    attributes: { epsilon: 1 },
    inputs: { x: [1, 2, 2] },
    values: [count(4)],
    constants,
    takes: ['x', 's', 'b', 'm', 'v'],
  };
  it('scales and shifts channels by what they were trained on', async () => {
    // 8·(x − 1) ÷ √(3 + 1) + 10 and −3·(x − 2) ÷ √(8 + 1) + 20.
    expect((await answers(norm)).values[0]).toEqual([10, 14, 19, 18]);
  });

  it('says what its values were in training, for compression without data', () => {
    const [node] = importOnnx(model(norm)).graph.nodes;
    expect(node.trained).toEqual({ mean: Float32Array.of(10, 20), deviation: Float32Array.of(8, 3) });
  });

  it('that computes with the batch is refused', () => {
    const training = { ...norm, attributes: { training_mode: 1 } };
    expect(() => importOnnx(model(training))).toThrow('that normalises by its batch (training_mode) (node)');
    const elements = { ...norm, opset: 7, attributes: { spatial: 0 } };
    expect(() => importOnnx(model(elements))).toThrow('that has a mean for each element (spatial 0) (node)');
  });
});

describe('Dropout', () => {
  const dropout = (constants: Case['constants'] = {}): Case => ({
    ...three,
    type: 'Dropout',
    constants,
    takes: ['x', ...Object.keys(constants)],
  });
  it.each<[what: string, each: Case]>([
    ['that says nothing', dropout()],
    ['that is not in training', dropout({ r: [[], [0.5]], t: [[], [0]] })],
    ['of none', dropout({ r: [[], [0]], t: [[], [1]] })],
  ])('%s does nothing', async (_, each) => {
    expect((await answers(each)).values[0]).toEqual(three.values[0]);
  });
  it.each<[what: string, each: Case]>([
    ['of half of them', dropout({ r: [[], [0.5]], t: [[], [1]] })],
    ['of as many as usual', { ...dropout({ t: [[], [1]] }), takes: ['x', '', 't'] }],
  ])('in training, %s, is refused', (_, each) => {
    expect(() => importOnnx(model(each))).toThrow('drops values at random (training_mode) (node)');
  });
});
