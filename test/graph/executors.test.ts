import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { GraphExecutor } from '../../src/runtime/backends/backend.ts';
import { constant, seededValues } from '../operators/case.ts';
import { backendRows, type GraphBackend, openGraphOn } from './backends.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

const open = (backend: GraphBackend, graph: Graph): Promise<GraphExecutor> =>
  openGraphOn(backend, planGraph(graph));

async function run(backend: GraphBackend, graph: Graph, inputs: Float32Array[], batch: number) {
  const executor = await open(backend, graph);
  const outputs = await executor.run(inputs, batch, 'values');
  executor.dispose();
  return outputs;
}

/** A residual block, a gate and two outputs. */
const BRANCHES = vectorGraph(
  8,
  ['probabilities', 'embedding'],
  [
    linearNode('a', 'x', 8, 16, 1),
    node('silu', 's', ['a']),
    linearNode('b', 's', 16, 16, 2),
    node('add', 'r', ['b', 's']),
    node('relu', 'embedding', ['r']),
    node('sigmoid', 'g', ['x']),
    node('multiply', 'm', ['x', 'g']),
    node('concatenate', 'c', ['embedding', 'm']),
    linearNode('d', 'c', 24, 5, 3),
    node('softmax', 'probabilities', ['d']),
  ],
);

describe.each(backendRows)('graphs on $title', ({ backend, skipped }) => {
  const it = test.skipIf(skipped);

  it('run branches and residuals, several outputs in the order asked for', async () => {
    const input = seededValues(3 * 8, 7);
    const [probabilities, embedding] = await run(backend, BRANCHES, [input], 3);
    expect(probabilities.length).toBe(15);
    expect(embedding.length).toBe(48);
    for (let image = 0; image < 3; image++) {
      // Worked out by plain loops here, not by the code under test.
      const x = [...input.subarray(8 * image, 8 * image + 8)];
      const multiply = (inputs: number[], columns: number, rows: number, seed: number): number[] =>
        Array.from(seededValues(rows, seed + 100), (bias, row) => {
          const weights = seededValues(rows * columns, seed);
          return inputs.reduce((sum, value, k) => sum + value * weights[row * columns + k], bias);
        });
      const s = multiply(x, 8, 16, 1).map((value) => value / (1 + Math.exp(-value)));
      const e = multiply(s, 16, 16, 2).map((value, k) => Math.max(0, value + s[k]));
      const d = multiply([...e, ...x.map((value) => value / (1 + Math.exp(-value)))], 24, 5, 3);
      const exponentials = d.map((value) => Math.exp(value - Math.max(...d)));
      const total = exponentials.reduce((sum, value) => sum + value, 0);
      for (const [k, value] of e.entries()) expect(embedding[16 * image + k]).toBeCloseTo(value, 4);
      for (const [k, value] of exponentials.entries()) {
        expect(probabilities[5 * image + k]).toBeCloseTo(value / total, 5);
      }
    }
  });

  it('an image gets the same answer alone and in any batch', async () => {
    const input = seededValues(40 * 8, 3);
    const [whole] = await run(backend, BRANCHES, [input], 40);
    const executor = await open(backend, BRANCHES);
    for (const image of [0, 17, 39]) {
      const [alone] = await executor.run([input.subarray(8 * image, 8 * image + 8)], 1, 'values');
      for (const [k, value] of alone.entries()) expect(value).toBeCloseTo(whole[5 * image + k], 6);
    }
    executor.dispose();
  });

  it('calls that overlap do not see each other', async () => {
    const executor = await open(backend, BRANCHES);
    const inputs = Array.from({ length: 8 }, (_, k) => seededValues((k + 1) * 8, k));
    const alone: Float32Array[] = [];
    for (const [k, input] of inputs.entries()) alone.push((await executor.run([input], k + 1, 'values'))[0]);
    const together = await Promise.all(inputs.map((input, k) => executor.run([input], k + 1, 'values')));
    expect(together.map(([output]) => output)).toEqual(alone);
    executor.dispose();
  });

  it('refuses what is not finite', async () => {
    const executor = await open(backend, BRANCHES);
    const input = Float32Array.of(1, 2, 3, NaN, 5, 6, 7, 8);
    await expect((async () => executor.run([input], 1, 'values'))()).rejects.toThrow(/input value 3 is NaN/);
    executor.dispose();
  });

  it('an input and a view of it may be outputs', async () => {
    const graph = vectorGraph(3, ['x', 'v'], [node('identity', 'v', ['x'])]);
    const [x, v] = await run(backend, graph, [Float32Array.of(1, 2, 3)], 1);
    expect([[...x], [...v]]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });
});

describe('random graphs', () => {
  const UNARY = [
    'relu',
    'sigmoid',
    'tanh',
    'silu',
    'gelu',
    'clip',
    'leaky-relu',
    'hard-sigmoid',
    'identity',
    'softmax',
    'abs',
    'celu',
    'elu',
    'erf',
    'log-softmax',
    'mish',
    'negate',
    'selu',
    'softplus',
    'softsign',
  ];
  const BINARY = ['add', 'maximum', 'minimum', 'subtract'];
  const OTHERS = 6;
  const pick = fc.record({
    kind: fc.nat(UNARY.length + BINARY.length + OTHERS - 1),
    a: fc.nat(),
    b: fc.nat(),
    seed: fc.nat(1000),
  });

  test.for(backendRows.slice(1))(
    'give on $title what they give on the reference',
    async ({ backend, skipped }, { skip }) => {
      if (skipped) skip();
      await fc.assert(
        fc.asyncProperty(
          fc.array(pick, { minLength: 1, maxLength: 14, size: 'max' }),
          fc.integer({ min: 1, max: 5 }),
          async (picks, batch) => {
            const graph = randomGraph(picks);
            const inputs = [seededValues(batch * 6, 5)];
            const exact = await run('reference', graph, inputs, batch);
            const fast = await run(backend, graph, inputs, batch);
            for (const [index, output] of fast.entries()) {
              const largest = exact[index].reduce((max, value) => Math.max(max, Math.abs(value)), 1e-6);
              const error = output.reduce(
                (max, value, at) => Math.max(max, Math.abs(value - exact[index][at])),
                0,
              );
              expect(error <= 2e-5 * largest).toBe(true);
            }
          },
        ),
        { numRuns: backend === 'wasm' ? 150 : 20 },
      );
    },
  );

  /** Values of 6 elements, so that any two can meet; the last and a middle one are outputs. */
  function randomGraph(picks: readonly { kind: number; a: number; b: number; seed: number }[]): Graph {
    const nodes: GraphNode[] = [];
    const names = ['x'];
    for (const [k, { kind, a, b, seed }] of picks.entries()) {
      const [one, two] = [names[a % names.length], names[b % names.length]];
      const name = `n${k}`;
      if (kind < UNARY.length) nodes.push(node(UNARY[kind], name, [one]));
      else if (kind < UNARY.length + BINARY.length) {
        nodes.push(node(BINARY[kind - UNARY.length], name, [one, two]));
      } else nodes.push(...other(kind - UNARY.length - BINARY.length, name, one, two, seed));
      names.push(name);
    }
    return vectorGraph(6, [names[names.length - 1], names[names.length >> 1]], nodes);
  }

  /** Nodes that give `name`, the last of which may take what those before give. */
  function other(kind: number, name: string, one: string, two: string, seed: number): GraphNode[] {
    const before = `${name}c`;
    switch (kind) {
      case 0:
        return [node('prelu', name, [one], {}, { slope: constant([6], [...seededValues(6, seed)]) })];
      case 1:
        return [linearNode(name, one, 6, 6, seed)];
      case 2:
        return [node('matmul', name, [one], {}, { weight: constant([6, 6], [...seededValues(36, seed)]) })];
      case 3:
        return [node('gather', name, [one], { indices: [5, seed % 6, 0, 0, 3, seed % 5] })];
      case 4:
        return [
          node('reduce-mean', before, [one], { axes: [0] }),
          node('tile', name, [before], { repeats: [6] }),
        ];
      default:
        return [node('concatenate', before, [one, two]), linearNode(name, before, 12, 6, seed)];
    }
  }
});
