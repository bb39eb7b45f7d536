import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wayOf } from '../../kernels/conv2d/ways.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { anyConvolution, type DrawnConvolution, plainly } from '../differential/convolutions.ts';
import { constant, seededValues } from '../operators/case.ts';
import { openGraphOn } from './backends.ts';
import { node } from './graphs.ts';

const HOW = { precision: 'int8', isCompact: false } as const;

/** Forms that are multiplied as bytes, of any other shape. */
const inBytes = anyConvolution.filter((drawn) => {
  const attributes = { ...attributesOf(drawn), isNonNegative: true };
  return wayOf(weightShape(drawn), attributes, mapOf(drawn), HOW).precision === 'int8';
});

/** What `precision: 'int8'` promises, whatever the engine has to multiply bytes with. */
export function testConvolutionsInBytes(): void {
  test('a ReLU and any convolution: the sums of the rounded weights and inputs, to the bit', async () => {
    for (const drawn of fc.sample(inBytes, { numRuns: 60, seed: 21 })) {
      const { weights, bias, inputs, graph } = made(drawn);
      const executor = await openGraphOn('wasm', graph, 'int8');
      const [given] = await executor.run([inputs], drawn.batch, 'values');
      executor.dispose();
      expect([...given], JSON.stringify(drawn)).toEqual(
        images(inputs, drawn.batch).flatMap((own) => roundedConvolution(drawn, own, weights, bias)),
      );
    }
  });

  test("a network's own input: as bytes where it has no negative elements, else in int16, each picture for itself", async () => {
    for (const drawn of fc.sample(inBytes, { numRuns: 30, seed: 22 })) {
      const { weights, bias, inputs } = made({ ...drawn, batch: 2 });
      const graph = graphOf(drawn, weights, bias, false);
      const half = inputs.length / 2;
      const given = inputs.map((value, at) => (at < half ? Math.abs(value) : value));
      const [whole, pairs] = await Promise.all(
        (['int8', 'int16'] as const).map(async (precision) => {
          const executor = await openGraphOn('wasm', graph, precision);
          const [outputs] = await executor.run([given], 2, 'values');
          executor.dispose();
          return [...outputs];
        }),
      );
      const first = roundedConvolution(drawn, given.subarray(0, half), weights, bias);
      expect(whole, JSON.stringify(drawn)).toEqual([...first, ...pairs.slice(first.length)]);
    }
  });

  test('what is added to a convolution is added to its sums in float32', async () => {
    const weights = seededValues(8 * 8 * 9, 2);
    const inputs = seededValues(2 * 8 * 8 * 8, 3);
    const drawn: DrawnConvolution = {
      ...{ batch: 2, channels: 8, outputs: 8, groups: 1, size: [8, 8], kernel: [3, 3], hasBias: false },
      ...{ strides: [1, 1], pads: [1, 1, 1, 1], dilations: [1, 1], seed: 1 },
    };
    const graph = planGraph({
      inputs: [{ name: 'x', shape: [8, 8, 8] }],
      outputs: ['y'],
      nodes: [
        node('relu', 'r', ['x']),
        node('conv2d', 'c', ['r'], attributesOf(drawn), { weight: constant([8, 8, 3, 3], [...weights]) }),
        node('add', 's', ['x', 'c']),
        node('relu', 'y', ['s']),
      ],
    });
    const [given] = await (await openGraphOn('wasm', graph, 'int8')).run([inputs], 2, 'values');
    const sums = images(inputs, 2).flatMap((own) => roundedConvolution(drawn, own, weights, undefined));
    expect([...given]).toEqual(sums.map((sum, at) => Math.max(0, Math.fround(sum + inputs[at]))));
  });

  test('inputs of any size', async () => {
    const [drawn] = fc.sample(inBytes, { numRuns: 1, seed: 5 });
    const { weights, bias, inputs, graph } = made(drawn);
    const executor = await openGraphOn('wasm', graph, 'int8');
    for (const size of [0, 1e-36, 1e-20, 1e20, 1e36]) {
      const sized = inputs.map((value) => value * size);
      const [given] = await executor.run([sized], drawn.batch, 'values');
      expect([...given], `${size}`).toEqual(
        images(sized, drawn.batch).flatMap((own) => roundedConvolution(drawn, own, weights, bias)),
      );
    }
  });
}

function made(drawn: DrawnConvolution) {
  const { batch, channels, outputs, size, hasBias, seed } = drawn;
  const shape = weightShape(drawn);
  const weights = seededValues(
    shape.reduce((product, extent) => product * extent, 1),
    seed,
  );
  const bias = hasBias ? seededValues(outputs, seed + 1) : undefined;
  const graph = graphOf(drawn, weights, bias, true);
  return { weights, bias, graph, inputs: seededValues(batch * channels * size[0] * size[1], seed + 2) };
}

function graphOf(
  drawn: DrawnConvolution,
  weights: Float32Array,
  bias: Float32Array | undefined,
  hasRelu: boolean,
) {
  const constants = {
    weight: constant(weightShape(drawn), [...weights]),
    ...(bias && { bias: constant([drawn.outputs], [...bias]) }),
  };
  const input = hasRelu ? 'r' : 'x';
  return planGraph({
    inputs: [{ name: 'x', shape: [drawn.channels, ...drawn.size] }],
    outputs: ['y'],
    nodes: [
      ...(hasRelu ? [node('relu', 'r', ['x'])] : []),
      node('conv2d', 'y', [input], attributesOf(drawn), constants),
    ],
  });
}

function images(inputs: Float32Array, batch: number): Float32Array[] {
  const size = inputs.length / batch;
  return Array.from({ length: batch }, (_, image) => inputs.subarray(image * size, (image + 1) * size));
}

/**
 * As docs/library.md describes it, in numbers: weights in 254 steps, each output's its own, what is above zero of the inputs in 127; sums
 * of integers, then float32.
 */
function roundedConvolution(
  drawn: DrawnConvolution,
  inputs: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): number[] {
  const taps = weights.length / drawn.outputs;
  const scale = Float32Array.from({ length: drawn.outputs }, (_, output) => {
    const own = weights.subarray(output * taps, (output + 1) * taps);
    return own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127;
  });
  const whole = weights.map((weight, at) => Math.round(weight / scale[Math.floor(at / taps)]));
  const most = inputs.reduce((max, value, at) => (isTaken(drawn, at) ? Math.max(max, value) : max), 0);
  const isZero = most < 2 ** -100;
  const factor = Math.fround(127 / most);
  const steps = inputs.map((value) => (isZero ? 0 : roundToEven(Math.fround(Math.max(0, value) * factor))));
  const sums = plainly(drawn, steps, whole, undefined);
  const perOutput = sums.length / drawn.outputs;
  return Array.from(sums, (sum, at) => {
    const output = Math.floor(at / perOutput);
    const unit = Math.fround((isZero ? 0 : Math.fround(most / 127)) * scale[output]);
    return Math.fround(Math.fround(Math.fround(sum) * unit) + (bias?.[output] ?? 0));
  });
}

/** Whether an element counts for the range: kernels of one pixel see only those that the strides take, where their map has whole vectors. */
function isTaken(drawn: DrawnConvolution, at: number): boolean {
  const { size, strides } = drawn;
  const way = wayOf(weightShape(drawn), attributesOf(drawn), mapOf(drawn), HOW);
  if (way.kind !== 'thinned') return true;
  return (Math.floor(at / size[1]) % size[0]) % strides[0] === 0 && (at % size[1]) % strides[1] === 0;
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}

function weightShape({ outputs, channels, groups, kernel }: DrawnConvolution): number[] {
  return [outputs, channels / groups, ...kernel];
}

function attributesOf({ strides, pads, dilations, groups }: DrawnConvolution) {
  return { strides, pads, dilations, groups };
}

function mapOf({ size, kernel, strides, pads, dilations }: DrawnConvolution): number[] {
  return size.map((extent, axis) =>
    Math.floor(
      (extent + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis] + 1,
    ),
  );
}
