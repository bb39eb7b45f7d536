import { SparseBuilder } from '../../kernels/coefficient-multiply/sparse.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { withKernels } from '../../src/graph/passes/fold-affine.ts';
import { mulberry32 } from '../../src/random.ts';
import type { KernelLayout } from '../../src/weights/kernel-picture.ts';
import type { MatrixNode } from '../../src/weights/network.ts';
import { constant, seededValues } from '../operators/case.ts';
import { node } from './graphs.ts';

/** A convolution whose kernels are a picture with a share of nonzeros. */
export function pictureConv(
  name: string,
  input: string,
  shape: readonly [number, number, number, number],
  attributes: object,
  { density = 0.2, layout = 'taps' as KernelLayout, offset = false, seed = 1 } = {},
): GraphNode {
  const [outputs, inputs, height, width] = shape;
  const random = mulberry32(seed);
  const columns = layout === 'taps' ? 8 * Math.ceil(inputs / 8) * height * width : inputs * height * width;
  const builder = new SparseBuilder(8 * Math.ceil(columns / 8));
  for (let row = 0; row < 8 * Math.ceil(outputs / 8); row++) {
    const filled = () => (random() < density ? Math.round((random() - 0.5) * 60) : 0);
    builder.addRow(Int16Array.from({ length: 8 * Math.ceil(columns / 8) }, filled));
  }
  const matrix: MatrixNode = {
    kind: 'matrix',
    name,
    inFeatures: columns,
    outFeatures: outputs,
    bias: seededValues(outputs, seed + 9),
    relu: false,
    coefficients: builder.finish(),
    quantization: Uint16Array.from({ length: 64 }, (_, k) => 1 + (k % 5)),
    scale: Float32Array.from({ length: outputs }, (_, o) => 0.002 + 0.0001 * o),
    offset: offset ? new Float32Array(outputs).fill(0.01) : null,
  };
  const kernels = { layout, shape, matrix };
  const plain = { weight: constant(shape, [...new Float32Array(outputs * inputs * height * width)]) };
  const { constants } = node('conv2d', name, [input], attributes, plain);
  return { ...node('conv2d', name, [input], attributes, plain), ...withKernels(constants, kernels) };
}

const same = { pads: [1, 1, 1, 1] };
/** Kernels of several sizes and strides, two of which take the same value; batch norm; channels that fill no run of 8. */
export function pictureGraphOf(seed: number): Graph {
  const conv = (
    name: string,
    input: string,
    shape: Parameters<typeof pictureConv>[2],
    attributes: object,
    options: Parameters<typeof pictureConv>[4],
  ): GraphNode =>
    pictureConv(name, input, shape, attributes, { ...options, seed: 100 * seed + name.charCodeAt(0) });
  return {
    inputs: [{ name: 'x', shape: [8, 11, 9] }],
    outputs: ['sum', 'tail'],
    nodes: [
      conv('a', 'x', [16, 8, 3, 3], { ...same, strides: [2, 2] }, { density: 0.1 }),
      node(
        'batch-norm',
        'n',
        ['a'],
        {},
        {
          scale: constant([16], [...seededValues(16, seed + 2)]),
          offset: constant([16], [...seededValues(16, seed + 3)]),
        },
      ),
      conv('b', 'x', [16, 8, 2, 4], { pads: [0, 1, 1, 2], strides: [2, 2] }, { density: 0.06 }),
      node('add', 'sum', ['n', 'b']),
      conv('c', 'sum', [20, 16, 2, 3], { pads: [0, 2, 1, 1], dilations: [2, 1] }, { density: 0.1 }),
      conv('d', 'c', [24, 20, 3, 2], same, { density: 0.15 }),
      conv('dense', 'd', [8, 24, 1, 1], {}, { density: 0.9 }),
      conv('flat', 'dense', [8, 8, 3, 3], same, { layout: 'matrix' }),
      conv('tail', 'flat', [8, 8, 1, 1], {}, { offset: true }),
    ],
  };
}

export const pictureGraph: Graph = pictureGraphOf(1);
