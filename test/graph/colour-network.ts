import { compressGraph } from '../../src/compress/graph/compress-graph.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { mulberry32, normal } from '../../src/random.ts';
import { constant } from '../operators/case.ts';
import { linearNode, node } from './graphs.ts';

/** A residual convolutional network of noise over colour pictures, 32×32, of four classes; its kernels are JPEGs. */
export function colourNetwork(): Promise<Uint8Array> {
  const nodes = [
    node('global-average-pool', 'pool', ['both']),
    node('flatten', 'flat', ['pool']),
    linearNode('logits', 'flat', 16, 4, 7),
  ];
  return compressed(nodes, 'logits', { labels: ['frog', 'ship', 'truck', 'cat'] });
}

/** The same without its end: what it gives is 16 images. */
export function imageNetwork(): Promise<Uint8Array> {
  return compressed([], 'both', {});
}

async function compressed(
  end: readonly GraphNode[],
  output: string,
  options: { readonly labels?: readonly string[] },
): Promise<Uint8Array> {
  const random = mulberry32(3);
  const conv = (name: string, input: string, shape: readonly number[]): GraphNode => {
    const [outputs, inputs, height, width] = shape;
    const fan = inputs * height * width;
    const weight = constant(
      shape,
      Array.from({ length: outputs * fan }, () => Math.sqrt(2 / fan) * normal(random)),
    );
    return node('conv2d', name, [input], { pads: [1, 1, 1, 1] }, { weight });
  };
  const graph: Graph = {
    inputs: [{ name: 'image', shape: [3, 32, 32] }],
    outputs: [output],
    nodes: [
      conv('first', 'image', [16, 3, 3, 3]),
      node('relu', 'bright', ['first']),
      conv('second', 'bright', [16, 16, 3, 3]),
      node('add', 'both', ['second', 'bright']),
      ...end,
    ],
  };
  const input = { kind: 'image', width: 32, height: 32, channels: 3 } as const;
  const { content } = await compressGraph(graph, { input, ...options });
  return writeWjz(content);
}
