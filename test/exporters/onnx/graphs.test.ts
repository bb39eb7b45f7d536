import { describe, expect, it } from 'vitest';
import { onnxOfGraph } from '../../../src/exporters/onnx/graph.ts';
import type { Graph, GraphNode } from '../../../src/graph/graph.ts';
import { foldAffine } from '../../../src/graph/passes/fold-affine.ts';
import { transformConvolutions } from '../../../src/graph/passes/transform-convolutions.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { elementCount } from '../../../src/graph/shape.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { expectRefusal } from '../../format/refusal.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { linearNode, node } from '../../graph/graphs.ts';
import { pictureConv, pictureGraph } from '../../graph/picture-graphs.ts';
import { constant, seededValues } from '../../operators/case.ts';
import { hasOnnxRuntime, relativeDifference, runOnnx, WHERE } from './onnxruntime.ts';

const NO_DESCRIPTION = { name: 'graph', text: '', metadata: {} };
const FLOAT32 = { type: 'float32', coefficients: false } as const;
const COEFFICIENTS = { type: 'float32', coefficients: true } as const;
const MAX_RELATIVE_ERROR = 1e-5;
const BATCH = 2;

const weight = (rows: number, columns: number, seed: number) => ({
  weight: constant([rows, columns], [...seededValues(rows * columns, seed)]),
});

/** Self-attention over 6 tokens of 8 numbers, with a residual and a layer norm. */
const attention: Graph = {
  inputs: [{ name: 'x', shape: [6, 8] }],
  outputs: ['y'],
  nodes: [
    node('matmul', 'q', ['x'], {}, weight(8, 8, 1)),
    node('matmul', 'k', ['x'], {}, weight(8, 8, 2)),
    node('matmul', 'v', ['x'], {}, weight(8, 8, 3)),
    node('transpose', 'kT', ['k'], { permutation: [1, 0] }),
    node('matmul', 'scores', ['q', 'kT']),
    node('multiply', 'scaled', ['scores'], {}, { operand: constant([], [8 ** -0.5]) }),
    node('softmax', 'weights', ['scaled']),
    node('matmul', 'mixed', ['weights', 'v']),
    node('add', 'sum', ['x', 'mixed']),
    node('reduce-mean', 'mean', ['sum'], { axes: [-1] }),
    node('subtract', 'centred', ['sum', 'mean']),
    node('multiply', 'squares', ['centred', 'centred']),
    node('reduce-mean', 'variance', ['squares'], { axes: [-1] }),
    node('add', 'positive', ['variance'], {}, { operand: constant([], [1e-12]) }),
    node('sqrt', 'deviation', ['positive']),
    node('divide', 'y', ['centred', 'deviation']),
  ],
};

/** Two inputs, convolutions of all kinds, a dense layer, names that are taken twice in ONNX. */
const mixed: Graph = {
  inputs: [
    { name: 'image', shape: [4, 12, 10] },
    { name: 'more', shape: [8] },
  ],
  outputs: ['sum', 'pooled'],
  nodes: [
    node(
      'conv2d',
      'depthwise',
      ['image'],
      { groups: 4, pads: [0, 1, 1, 1] },
      { weight: constant([8, 1, 2, 3], [...seededValues(48, 4)]) },
    ),
    node('clip', 'depthwise.weight', ['depthwise'], { min: 0, max: 6 }),
    node('max-pool', 'depthwise/1', ['depthwise.weight'], {
      kernel: [3, 2],
      strides: [2, 2],
      ceilMode: true,
    }),
    node('resize', 'large', ['depthwise/1'], { size: [11, 12], scales: [2, 2.4], mode: 'linear' }),
    node('global-average-pool', 'pooled', ['large']),
    linearNode('dense', 'pooled', 8, 8, 6),
    node('add', 'sum', ['dense', 'more']),
  ],
};

const ofOffsets: Graph = {
  inputs: [{ name: 'x', shape: [12, 9, 9] }],
  outputs: ['b'],
  nodes: [
    pictureConv('a', 'x', [20, 12, 3, 3], { pads: [1, 1, 1, 1] }, { offset: true, seed: 3 }),
    pictureConv('b', 'a', [16, 20, 3, 3], {}, { offset: true, layout: 'matrix', density: 0.9, seed: 4 }),
  ],
};

const GRAPHS = [
  { name: 'attention', graph: attention, weights: FLOAT32 },
  { name: 'two inputs', graph: mixed, weights: FLOAT32 },
  { name: 'convolutions as pictures, expanded', graph: pictureGraph, weights: FLOAT32 },
  { name: 'convolutions as coefficients', graph: pictureGraph, weights: COEFFICIENTS },
  { name: 'coefficients with offsets, in both layouts', graph: ofOffsets, weights: COEFFICIENTS },
] as const;

describe.each(GRAPHS)('$name', ({ graph, weights }) => {
  const planned = planGraph(foldAffine(graph));
  const inputs = planned.inputs.map(({ shape }, index) =>
    seededValues(BATCH * elementCount(shape), 7 + index),
  );
  const run = async (other: Graph): Promise<Float32Array[]> => {
    const executor = await openGraphOn('reference', planGraph(other));
    return executor.run(inputs, BATCH, 'values');
  };

  it.skipIf(!hasOnnxRuntime)(`answers as reference does ${WHERE}`, async () => {
    const file = onnxOfGraph(planned, NO_DESCRIPTION, weights);
    const exact = await run(planned);
    for (const optimization of ['disabled', 'all'] as const) {
      const results = await runOnnx(file, inputs, BATCH, optimization);
      planned.outputs.forEach((name, index) => {
        const { data } = results.get(name) ?? { data: [] };
        expect(relativeDifference(data, exact[index])).toBeLessThanOrEqual(MAX_RELATIVE_ERROR);
      });
    }
  });

  it('answers the same when it is imported again', async () => {
    const { bytes } = onnxOfGraph(planned, NO_DESCRIPTION, weights);
    const imported = importOnnx(bytes);
    expect(imported.graph.inputs).toEqual(planned.inputs);
    expect(imported.graph.outputs).toEqual(planned.outputs);
    const exact = await run(planned);
    const results = await run(imported.graph);
    results.forEach((values, index) => {
      expect(relativeDifference(values, exact[index])).toBeLessThanOrEqual(MAX_RELATIVE_ERROR);
    });
  });
});

it('coefficients make the file smaller', () => {
  const planned = planGraph(ofOffsets);
  const [dense, coefficients] = [FLOAT32, COEFFICIENTS].map(
    (weights) => onnxOfGraph(planned, NO_DESCRIPTION, weights).bytes.length,
  );
  expect(coefficients).toBeLessThan(dense / 2);
});

describe('refusals', () => {
  it('list all nodes whose operators have no ONNX form', () => {
    const planned = planGraph(transformConvolutions(planGraph(foldAffine(pictureGraph))));
    const message = expectRefusal(
      () => onnxOfGraph(planned, NO_DESCRIPTION, FLOAT32),
      'unsupported',
      'EXPORT_OPERATOR',
    );
    expect(message.replaceAll('\\u0000', '|')).toBe(
      'operators without an ONNX form: coefficient-conv2d (a|coefficients, b|coefficients, c|coefficients, d|coefficients)',
    );
  });

  it('come before weights of more than 2 GiB are expanded', () => {
    const shape = [2 ** 15, 2 ** 15];
    const huge: GraphNode = {
      ...node('matmul', 'huge', ['x']),
      constants: { weight: { shape, values: new Float32Array() } },
    };
    const graph = planGraph({ inputs: [{ name: 'x', shape: [2 ** 15] }], outputs: ['huge'], nodes: [huge] });
    expectRefusal(
      () => onnxOfGraph(graph, NO_DESCRIPTION, FLOAT32),
      'limit',
      'EXPORT_TOO_LARGE',
      /^the weights take 4294967296 bytes, an ONNX file ends at 2147483647: write fewer with float16 or coefficients$/,
    );
  });
});
