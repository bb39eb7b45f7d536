import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planGraph } from '../../src/graph/plan.ts';
import { anyConvolution, compareConvolution } from '../differential/convolutions.ts';
import { constant, seededValues } from '../operators/case.ts';
import { openGraphOn } from './backends.ts';
import { node } from './graphs.ts';

/** Channels, rows, columns, outputs, kernel, stride; what they try. */
const FORMS = [
  ['two neighbours of a single channel in a word', 1, 12, 8, 6, 5, 1],
  ['two channels in a word, the last without a second', 3, 8, 8, 5, 3, 1],
  ['strides', 4, 16, 16, 8, 3, 2],
  ['a kernel of one pixel', 16, 8, 8, 12, 1, 1],
  ["Winograd's tiles", 9, 8, 10, 11, 3, 1],
] as const;

type Form = (typeof FORMS)[number];

function graphOf([, channels, height, width, outputs, kernel, stride]: Form, weights: Float32Array) {
  const pad = kernel >> 1;
  return planGraph({
    inputs: [{ name: 'x', shape: [channels, height, width] }],
    outputs: ['y'],
    nodes: [
      node(
        'conv2d',
        'y',
        ['x'],
        { pads: [pad, pad, pad, pad], strides: [stride, stride] },
        { weight: constant([outputs, channels, kernel, kernel], [...weights]) },
      ),
    ],
  });
}

/** Largest difference from `reference` as a share of its largest output. */
async function errorOf(form: Form, weights: Float32Array, inputs: Float32Array): Promise<number> {
  const graph = graphOf(form, weights);
  const [exact, given] = await Promise.all([
    (await openGraphOn('reference', graph)).run([inputs], 1, 'values'),
    (await openGraphOn('wasm', graph, 'int16')).run([inputs], 1, 'values'),
  ]);
  const size = exact[0].reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const error = exact[0].reduce((max, value, at) => Math.max(max, Math.abs(value - given[0][at])), 0);
  return error / (size || 1);
}

const weightsOf = ([, channels, , , outputs, kernel]: Form) => outputs * channels * kernel * kernel;
const inputsOf = ([, channels, height, width]: Form) => channels * height * width;

test.for(FORMS)('%s: near the exact sums, and not those of float32', async (form) => {
  const error = await errorOf(form, seededValues(weightsOf(form), 2), seededValues(inputsOf(form), 3));
  expect(error).toBeGreaterThan(1e-6);
  expect(error).toBeLessThan(1e-3);
});

test.for(FORMS)('%s: the largest sums that there are fit into int32', async (form) => {
  const same = new Float32Array(weightsOf(form)).fill(-0.3);
  expect(await errorOf(form, same, new Float32Array(inputsOf(form)).fill(2))).toBeLessThan(1e-3);
  // All of one sign for one output, with signs by turns in the input too.
  const turns = new Float32Array(inputsOf(form)).map((_, at) => (at & 1 ? -7 : 7));
  expect(await errorOf(form, seededValues(weightsOf(form), 4).map(Math.sign), turns)).toBeLessThan(1e-3);
});

test.for(FORMS)('%s: inputs of any size', async (form) => {
  const weights = seededValues(weightsOf(form), 5);
  for (const size of [0, 1e-36, 1e-20, 1e20, 1e36]) {
    const inputs = seededValues(inputsOf(form), 6).map((value) => value * size);
    const graph = graphOf(form, weights);
    const [given] = await (await openGraphOn('wasm', graph, 'int16')).run([inputs], 1, 'values');
    expect(given.every(Number.isFinite), `${size}`).toBe(true);
    if (size > 1e-30) expect(await errorOf(form, weights, inputs), `${size}`).toBeLessThan(1e-3);
  }
});

test.for(FORMS)('%s: an image has the same answer in any batch', async (form) => {
  const executor = await openGraphOn('wasm', graphOf(form, seededValues(weightsOf(form), 7)), 'int16');
  const size = inputsOf(form);
  // Images of different ranges, so that a range for all of them would be seen.
  const inputs = seededValues(3 * size, 8).map((value, at) => value * 10 ** Math.floor(at / size));
  const [together] = await executor.run([inputs], 3, 'values');
  for (let image = 0; image < 3; image++) {
    const [alone] = await executor.run([inputs.subarray(image * size, (image + 1) * size)], 1, 'values');
    expect(together.subarray(image * alone.length, (image + 1) * alone.length)).toEqual(alone);
  }
});

test('drawn convolutions of any form', async () => {
  for (const drawn of fc.sample(anyConvolution, { numRuns: 60, seed: 7 }))
    expect(await compareConvolution('wasm', drawn, 'int16'), JSON.stringify(drawn)).toBeLessThanOrEqual(1);
});

test('what is added to a convolution in tiles is added in float32', async () => {
  const graph = planGraph({
    inputs: [{ name: 'x', shape: [8, 8, 8] }],
    outputs: ['y'],
    nodes: [
      node(
        'conv2d',
        'c',
        ['x'],
        { pads: [1, 1, 1, 1] },
        { weight: constant([8, 8, 3, 3], [...seededValues(576, 9)]) },
      ),
      node('add', 's', ['x', 'c']),
      node('relu', 'y', ['s']),
    ],
  });
  const inputs = seededValues(2 * 512, 10);
  const [[exact], [given]] = await Promise.all([
    (await openGraphOn('reference', graph)).run([inputs], 2, 'values'),
    (await openGraphOn('wasm', graph, 'int16')).run([inputs], 2, 'values'),
  ]);
  exact.forEach((value, at) => {
    expect(Math.abs(given[at] - value)).toBeLessThan(1e-2);
  });
});
