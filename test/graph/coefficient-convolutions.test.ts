import { expect, test } from 'vitest';
import { foldAffine } from '../../src/graph/passes/fold-affine.ts';
import {
  isMultipliedOnCoefficients,
  transformConvolutions,
} from '../../src/graph/passes/transform-convolutions.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import type { PictureKernels } from '../../src/weights/kernel-picture.ts';
import { seededValues } from '../operators/case.ts';
import { backendRows, openGraphOn } from './backends.ts';
import { pictureGraph as graph, pictureConv } from './picture-graphs.ts';

test('sparse taps are multiplied on their coefficients, others are expanded', () => {
  const multiplied = graph.nodes.flatMap(({ name, kernels, attributes }) =>
    kernels && isMultipliedOnCoefficients(kernels, attributes) ? [name] : [],
  );
  expect(multiplied).toEqual(['a', 'b', 'c', 'd']);
  const { nodes } = transformConvolutions(graph);
  expect(nodes.filter(({ operator }) => operator === 'coefficient-conv2d')).toHaveLength(4);
  // a and b take the same value, whose channels are transformed once.
  expect(nodes.filter(({ name }) => name.startsWith('x\0'))).toHaveLength(1);
});

test('kernels of 3×3 without strides must be sparser: expanded they take fewer multiplications', () => {
  const [first] = graph.nodes;
  const kernels = pictureConv('k', 'x', [64, 64, 3, 3], {}, { density: 0.15 }).kernels as PictureKernels;
  expect(isMultipliedOnCoefficients(kernels, { ...first.attributes, strides: [2, 2] })).toBe(true);
  expect(isMultipliedOnCoefficients(kernels, { ...first.attributes, strides: [1, 1] })).toBe(false);
});

test.for(backendRows)(
  'convolutions on coefficients on $title answer within the rounding errors of their nodes',
  async ({ backend, skipped }, { skip }) => {
    if (skipped) skip();
    const planned = planGraph(foldAffine(graph));
    expect(planned.nodes.some(({ operator }) => operator === 'batch-norm')).toBe(false);
    const oracle = new GraphOracle(planned);
    const other = new GraphOracle(planGraph({ ...foldAffine(graph), outputs: ['tail'] }));
    const executor = await openGraphOn(backend, planned);
    const batch = 3;
    const size = 8 * 11 * 9;
    const inputs = seededValues(batch * size, 11);
    const given = await executor.run([inputs], batch, 'values');
    for (let image = 0; image < batch; image++) {
      const input = inputs.subarray(image * size, (image + 1) * size);
      for (const [index, judge] of [oracle, other].entries()) {
        const { logits: exact, tolerances } = judge.runBounded(input);
        expect(given[index].length).toBe(batch * exact.length);
        exact.forEach((value, at) => {
          const error = Math.abs(given[index][image * exact.length + at] - value);
          expect(error <= tolerances[at]).toBe(true);
        });
      }
    }
    executor.dispose();
  },
);
