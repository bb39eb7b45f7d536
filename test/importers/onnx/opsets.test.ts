import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { graphModel, node, value } from './graph-model.ts';
import { answers, type Case, count, model } from './one-node.ts';

describe('opsets', () => {
  const graph = { node: [node('Neg', ['x'], ['y'])], input: [value('x', [1, 2])], output: [value('y')] };

  it.each([1, 21])('%d is read', (version) => {
    expect(() => importOnnx(graphModel(graph, [{ version: BigInt(version) }]))).not.toThrow();
  });

  it.each([0, 22])('%d is refused', (version) => {
    expect(() => importOnnx(graphModel(graph, [{ version: BigInt(version) }]))).toThrow(
      expect.objectContaining({
        code: 'ONNX_INVALID',
        kind: 'unsupported',
        message: `the model has opset ${version}, expected 1 to 21: convert it with onnx.version_converter`,
      }),
    );
  });

  it('are those of ONNX, not of other domains', () => {
    const sets = (...domains: string[]) =>
      domains.map((domain) => ({ domain, version: domain === 'com.microsoft' ? 99n : 18n }));
    for (const each of [sets('com.microsoft', ''), sets('ai.onnx', 'com.microsoft')]) {
      expect(() => importOnnx(graphModel(graph, each))).not.toThrow();
    }
    expect(() => importOnnx(graphModel(graph, sets('com.microsoft')))).toThrow('the model has opset 0');
    expect(() => importOnnx(graphModel(graph, []))).toThrow('the model has opset 0');
  });
});

describe('files that are no models', () => {
  it.each([
    ['without a graph', new Uint8Array(), 'the model has no graph'],
    ['of other bytes', Uint8Array.of(0xff, 0xd8, 0xff), 'the model is no ONNX model, or cut short ('],
  ])('%s', (_, bytes, message) => {
    expect(() => importOnnx(bytes)).toThrow(
      expect.objectContaining({
        code: 'ONNX_INVALID',
        kind: 'corrupt',
        message: expect.stringContaining(message),
      }),
    );
  });

  it('of more nodes than models have', () => {
    const nodes = (length: number) => graphModel({ node: Array.from({ length }, () => ({})) });
    expect(() => importOnnx(nodes(100_001))).toThrow(
      expect.objectContaining({
        code: 'GRAPH_LIMIT',
        kind: 'limit',
        message: 'the model has 100001 nodes, expected at most 100000',
      }),
    );
    expect(() => importOnnx(nodes(100_000))).not.toThrow('expected at most');
  });
});

describe('operands before opset 7', () => {
  /** 2 × 2 and the batch. */
  const four = { type: 'Add', opset: 6, inputs: { x: [1, 2, 2] }, values: [count(4)], takes: ['x', 'c'] };
  const row = { c: [[2], [10, 20]] } as const;

  it.each<[what: string, each: Case, expected: readonly number[]]>([
    [
      'are aligned at an axis',
      { ...four, attributes: { broadcast: 1, axis: 1 }, constants: row },
      [11, 12, 23, 24],
    ],
    [
      'are aligned at the last axis',
      { ...four, attributes: { broadcast: 1, axis: 2 }, constants: row },
      [11, 22, 13, 24],
    ],
    [
      'are aligned behind where no axis is named',
      { ...four, attributes: { broadcast: 1 }, constants: row },
      [11, 22, 13, 24],
    ],
    [
      'are aligned behind where the axis is counted from the end',
      { ...four, attributes: { broadcast: 1, axis: -1 }, constants: row },
      [11, 22, 13, 24],
    ],
    [
      'may be numbers',
      { ...four, attributes: { broadcast: 1, axis: 1 }, constants: { c: [[], [10]] } },
      [11, 12, 13, 14],
    ],
    [
      'are as large without broadcast',
      {
        ...four,
        attributes: { axis: 1 },
        constants: {
          c: [
            [1, 2, 2],
            [10, 20, 30, 40],
          ],
        },
      },
      [11, 22, 33, 44],
    ],
    [
      'are aligned at the last axis since',
      { ...four, opset: 7, attributes: { broadcast: 1, axis: 1 }, constants: row },
      [11, 22, 13, 24],
    ],
  ])('%s', async (_, each, expected) => {
    const { shapes, values } = await answers(each);
    expect(shapes).toEqual([[2, 2]]);
    expect(values).toEqual([expected]);
  });

  it('are aligned without a batch', async () => {
    const each = (axis: number): Case => ({
      ...four,
      inputs: { x: [2, 2] },
      attributes: { broadcast: 1, axis },
      constants: row,
    });
    expect((await answers(each(0), false)).values).toEqual([[11, 12, 23, 24]]);
    expect((await answers(each(1), false)).values).toEqual([[11, 22, 13, 24]]);
  });

  it('are aligned in constants too', async () => {
    const each: Case = {
      type: 'Add',
      opset: 6,
      inputs: { x: [1, 2, 2] },
      values: [[0, 0, 0, 0]],
      constants: { a: [[2, 2], count(4)], c: [[2], [10, 20]] },
      before: { s: { type: 'Mul', attributes: { broadcast: 1, axis: 0 }, takes: ['a', 'c'] } },
      takes: ['x', 's'],
    };
    expect((await answers(each)).values).toEqual([[10, 20, 60, 80]]);
  });

  it('that are computed are aligned without a batch, or refused', async () => {
    const each = (axis: number): Case => ({
      type: 'Add',
      opset: 6,
      attributes: { broadcast: 1, axis },
      inputs: { x: [2, 2], z: [2] },
      values: [count(4), [10, 20]],
      takes: ['x', 'z'],
    });
    expect((await answers(each(1), false)).values).toEqual([[11, 22, 13, 24]]);
    expect(() => importOnnx(model(each(0)), { hasBatch: false })).toThrow(
      'unsupported forms: Add that aligns a value that it computes at axis 0 (node)',
    );
    const batch = { ...each(0), inputs: { x: [1, 2, 2], z: [1, 2] } };
    expect(() => importOnnx(model(batch))).toThrow(
      'Add that aligns a value that it computes at axis 0 (node)',
    );
  });

  it('that are missing are named', () => {
    const each = { ...four, attributes: { broadcast: 1, axis: 1 } };
    expect(() => importOnnx(model({ ...each, takes: ['x', ''] }))).toThrow('Add that has no input 1 (node)');
    expect(() => importOnnx(model({ ...each, takes: ['', 'x'] }))).toThrow('Add that has no input 0 (node)');
  });
});
