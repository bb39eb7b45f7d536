import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { answers, type Case, count, model } from './one-node.ts';

type Row = readonly [what: string, each: Case, shape: readonly number[], expected: readonly number[]];
const six = { inputs: { x: [1, 2, 3] }, values: [count(6)], takes: ['x'] };
/** A second input of whole numbers, as `int32_data`. */
const taking = (
  type: string,
  shape: readonly number[],
  values: readonly number[],
  more: Partial<Case> = {},
): Case => ({
  ...six,
  type,
  constants: { c: [shape, values, 6] },
  takes: ['x', 'c'],
  ...more,
});
const behind = { t: { type: 'Transpose', takes: ['x'] } };

describe('elements that are chosen or repeated', () => {
  it.each<Row>([
    ['one, without its axis', taking('Gather', [], [1], { attributes: { axis: 1 } }), [3], [4, 5, 6]],
    [
      'every second from the end',
      taking('Gather', [2], [-1, 0], { attributes: { axis: 2 } }),
      [2, 2],
      [3, 1, 6, 4],
    ],
    ['the same twice', taking('Gather', [2], [2, 2], { attributes: { axis: 2 } }), [2, 2], [3, 3, 6, 6]],
    [
      'by indices of two axes',
      taking('Gather', [2, 2], [0, 1, 1, 2], { attributes: { axis: -1 } }),
      [2, 2, 2],
      [1, 2, 2, 3, 4, 5, 5, 6],
    ],
    [
      'repeated along two axes',
      taking('Tile', [3], [1, 2, 2]),
      [4, 6],
      [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6],
    ],
    ['repeated once', taking('Tile', [3], [1, 1, 1]), [2, 3], count(6)],
    [
      'expanded to fewer axes',
      taking('Expand', [2], [2, 1], { inputs: { x: [1, 1, 3] }, values: [count(3)] }),
      [2, 3],
      [1, 2, 3, 1, 2, 3],
    ],
    [
      'expanded along its last axis',
      taking('Expand', [3], [1, 1, 2], { inputs: { x: [1, 3, 1] }, values: [count(3)] }),
      [3, 2],
      [1, 1, 2, 2, 3, 3],
    ],
    [
      'expanded before the batch',
      {
        type: 'Transpose',
        attributes: { perm: [1, 0, 2] },
        inputs: { x: [1, 3] },
        values: [count(3)],
        constants: { c: [[3], [2, 1, 3], 6] },
        before: { e: { type: 'Expand', takes: ['x', 'c'] } },
        takes: ['e'],
      },
      [2, 3],
      [1, 2, 3, 1, 2, 3],
    ],
    ['expanded to what it is', taking('Expand', [3], [1, 2, 3]), [2, 3], count(6)],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });

  it.each<Row>([
    [
      'repeated',
      taking('Tile', [2], [2, 1], { inputs: { x: [1, 3] }, values: [count(3)] }),
      [2, 3],
      [1, 2, 3, 1, 2, 3],
    ],
    [
      'expanded by axes before',
      taking('Expand', [3], [2, 1, 1], { inputs: { x: [2] }, values: [[1, 2]] }),
      [2, 1, 2],
      [1, 2, 1, 2],
    ],
    [
      'expanded by an axis before, and turned',
      {
        type: 'Transpose',
        inputs: { x: [3] },
        values: [count(3)],
        constants: { c: [[2], [2, 3], 6] },
        before: { e: { type: 'Expand', takes: ['x', 'c'] } },
        takes: ['e'],
      },
      [3, 2],
      [1, 1, 2, 2, 3, 3],
    ],
    [
      'chosen of the first axis',
      taking('Gather', [1, 2], [1, 0], { inputs: { x: [2, 2] }, values: [count(4)] }),
      [1, 2, 2],
      [3, 4, 1, 2],
    ],
  ])('%s, without a batch', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each, false);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });

  it.each<Row>([
    [
      'two of an axis before the batch, by indices of two axes',
      {
        ...taking('Transpose', [1, 2], [2, 0]),
        before: { ...behind, g: { type: 'Gather', takes: ['t', 'c'] } },
        attributes: { perm: [3, 2, 0, 1] },
        takes: ['g'],
      },
      [2, 1, 2],
      [3, 1, 6, 4],
    ],
    [
      'one of an axis before the batch',
      {
        ...taking('Transpose', [], [1]),
        before: { ...behind, g: { type: 'Gather', takes: ['t', 'c'] } },
        takes: ['g'],
      },
      [2],
      [2, 5],
    ],
    [
      'parts of an axis before the batch',
      { ...six, type: 'Transpose', before: { ...behind, s: { type: 'Split', takes: ['t'] } }, takes: ['s'] },
      [2, 3],
      count(6),
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    expect(values[0]).toEqual(expected);
  });

  it.each<[message: string, each: Case]>([
    [
      'Gather that takes indices beyond the 3 elements of its axis',
      taking('Gather', [1], [-4], { attributes: { axis: 2 } }),
    ],
    [
      'Gather that takes indices beyond the 3 elements of its axis',
      taking('Gather', [1], [3], { attributes: { axis: 2 } }),
    ],
    [
      'Gather that takes indices beyond the 3 elements of its axis',
      taking('Gather', [2], [0, 3], { attributes: { axis: 2 } }),
    ],
    ['Gather that gives no elements', taking('Gather', [0], [], { attributes: { axis: 2 } })],
    ['Gather that works on axis 0, the batch', taking('Gather', [1], [0])],
    ['Tile that repeats 2 axes of 3', taking('Tile', [2], [1, 2])],
    ['Expand that expands 1×2×3 to 1×3×3', taking('Expand', [3], [1, 3, 3])],
    ['Expand that expands 1×1×3 to 1×0×3', taking('Expand', [3], [1, 0, 3], { inputs: { x: [1, 1, 3] } })],
    ['Expand that repeats the batch', taking('Expand', [3], [2, 2, 3])],
    [
      'Split that splits 3 elements into [1, 1]',
      taking('Split', [2], [1, 1], { attributes: { axis: 2 }, outputs: ['a', 'b'] }),
    ],
    [
      'Split that splits 3 elements into [3, 0]',
      taking('Split', [2], [3, 0], { attributes: { axis: 2 }, outputs: ['a', 'b'] }),
    ],
  ])('refused: %s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message} (node)`);
  });
});

describe('parts', () => {
  it.each<[what: string, each: Case]>([
    [
      'as long as an attribute says',
      { ...six, type: 'Split', opset: 11, attributes: { axis: 2, split: [1, 2] } },
    ],
    ['as long as an input says', taking('Split', [2], [1, 2], { attributes: { axis: 2 } })],
  ])('%s', async (_, each) => {
    const { shapes, values } = await answers({ ...each, outputs: ['a', 'b'] });
    expect(shapes).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(values).toEqual([
      [1, 4],
      [2, 3, 5, 6],
    ]);
  });
});

/** Operators of ours in a model, in order, with their attributes. */
const nodesOf = (each: Case): unknown[] =>
  importOnnx(model(each)).graph.nodes.map(({ operator, attributes }) => [operator, attributes]);

describe('choosing takes the simplest operator', () => {
  const gather = (values: readonly number[], attributes = { axis: 2 }): Case =>
    taking('Gather', [values.length], values, { attributes });
  it.each<[what: string, each: Case, starts: number, length: number, step: number]>([
    ['one element', gather([2]), 2, 1, 1],
    ['neighbours', gather([0, 1]), 0, 2, 1],
    ['every second', gather([0, 2]), 0, 2, 2],
    ['all, backwards', gather([2, 1, 0]), 2, 3, -1],
  ])('a slice for %s', (_, each, start, length, step) => {
    expect(nodesOf(each)).toEqual([
      ['slice', { starts: [0, start], lengths: [2, length], steps: [1, step] }],
    ]);
  });

  it.each([[[0, 0]], [[0, 2, 1]], [[0, 1, 0]]])('and elements one by one for %j', (indices) => {
    expect(nodesOf(gather(indices))).toEqual([['gather', { axis: 1, indices }]]);
  });

  it('and nothing where each stands once', () => {
    expect(nodesOf(taking('Tile', [3], [1, 1, 1]))).toEqual([['identity', {}]]);
    expect(nodesOf(taking('Expand', [3], [1, 2, 3]))).toEqual([['identity', {}]]);
    expect(nodesOf(taking('Tile', [3], [1, 1, 2]))).toEqual([['tile', { repeats: [1, 2] }]]);
  });
});

describe('softmax', () => {
  const ln = Math.log;
  const rows = [ln(1), ln(2), ln(5), ln(3), ln(1), ln(6)];
  it.each<Row>([
    ['of the last axis', { ...six, type: 'Softmax' }, [2, 3], [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10]],
    [
      'of another axis',
      { ...six, type: 'Softmax', attributes: { axis: 1 } },
      [2, 3],
      [1 / 4, 2 / 3, 5 / 11, 3 / 4, 1 / 3, 6 / 11],
    ],
    [
      'of all but the batch, as before opset 13',
      { ...six, type: 'Softmax', opset: 12 },
      [2, 3],
      [1, 2, 5, 3, 1, 6].map((value) => value / 18),
    ],
    [
      'of the last axis, as before opset 13',
      { ...six, type: 'Softmax', opset: 12, attributes: { axis: 2 } },
      [2, 3],
      [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10],
    ],
    [
      'of the last axes together, as before opset 13',
      { ...six, type: 'Softmax', opset: 12, attributes: { axis: 2 }, inputs: { x: [1, 2, 3, 1] } },
      [2, 3, 1],
      [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10],
    ],
    [
      'of the last axes together, of several vectors, as before opset 13',
      { ...six, type: 'Softmax', opset: 12, attributes: { axis: 2 }, inputs: { x: [1, 2, 1, 3] } },
      [2, 1, 3],
      [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10],
    ],
    [
      'of the last axis since opset 13',
      { ...six, type: 'Softmax', opset: 13 },
      [2, 3],
      [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10],
    ],
    [
      'of one axis alone since opset 13',
      { ...six, type: 'Softmax', opset: 13, attributes: { axis: 1 } },
      [2, 3],
      [1 / 4, 2 / 3, 5 / 11, 3 / 4, 1 / 3, 6 / 11],
    ],
    [
      'as logarithms',
      { ...six, type: 'LogSoftmax' },
      [2, 3],
      [1 / 8, 2 / 8, 5 / 8, 3 / 10, 1 / 10, 6 / 10].map(ln),
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers({ ...each, values: [rows] });
    expect(shapes).toEqual([shape]);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
  });
});

describe('reductions', () => {
  const reduce = (type: string, attributes: Case['attributes'] = {}, more: Partial<Case> = {}): Case => ({
    ...six,
    type,
    opset: 11,
    attributes: { axes: [2], ...attributes },
    values: [[1, -2, 3, 4, 5, -6]],
    ...more,
  });
  it.each<Row>([
    ['the largest', reduce('ReduceMax'), [2, 1], [3, 5]],
    ['the smallest', reduce('ReduceMin', { keepdims: 0 }), [2], [-2, -6]],
    ['the sum of an axis counted from the end', reduce('ReduceSum', { axes: [-2] }), [1, 3], [5, 3, -3]],
    ['the sum of magnitudes', reduce('ReduceL1'), [2, 1], [6, 15]],
    ['the sum of squares', reduce('ReduceSumSquare'), [2, 1], [14, 77]],
    ['the logarithm of a sum', reduce('ReduceLogSum'), [2, 1], [Math.log(2), Math.log(3)]],
    [
      'the sum of both axes, given the other way round',
      reduce('ReduceSum', { axes: [2, 1], keepdims: 0 }),
      [],
      [5],
    ],
    [
      'the mean of a map',
      reduce('ReduceMean', { axes: [2, 3] }, { inputs: { x: [1, 2, 1, 3] } }),
      [2, 1, 1],
      [2 / 3, 1],
    ],
    [
      'the largest of axes that are no neighbours',
      reduce('ReduceMax', { axes: [1, 3], keepdims: 0 }, { inputs: { x: [1, 2, 1, 3] } }),
      [1],
      [5],
    ],
    [
      'the mean of axes between others',
      reduce('ReduceMean', { axes: [2, 3] }, { inputs: { x: [1, 1, 3, 1, 2] } }),
      [1, 1, 1, 2],
      [3, -4 / 3],
    ],
    [
      'nothing, where it asks for nothing',
      { ...six, type: 'ReduceSum', attributes: { noop_with_empty_axes: 1 } },
      [2, 3],
      count(6),
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 5);
  });

  it.each<[what: string, each: Case, nodes: readonly unknown[]]>([
    [
      'the mean of maps has a kernel of its own',
      reduce('ReduceMean', { axes: [3, 2] }, { inputs: { x: [1, 2, 1, 3] } }),
      [['global-average-pool', {}]],
    ],
    [
      'other means have not',
      reduce('ReduceMean', { axes: [1, 2] }, { inputs: { x: [1, 2, 1, 3] } }),
      [['reduce-mean', { axes: [0, 1] }]],
    ],
    [
      'nor have sums',
      reduce('ReduceSum', { axes: [2, 3] }, { inputs: { x: [1, 2, 1, 3] } }),
      [['reduce-sum', { axes: [1, 2] }]],
    ],
    [
      'axes that are no neighbours are reduced one after another',
      reduce('ReduceMax', { axes: [3, 1] }, { inputs: { x: [1, 2, 1, 3] } }),
      [
        ['reduce-max', { axes: [2] }],
        ['reduce-max', { axes: [0] }],
      ],
    ],
  ])('%s', (_, each, nodes) => {
    expect(nodesOf(each)).toMatchObject(nodes);
  });

  it('of everything, without a batch', async () => {
    const { shapes, values } = await answers(
      { ...six, type: 'ReduceSum', attributes: { keepdims: 0 } },
      false,
    );
    expect({ shapes, values }).toEqual({ shapes: [[]], values: [[21]] });
    const sums = await answers({ ...six, type: 'ReduceLogSumExp', values: [[0, 0, 0, 0, 0, 0]] }, false);
    expect(sums.shapes).toEqual([[1, 1, 1]]);
    expect(sums.values[0][0]).toBeCloseTo(Math.log(6), 6);
    const nothing = { ...six, type: 'ReduceLogSumExp', attributes: { noop_with_empty_axes: 1 } };
    expect((await answers(nothing)).values).toEqual([count(6)]);
  });

  it('of an axis without a batch, which is dropped', async () => {
    const each: Case = {
      ...six,
      type: 'Transpose',
      opset: 11,
      before: { sum: { type: 'ReduceSum', attributes: { axes: [0], keepdims: 0 }, takes: ['x'] } },
      takes: ['sum'],
    };
    expect(await answers(each, false)).toEqual({ shapes: [[3, 2]], values: [[1, 4, 2, 5, 3, 6]] });
  });

  it('of an axis before the batch, which is dropped', async () => {
    const each: Case = {
      ...six,
      type: 'Transpose',
      opset: 11,
      before: { ...behind, sum: { type: 'ReduceSum', attributes: { axes: [0], keepdims: 0 }, takes: ['t'] } },
      attributes: { perm: [1, 0] },
      takes: ['sum'],
    };
    expect(await answers(each)).toEqual({ shapes: [[2]], values: [[6, 15]] });
  });
});

describe('normalisations', () => {
  const pairs = { inputs: { x: [1, 2, 2] }, values: [[1, 3, 2, 10]] };
  it.each<Row>([
    [
      'of each channel',
      {
        ...pairs,
        type: 'InstanceNormalization',
        attributes: { epsilon: 1e-9 },
        constants: { s: [[2], [2, 3]], b: [[2], [10, 20]] },
        takes: ['x', 's', 'b'],
      },
      [2, 2],
      [8, 12, 17, 23],
    ],
    [
      'of the last axis, without a bias',
      {
        ...pairs,
        type: 'LayerNormalization',
        attributes: { epsilon: 1e-9 },
        constants: { s: [[2], [2, 3]] },
        takes: ['x', 's'],
      },
      [2, 2],
      [-2, 3, -2, 3],
    ],
    [
      'of all axes',
      {
        ...pairs,
        values: [[1, 3, 1, 3]],
        type: 'LayerNormalization',
        attributes: { axis: 1, epsilon: 3 },
        constants: { s: [[2, 2], count(4)], b: [[1], [0.5]] },
        takes: ['x', 's', 'b'],
      },
      [2, 2],
      [0, 1.5, -1, 2.5],
    ],
  ])('%s', async (_, each, shape, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([shape]);
    for (const [at, value] of expected.entries()) expect(values[0][at]).toBeCloseTo(value, 4);
  });

  it('give the mean and 1 ÷ deviation where they are taken', async () => {
    const each: Case = {
      ...pairs,
      type: 'LayerNormalization',
      attributes: { epsilon: 1e-9 },
      constants: { s: [[2], [1, 1]] },
      takes: ['x', 's'],
      outputs: ['y', 'mean', 'inverse'],
    };
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([
      [2, 2],
      [2, 1],
      [2, 1],
    ]);
    for (const [at, value] of [2, 6, 1, 0.25].entries())
      expect([...values[1], ...values[2]][at]).toBeCloseTo(value, 5);
  });

  it.each<[message: string, each: Case]>([
    [
      'GroupNormalization that makes 3 groups of 2 channels',
      {
        ...pairs,
        type: 'GroupNormalization',
        attributes: { num_groups: 3 },
        constants: { s: [[3], [1, 1, 1]] },
        takes: ['x', 's', 's'],
      },
    ],
    [
      'LayerNormalization that normalises the batch',
      {
        ...pairs,
        type: 'LayerNormalization',
        attributes: { axis: 0 },
        before: behind,
        constants: { s: [[2], [1, 1]] },
        takes: ['t', 's'],
      },
    ],
    [
      'LayerNormalization that works on axis 0, the batch',
      {
        ...pairs,
        type: 'LayerNormalization',
        attributes: { axis: 0 },
        constants: { s: [[2], [1, 1]] },
        takes: ['x', 's'],
      },
    ],
  ])('refused: %s', (message, each) => {
    expect(() => importOnnx(model(each))).toThrow(`unsupported forms: ${message} (node)`);
  });
});
