import { describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { GraphNode, PlannedGraph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { preferredBackend } from '../../src/runtime/backends/choose.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import { storedGraph } from '../../src/runtime/graph/stored-graph.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { type Verification, verifyAgainstOracle } from '../../src/runtime/verify.ts';
import type { LinearNode } from '../../src/weights/network.ts';
import { graphContent } from '../format/graph-contents.ts';
import { constant, seededValues } from '../operators/case.ts';
import { backendRows, type GraphBackend } from './backends.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

const file = readWjz(writeWjz(graphContent()));
const INPUTS = Array.from({ length: 24 }, (_, seed) => seededValues(6, seed + 1));

/** The verdict on `graph` by the exact answers of `healthy`, on a backend. */
async function verify(
  backend: GraphBackend,
  graph: PlannedGraph,
  healthy: PlannedGraph = graph,
): Promise<Verification> {
  const oracle = new GraphOracle(healthy);
  const answers = INPUTS.map((values) => oracle.runBounded(values));
  const chosen = await preferredBackend([backend]);
  const executor = await createGraphExecutor(backend, chosen.backend, graph, EXECUTOR_DEFAULTS);
  try {
    return await verifyAgainstOracle(
      {
        inFeatures: 6,
        outFeatures: answers[0].logits.length,
        runBatch: async (values, batch) => (await executor.run([values], batch, 'values'))[0],
      },
      INPUTS,
      answers.map(({ logits }) => logits),
      answers.map(({ tolerances }) => tolerances),
    );
  } finally {
    executor.dispose();
  }
}

function altered(graph: PlannedGraph, name: string, change: (node: GraphNode) => GraphNode): PlannedGraph {
  const nodes = graph.nodes.map((node) => (node.name === name ? change(node) : node));
  expect(nodes).not.toEqual(graph.nodes);
  return { ...graph, nodes };
}

/** Every kind of rounding, a branch, a sum of much larger values than its result. */
function manyOperators(): PlannedGraph {
  return planGraph(
    vectorGraph(
      6,
      ['y'],
      [
        linearNode('a', 'x', 6, 8),
        node('tanh', 't', ['a']),
        node('gelu', 'g', ['a']),
        node('silu', 's', ['a']),
        node('multiply', 'm', ['t', 's']),
        node('add', 'n', ['m', 'g']),
        linearNode('b', 'n', 8, 8, 5),
        node('softmax', 'p', ['b']),
        node('relu', 'r', ['b']),
        node('concatenate', 'c', ['p', 'r']),
        linearNode('y', 'c', 16, 5, 9),
      ],
    ),
  );
}

/** Two vectors of three: normalised as ONNX spells layer normalisation, then attention over themselves and a residual. */
function attention(): PlannedGraph {
  const weight = (name: string, input: string, seed: number): GraphNode =>
    node('matmul', name, [input], {}, { weight: constant([3, 3], [...seededValues(9, seed)]) });
  return planGraph(
    vectorGraph(
      6,
      ['y'],
      [
        linearNode('a', 'x', 6, 6),
        node('reshape', 'v', ['a'], { shape: [2, 3] }),
        node('reduce-mean', 'mean', ['v'], { axes: [-1] }),
        node('subtract', 'centred', ['v', 'mean']),
        node('multiply', 'squared', ['centred', 'centred']),
        node('reduce-mean', 'variance', ['squared'], { axes: [-1] }),
        node('add', 'positive', ['variance'], {}, { operand: constant([], [1e-5]) }),
        node('sqrt', 'deviation', ['positive']),
        node('divide', 'n', ['centred', 'deviation']),
        weight('query', 'n', 11),
        weight('key', 'n', 12),
        weight('value', 'n', 13),
        node('transpose', 'turned', ['key'], { permutation: [1, 0] }),
        node('matmul', 'scores', ['query', 'turned']),
        node('softmax', 'shares', ['scores']),
        node('matmul', 'attended', ['shares', 'value']),
        node('add', 'sum', ['attended', 'v']),
        node('erf', 'e', ['sum']),
        linearNode('y', 'e', 6, 5, 9),
      ],
    ),
  );
}

describe.each(backendRows)('a healthy graph on $title', ({ backend, skipped }) => {
  it.skipIf(skipped)('passes: layers of every layout', async () => {
    const { passed, worst } = await verify(backend, (await storedGraph(file, 'coefficient', {})).graph);
    expect({ passed, worst }).toMatchObject({ passed: true });
  });

  it.skipIf(skipped)('passes: operators of every kind of rounding', async () => {
    const { passed, worst } = await verify(backend, manyOperators());
    expect({ passed, worst }).toMatchObject({ passed: true });
  });

  it.skipIf(skipped)(
    'passes: what ELU gives near zero, bounds and fill values that float32 rounds',
    async () => {
      const nodes = [
        node('multiply', 'small', ['x'], {}, { operand: constant([], [1e-4]) }),
        node('celu', 'c', ['small'], { alpha: 1.9470802260329947 }),
        node('selu', 's', ['small']),
        node('clip', 'b', ['x'], { min: -0.1, max: 0.3 }),
        node('concatenate', 'all', ['c', 's', 'b']),
        node('pad', 'y', ['all'], { pads: [1, 1], value: 0.1 }),
      ];
      const { passed, worst } = await verify(backend, planGraph(vectorGraph(6, ['y'], nodes)));
      expect({ passed, worst }).toMatchObject({ passed: true });
    },
  );

  it.skipIf(skipped)('passes: layer normalisation and attention', async () => {
    const { passed, worst } = await verify(backend, attention());
    expect({ passed, worst }).toMatchObject({ passed: true });
  });
});

describe('a graph with a fault fails', () => {
  it.each<[string, string, (node: GraphNode) => GraphNode]>([
    [
      'a coefficient one step off',
      'b',
      (node) => {
        const linear = node.linear as Extract<GraphNode['linear'], { kind: 'matrix' }>;
        const value = linear.coefficients.value.slice();
        value[0]++;
        return { ...node, linear: { ...linear, coefficients: { ...linear.coefficients, value } } };
      },
    ],
    [
      'a scale off by a thousandth',
      'a',
      (node) => {
        const linear = node.linear as Extract<GraphNode['linear'], { kind: 'rows' }>;
        return { ...node, linear: { ...linear, scale: linear.scale.map((scale) => scale * 1.001) } };
      },
    ],
    ['another attribute', 'layer 3', (node) => ({ ...node, attributes: { alpha: 0.02 } })],
  ])('%s', async (_what, name, change) => {
    const { graph: healthy } = await storedGraph(file, 'coefficient', {});
    const wanted =
      name === 'layer 3'
        ? (healthy.nodes.find(({ operator }) => operator === 'leaky-relu')?.name as string)
        : name;
    const { passed } = await verify('wasm', altered(healthy, wanted, change), healthy);
    expect(passed).toBe(false);
  });

  it('an output that is not a number', async () => {
    const graph = manyOperators();
    const { passed } = await verify(
      'wasm',
      altered(graph, 'y', (node) => ({
        ...node,
        linear: { ...(node.linear as LinearNode), bias: new Float32Array(5).fill(Number.NaN) },
      })),
      graph,
    );
    expect(passed).toBe(false);
  });
});

describe('tolerances', () => {
  it('of a chain are those that are worked out, to within the error of trying', () => {
    const first = linearNode('a', 'x', 60, 40, 3);
    const last = linearNode('y', 'r', 40, 10, 4);
    const graph = planGraph(vectorGraph(60, ['y'], [first, node('relu', 'r', ['a']), last]));
    const chain = new Oracle({
      nodes: [
        { ...(first.linear as NonNullable<typeof first.linear>), relu: true },
        last.linear as NonNullable<typeof last.linear>,
      ],
    });
    const ratios = Array.from({ length: 20 }, (_, seed) => seededValues(60, seed + 50)).flatMap((input) => {
      const tried = new GraphOracle(graph).runBounded(input);
      const derived = chain.runBounded(input);
      expect(tried.logits).toEqual(derived.logits);
      expect(tried.active).toEqual(derived.active);
      return [...tried.tolerances].map((tolerance, output) => tolerance / derived.tolerances[output]);
    });
    // What is worked out assumes the worst of correlations, so it is the larger one; it is not many times larger.
    const median = ratios.sort((a, b) => a - b)[ratios.length >> 1];
    expect(median).toBeGreaterThan(0.2);
    expect(median).toBeLessThanOrEqual(1.1);
  });

  it('are the same every time', async () => {
    const { graph } = await storedGraph(file, 'coefficient', {});
    expect(new GraphOracle(graph).runBounded(INPUTS[0])).toEqual(
      new GraphOracle(graph).runBounded(INPUTS[0]),
    );
  });
});
