import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Int8Executor } from '../../src/runtime/backends/wasm/int8-executor.ts';
import type { LinearNode, MatrixNode, Network, RowsNode } from '../../src/weights/network.ts';
import { reconstructWeights } from '../../src/weights/reconstruct.ts';
import { matrixNode, randomCoefficients, rowsNode } from '../kernels/random.ts';
import { seededValues } from '../operators/case.ts';

/** Sizes around whole words of 2 and 4, vectors of 16 inputs, panels of 12 and 32 rows. */
const size = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constantFrom(12, 16, 32, 44, 64));
const chain = fc.record({
  sizes: fc.array(size, { minLength: 2, maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 70 }),
  hasBias: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** What `precision: 'int8'` promises of linear layers, whatever the engine has to multiply bytes with. */
export function testLinearInBytes(): void {
  test('any chain of dense layers: the sums of the rounded weights and inputs, to the bit', async () => {
    for (const { sizes, batch, hasBias, seed } of fc.sample(chain, { numRuns: 60, seed: 31 })) {
      const network = denseChain(sizes, hasBias, seed);
      const inputs = seededValues(batch * sizes[0], seed + 9).map((value, at) => (at % 3 ? value : 0));
      const given = await run(network, inputs, batch);
      expect([...given], JSON.stringify({ sizes, batch, hasBias, seed })).toEqual(
        pictures(inputs, batch).flatMap((own) => rounded(network, own)),
      );
    }
  });

  test.each([
    ['zeros', () => 0],
    ['one value', () => -3.25],
    ['none below zero', (value: number) => Math.abs(value)],
    ['none above zero', (value: number) => -Math.abs(value)],
    ['far from zero', (value: number) => 1e6 + value],
    ['a few steps of a float32', (_: number, at: number) => Math.fround(1e30 * (1 + (at % 3) * 2 ** -23))],
    ['tiny', (value: number) => value * 1e-37],
    ['as large as there are', (value: number, at: number) => (at % 2 ? 1 : -1) * (3.4e38 - Math.abs(value))],
  ])('inputs that are %s', async (_, make) => {
    const network: Network = { nodes: [dense(37, 21, false, false, 4)] };
    const inputs = seededValues(5 * 37, 8).map(make);
    const given = await run(network, inputs, 5);
    expect([...given]).toEqual(pictures(inputs, 5).flatMap((own) => rounded(network, own)));
  });

  test('layers of coefficients are expanded: pictures and matrices, a map of all rows or one of each', async () => {
    const dense = { density: 0.6, max: 9, seed: 3 };
    for (const node of [
      rowsNode(11, 9, { outFeatures: 37, x: 3, y: 2, coefficients: randomCoefficients(37, 4 * 64, dense) }),
      rowsNode(16, 8, {
        ...{ outFeatures: 45, perRow: true, relu: true },
        coefficients: randomCoefficients(45, 2 * 64, dense),
      }),
      matrixNode(50, { outFeatures: 37, coefficients: randomCoefficients(40, 56, dense) }),
      matrixNode(24, { outFeatures: 12, perRow: true, coefficients: randomCoefficients(16, 24, dense) }),
    ]) {
      const inputs = seededValues(3 * node.inFeatures, 5);
      const expanded: Network = { nodes: [expand(node)] };
      expect([...(await run({ nodes: [node] }, inputs, 3))], node.kind).toEqual(
        pictures(inputs, 3).flatMap((own) => rounded(expanded, own)),
      );
    }
  });

  test('what is not finite is refused, located in the whole batch', async () => {
    const executor = await Int8Executor.create(denseChain([20, 10], true, 1));
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const inputs = seededValues(70 * 20, 2);
      inputs[68 * 20 + 7] = value;
      await expect(executor.run(inputs, 70, 'values')).rejects.toThrow(
        `input value ${68 * 20 + 7} is ${value}, expected finite numbers`,
      );
    }
    executor.dispose();
  });

  test('what leaves float32 within the network is NaN, and no other picture of the batch is', async () => {
    const first = { ...dense(8, 8, false, false, 1), weights: new Float32Array(64).fill(1e30) };
    const network: Network = { nodes: [first, dense(8, 3, false, false, 2)] };
    const inputs = new Float32Array(24).fill(1).fill(1e10, 8, 16);
    const given = await run(network, inputs, 3);
    expect([...given.subarray(3, 6)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...given].filter(Number.isNaN)).toHaveLength(3);
  });
}

async function run(network: Network, inputs: Float32Array, batch: number): Promise<Float32Array> {
  const executor = await Int8Executor.create(network);
  const given = await executor.run(inputs, batch, 'values');
  executor.dispose();
  return given;
}

interface Dense {
  readonly kind: 'dense';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

function dense(
  inFeatures: number,
  outFeatures: number,
  hasBias: boolean,
  relu: boolean,
  seed: number,
): Dense {
  const weights = seededValues(inFeatures * outFeatures, seed);
  const bias = hasBias ? seededValues(outFeatures, seed + 1) : null;
  return { kind: 'dense', name: `fc${seed}`, inFeatures, outFeatures, weights, bias, relu };
}

function denseChain(sizes: readonly number[], hasBias: boolean, seed: number): Network {
  const layer = (at: number): LinearNode =>
    dense(sizes[at], sizes[at + 1], hasBias, at < sizes.length - 2, seed + at);
  return { nodes: [layer(0), ...sizes.slice(2).map((_, at) => layer(at + 1))] };
}

function expand(node: RowsNode | MatrixNode): Dense {
  const { name, inFeatures, outFeatures, bias, relu } = node;
  const weights = Float32Array.from(reconstructWeights(node));
  return { kind: 'dense', name, inFeatures, outFeatures, weights, bias, relu };
}

function pictures(inputs: Float32Array, batch: number): Float32Array[] {
  const width = inputs.length / batch;
  return Array.from({ length: batch }, (_, at) => inputs.subarray(at * width, (at + 1) * width));
}

/**
 * As docs/library.md describes it, in numbers: weights in 254 steps, each row's own, inputs in 127 from the least to the largest; sums of
 * integers, then float32.
 */
function rounded({ nodes }: Network, inputs: Float32Array): number[] {
  let values = [...inputs];
  for (const node of nodes) values = roundedLayer(node as Dense, values);
  return values;
}

function roundedLayer(
  { inFeatures, outFeatures, weights, bias, relu }: Dense,
  values: readonly number[],
): number[] {
  const f = Math.fround;
  const least = Math.min(...values);
  const half = f(f(Math.max(...values) * 0.5) - f(least * 0.5));
  const [factor, unit] = half >= 2 ** -100 ? [f(63.5 / half), f(half / 63.5)] : [0, 0];
  const shift = f(least * factor);
  const steps = values.map((value) => Math.min(127, Math.max(0, roundToEven(f(f(value * factor) - shift)))));
  return Array.from({ length: outFeatures }, (_, row) => {
    const own = weights.subarray(row * inFeatures, (row + 1) * inFeatures);
    const scale = f(own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) / 127 || 1);
    const whole = Array.from(own, (weight) => Math.round(weight / scale));
    const sum = whole.reduce((total, weight, at) => total + weight * steps[at], 0);
    const total = f(scale * whole.reduce((all, weight) => all + weight, 0));
    const base = f((bias?.[row] ?? 0) + f(total * least));
    const value = f(f(f(sum) * f(scale * unit)) + base);
    return relu ? Math.max(0, value) : value;
  });
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}
