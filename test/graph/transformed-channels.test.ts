import { expect, test } from 'vitest';
import type { GraphNode } from '../../src/graph/graph.ts';
import { isMultipliedOnCoefficients } from '../../src/graph/passes/transform-convolutions.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { PictureKernels } from '../../src/weights/kernel-picture.ts';
import { seededValues } from '../operators/case.ts';
import { openGraphOn } from './backends.ts';
import { pictureConv } from './picture-graphs.ts';

/** Outputs and inputs: whole runs of 8, and others on either side. */
const CHANNELS = [
  [16, 8],
  [16, 24],
  [20, 12],
  [8, 19],
  [13, 8],
  [11, 9],
] as const;

test.for(CHANNELS)(
  '%i outputs of %i channels: the transforms give what the expanded kernels give',
  async ([outputs, inputs]) => {
    const one = pictureConv(
      'y',
      'x',
      [outputs, inputs, 3, 3],
      { strides: [2, 2] },
      { density: 0.08, seed: inputs },
    );
    expect(isMultipliedOnCoefficients(one.kernels as PictureKernels, one.attributes, [4, 3])).toBe(true);
    const { kernels: _, ...rest } = one;
    const { matrix } = one.kernels as PictureKernels;
    // Scales of rows, and one for all of them.
    for (const scale of [matrix.scale, matrix.scale.slice(0, 1)]) {
      const kernels: PictureKernels = { ...(one.kernels as PictureKernels), matrix: { ...matrix, scale } };
      const { shape, values } = one.constants.weight;
      const rescaled = values.map((value, at) => {
        const output = Math.floor((at * outputs) / values.length);
        return (value / matrix.scale[output]) * (scale[output] ?? scale[0]);
      });
      const expanded: GraphNode = {
        ...rest,
        constants: { ...rest.constants, weight: { shape, values: rescaled } },
      };
      const given = seededValues(2 * inputs * 9 * 7, outputs);
      const [plain, transformed] = await Promise.all(
        [expanded, { ...one, kernels }].map(async (conv) => {
          const graph = planGraph({
            inputs: [{ name: 'x', shape: [inputs, 9, 7] }],
            outputs: ['y'],
            nodes: [conv],
          });
          return (await (await openGraphOn('reference', graph)).run([given], 2, 'values'))[0];
        }),
      );
      const most = plain.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      expect(most).toBeGreaterThan(0.01);
      plain.forEach((value, at) => {
        expect(Math.abs(transformed[at] - value)).toBeLessThan(1e-5 * most);
      });
    }
  },
);
