import { describe, expect, it } from 'vitest';
import { Calibration } from '../../src/compress/calibration.ts';
import { compressGraph } from '../../src/compress/graph/compress-graph.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { chainOf } from '../../src/graph/passes/chain-of.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { mulberry32, normal } from '../../src/random.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { openGraphOn } from '../graph/backends.ts';
import { linearNode, node, vectorGraph } from '../graph/graphs.ts';
import { constant, seededValues } from '../operators/case.ts';

const random = mulberry32(3);
const gaussian = (count: number, deviation: number): number[] =>
  Array.from({ length: count }, () => deviation * normal(random));

function conv(
  name: string,
  input: string,
  shape: readonly [number, number, number, number],
  more: object = {},
): GraphNode {
  const [outputs, perGroup, height, width] = shape;
  const fan = perGroup * height * width;
  const weight = constant(shape, gaussian(outputs * fan, Math.sqrt(2 / fan)));
  const bias = constant([outputs], gaussian(outputs, 0.1));
  return node('conv2d', name, [input], { pads: [1, 1, 1, 1], ...more }, { weight, bias });
}

/** A residual network with a batch norm, a depthwise convolution, dropout and two outputs. */
const graph: Graph = {
  inputs: [{ name: 'image', shape: [3, 16, 16] }],
  outputs: ['probabilities', 'skip'],
  nodes: [
    conv('first', 'image', [16, 3, 3, 3]),
    node(
      'batch-norm',
      'norm',
      ['first'],
      {},
      { scale: constant([16], gaussian(16, 1)), offset: constant([16], gaussian(16, 0.1)) },
    ),
    node('relu', 'r1', ['norm']),
    conv('depthwise', 'r1', [16, 1, 3, 3], { groups: 16 }),
    conv('second', 'depthwise', [16, 16, 3, 3]),
    node('add', 'skip', ['second', 'r1']),
    node('identity', 'dropout', ['skip']),
    conv('third', 'dropout', [32, 16, 3, 3], { strides: [2, 2] }),
    node('relu', 'r3', ['third']),
    node('global-average-pool', 'pool', ['r3']),
    node('flatten', 'flat', ['pool']),
    linearNode('logits', 'flat', 32, 10, 7),
    node('softmax', 'probabilities', ['logits']),
  ],
};
const input = { kind: 'image', width: 16, height: 16, channels: 3 } as const;
const pictures = (count: number, seed: number): Float32Array =>
  seededValues(count * 768, seed).map((value) => (value + 1) / 2);

describe('compressGraph', () => {
  it('stores convolutions as pictures that a session runs as the original', async () => {
    const calibration = new Calibration({ count: 200, size: 768, values: pictures(200, 5) });
    const { content, layers, fidelity, denseBytes } = await compressGraph(graph, { input, calibration });
    expect(layers.map(({ name, storedAs }) => [name, storedAs])).toEqual([
      // Named by the value that they give: the batch norm is folded into the first.
      ['norm', 'matrix'],
      ['depthwise', expect.any(String)],
      ['second', 'taps'],
      ['third', 'taps'],
      ['logits', expect.any(String)],
    ]);
    expect(content.manifest.requires).toEqual(['graph', 'add', 'conv2d', 'flatten', 'global-average-pool']);
    expect(fidelity.relativeError).toBeLessThan(0.15);
    const bytes = writeWjz(content);
    expect(bytes.length).toBeLessThan(denseBytes / 4);

    const file = readWjz(bytes);
    expect(file.manifest.outputs).toEqual(['probabilities', 'skip']);
    const exact = await openGraphOn('reference', planGraph({ ...graph, outputs: ['logits', 'skip'] }));
    const [logits, skip] = await exact.run([pictures(8, 9)], 8, 'values');
    const session = await InferenceSession.fromFile(file, { backends: ['wasm'] });
    const stored = await session.runBatch(pictures(8, 9), 8);
    expect(error(stored, logits)).toBeLessThan(0.25);
    const outputs = await session.run({ input: { data: pictures(1, 9), dims: [1, 3, 16, 16] } } as never);
    expect(error(outputs.skip.data as Float32Array, skip.subarray(0, 16 * 256))).toBeLessThan(0.15);
    session.dispose();
    exact.dispose();
  });

  it('asked for a smaller error takes more bytes and keeps it', async () => {
    const errors: number[] = [];
    const sizes: number[] = [];
    for (const maxError of [0.02, 0.3]) {
      const { content, fidelity } = await compressGraph(graph, { input, maxError });
      errors.push(fidelity.relativeError);
      sizes.push(writeWjz(content).length);
    }
    expect(errors[0]).toBeLessThan(0.05);
    expect(errors[0]).toBeLessThan(errors[1] / 3);
    expect(sizes[0]).toBeGreaterThan(1.5 * sizes[1]);
  });

  it('keeps every weight where no layer is to be a picture', async () => {
    const { content, layers, fidelity } = await compressGraph(graph, { input, layers: [], rest: 'F32' });
    expect(layers.every(({ storedAs }) => storedAs === 'F32')).toBe(true);
    expect(fidelity).toMatchObject({ agreement: 1, relativeError: 0 });
    expect(content.jpegs.size).toBe(0);
  });

  it('refuses inputs, layers and errors that do not fit, in one line', async () => {
    const small = { kind: 'image', width: 8, height: 8, channels: 3 } as const;
    await expect(compressGraph(graph, { input: small })).rejects.toThrow(/8×8×3 samples.*takes 768$/);
    await expect(compressGraph(graph, { input, layers: ['absent'] })).rejects.toThrow(/no layer 'absent'/);
    await expect(compressGraph(graph, { input, maxError: 0 })).rejects.toThrow(/maxError is 0/);
    await expect(compressGraph(graph, { input, layout: 'rows' })).rejects.toThrow(/chains of linear layers/);
  });
});

describe('chainOf', () => {
  it('finds the chain in a graph of linear nodes, whatever it reshapes', () => {
    const chain = vectorGraph(
      12,
      ['p'],
      [
        node('reshape', 'a', ['x'], { shape: [3, 4] }),
        node('flatten', 'b', ['a']),
        linearNode('fc1', 'b', 12, 6),
        node('relu', 'r', ['fc1']),
        node('identity', 'd', ['r']),
        linearNode('fc2', 'd', 6, 4),
        node('softmax', 'p', ['fc2']),
      ],
    );
    expect(chainOf(chain)?.layers.map(({ type }) => type)).toEqual(['linear', 'relu', 'linear', 'softmax']);
  });

  it('is undefined for branches and other operators', () => {
    expect(chainOf(graph)).toBeUndefined();
    const branched = vectorGraph(
      4,
      ['s'],
      [linearNode('fc1', 'x', 4, 4), node('relu', 'r', ['fc1']), node('add', 's', ['fc1', 'r'])],
    );
    expect(chainOf(branched)).toBeUndefined();
  });
});

/** √(Σ (a − b)² ÷ Σ (b − mean)²). */
function error(values: ArrayLike<number>, exact: Float32Array): number {
  const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length;
  const squares = exact.reduce((sum, value, at) => sum + (values[at] - value) ** 2, 0);
  return Math.sqrt(squares / exact.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}
