import { expect, it } from 'vitest';
import { elementCount, type Precision } from '../../kernels/node.ts';
import type { PlannedGraph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { NodeWay } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { seededValues } from '../operators/case.ts';
import { node } from './graphs.ts';
import { pictureConv } from './picture-graphs.ts';

/** More than go together: what is left over of one image must not reach another, wherever that lies. */
const BATCH = 150;

interface Form {
  readonly map: readonly [channels: number, height: number, width: number];
  readonly outputs: number;
  readonly kernel: readonly [number, number];
  readonly attributes?: object;
}

const FORMS: readonly Form[] = [
  { map: [6, 13, 11], outputs: 21, kernel: [8, 8], attributes: { strides: [8, 8] } },
  ...[5, 6, 7, 9, 13].map((width): Form => ({ map: [3, 7, width], outputs: 5, kernel: [3, 3] })),
  { map: [2, 5, 10], outputs: 3, kernel: [1, 2] },
  { map: [4, 9, 14], outputs: 6, kernel: [2, 2], attributes: { strides: [2, 2] } },
  { map: [4, 9, 11], outputs: 4, kernel: [3, 3], attributes: { strides: [1, 2], pads: [1, 0, 0, 0] } },
  { map: [3, 10, 21], outputs: 5, kernel: [3, 3], attributes: { strides: [4, 4], pads: [0, 1, 0, 1] } },
  { map: [4, 6, 7], outputs: 4, kernel: [3, 3], attributes: { groups: 4 } },
  { map: [4, 6, 7], outputs: 4, kernel: [3, 3], attributes: { groups: 2, dilations: [2, 1] } },
  { map: [8, 8, 8], outputs: 8, kernel: [3, 3], attributes: { pads: [1, 1, 1, 1] } },
  { map: [8, 16, 16], outputs: 8, kernel: [3, 3], attributes: { pads: [1, 1, 1, 1] } },
  { map: [5, 4, 3], outputs: 7, kernel: [1, 1] },
];

it.each(
  FORMS.flatMap((form) =>
    (['float32', 'int16', 'int8'] as const).map((precision) => ({ ...form, precision })),
  ),
)(
  '$kernel on $map, $attributes, $precision: each image of a batch has the answer that it has alone, to the bit',
  async ({ map, outputs, kernel, attributes = {}, precision }) => {
    const { groups = 1 } = attributes as { readonly groups?: number };
    const shape = [outputs, map[0] / groups, ...kernel];
    const weight = { shape, values: seededValues(elementCount(shape), 2) };
    const graph = planGraph({
      inputs: [{ name: 'x', shape: map }],
      outputs: ['y'],
      nodes: [node('relu', 'r', ['x']), node('conv2d', 'y', ['r'], attributes, { weight })],
    });
    await compareBatch(graph, precision);
  },
);

it.each([
  [8, 9, 7],
  [16, 6, 5],
  [11, 12, 13],
] as const)('on coefficients, %i channels of %i×%i: the same', async (channels, height, width) => {
  const conv = pictureConv('y', 'x', [channels, channels, 3, 3], {}, { density: 0.05, seed: width });
  const inputs = [{ name: 'x', shape: [channels, height, width] }];
  const graph = planGraph({ inputs, outputs: ['y'], nodes: [conv] });
  expect(await compareBatch(graph, 'float32')).toBe('kernels');
});

/** Returns how the convolution is multiplied. */
async function compareBatch(graph: PlannedGraph, precision: Precision): Promise<NodeWay['weights']> {
  const options = { precision, memory: 'speed', threads: 1 } as const;
  const executor = await createGraphExecutor('wasm', await findBackend('wasm'), graph, options);
  const size = elementCount(graph.inputs[0].shape);
  const inputs = seededValues(BATCH * size);
  const [together] = await executor.run([inputs], BATCH, 'values');
  const given = elementCount(graph.shapes.get('y') as readonly number[]);
  for (let image = 0; image < BATCH; image++) {
    const [alone] = await executor.run([inputs.subarray(image * size, (image + 1) * size)], 1, 'values');
    expect(together.subarray(image * given, (image + 1) * given)).toEqual(alone);
  }
  executor.dispose();
  return executor.residentBytes.nodes[0].weights;
}
