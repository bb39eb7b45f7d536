import { describe, expect, it } from 'vitest';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { Random } from '../../src/random.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { denseNodes } from '../../src/weights/dense-network.ts';

const random = new Random(7);
const values = (length: number, from = -1, to = 1): Float32Array =>
  Float32Array.from({ length }, () => from + ((to - from) * (random.symmetric() + 1)) / 2);
const tensor = (data: Float32Array, ...shape: number[]): Tensor => fromFloat32(data, shape, 'F32');
const COUNTER: Tensor = { dtype: 'I64', shape: [], data: new Uint8Array(8) };

interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}
interface Norm {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

const linear = (outputs: number, inputs: number): Linear => ({
  weight: values(outputs * inputs),
  bias: values(outputs),
});
const norm = (features: number): Norm => ({
  mean: values(features),
  variance: values(features, 0.1, 3),
  gamma: values(features),
  beta: values(features),
});

const linearTensors = (name: string, { weight, bias }: Linear): [string, Tensor][] => [
  [`${name}.weight`, tensor(weight, bias.length, weight.length / bias.length)],
  [`${name}.bias`, tensor(bias, bias.length)],
];
const normTensors = (name: string, { mean, variance, gamma, beta }: Norm): [string, Tensor][] => [
  [`${name}.weight`, tensor(gamma, gamma.length)],
  [`${name}.bias`, tensor(beta, beta.length)],
  [`${name}.running_mean`, tensor(mean, mean.length)],
  [`${name}.running_var`, tensor(variance, variance.length)],
  [`${name}.num_batches_tracked`, COUNTER],
];

/** Plain definitions, in float64. */
const apply = {
  linear:
    ({ weight, bias }: Linear) =>
    (x: readonly number[]): number[] =>
      Array.from(bias, (b, row) => x.reduce((sum, value, k) => sum + weight[row * x.length + k] * value, b)),
  norm:
    ({ mean, variance, gamma, beta }: Norm, epsilon = 1e-5) =>
    (x: readonly number[]): number[] =>
      x.map((value, i) => (gamma[i] * (value - mean[i])) / Math.sqrt(variance[i] + epsilon) + beta[i]),
  relu: (x: readonly number[]): number[] => x.map((value) => Math.max(0, value)),
};

const first = linear(4, 5);
const second = linear(4, 4);
const third = linear(3, 4);
const a = norm(4);
const b = norm(4);
const input = norm(5);
const outputs = norm(3);

/** Compares a network read from tensors with what its modules do one after another. */
function expectSame(
  tensors: readonly (readonly [string, Tensor])[],
  steps: readonly ((x: readonly number[]) => number[])[],
  architecture?: readonly string[],
): void {
  const network = networkFromStateDict(new Map(tensors), architecture);
  const oracle = new Oracle(denseNodes(network));
  for (let sample = 0; sample < 5; sample++) {
    const x = values(5);
    const expected = steps.reduce((value: number[], step) => step(value), [...x]);
    const actual = oracle.run(x);
    // The folded weights are rounded to float32 once.
    expect(actual.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(2e-6);
  }
}

describe('batch normalisation is folded', () => {
  it('nn.Sequential: linear, norm, relu', () =>
    expectSame(
      [
        ...linearTensors('0', first),
        ...normTensors('1', a),
        ...linearTensors('3', second),
        ...normTensors('4', b),
        ...linearTensors('6', third),
      ],
      [
        apply.linear(first),
        apply.norm(a),
        apply.relu,
        apply.linear(second),
        apply.norm(b),
        apply.relu,
        apply.linear(third),
      ],
    ));

  it('nn.Sequential: linear, relu, norm', () =>
    expectSame(
      [...linearTensors('0', first), ...normTensors('2', a), ...linearTensors('3', third)],
      [apply.linear(first), apply.relu, apply.norm(a), apply.linear(third)],
    ));

  it('before the first layer and after the last', () =>
    expectSame(
      [
        ...normTensors('0', input),
        ...linearTensors('1', first),
        ...linearTensors('3', third),
        ...normTensors('4', outputs),
      ],
      [apply.norm(input), apply.linear(first), apply.relu, apply.linear(third), apply.norm(outputs)],
    ));

  it('by its number where a module lists its layers first: fc1, fc2, fc3, bn1, bn2', () => {
    const tensors = [
      ...linearTensors('fc1', first),
      ...linearTensors('fc2', second),
      ...linearTensors('fc3', third),
      ...normTensors('bn1', a),
      ...normTensors('bn2', b),
    ];
    const steps = [
      apply.linear(first),
      apply.norm(a),
      apply.relu,
      apply.linear(second),
      apply.norm(b),
      apply.relu,
      apply.linear(third),
    ];
    expectSame(tensors, steps);
    expectSame(
      [...tensors].sort(([x], [y]) => (x < y ? -1 : 1)),
      steps,
    );
  });

  it('where an architecture puts it', () =>
    expectSame(
      [...linearTensors('fc', first), ...linearTensors('out', third), ...normTensors('norm', a)],
      [apply.linear(first), apply.relu, apply.norm(a), apply.linear(third)],
      ['fc', 'relu', 'norm', 'out'],
    ));

  it('with the names and the epsilon of Keras', () => {
    const { mean, variance, gamma, beta } = a;
    expectSame(
      [
        ['dense/kernel', tensor(transposed(first.weight, 4), 5, 4)],
        ['dense/bias', tensor(first.bias, 4)],
        ['batch_normalization/gamma', tensor(gamma, 4)],
        ['batch_normalization/beta', tensor(beta, 4)],
        ['batch_normalization/moving_mean', tensor(mean, 4)],
        ['batch_normalization/moving_variance', tensor(variance, 4)],
        ['dense_1/kernel', tensor(transposed(third.weight, 3), 4, 3)],
        ['dense_1/bias', tensor(third.bias, 3)],
      ],
      [apply.linear(first), apply.norm(a, 1e-3), apply.relu, apply.linear(third)],
    );
  });

  it('and its place and epsilon are told', () => {
    const { notes } = networkFromStateDict(
      new Map([...linearTensors('fc1', first), ...normTensors('bn1', a), ...linearTensors('fc2', third)]),
    );
    expect(notes).toEqual([expect.stringMatching(/epsilon 0\.00001.*read as fc1,bn1,relu,fc2/)]);
  });
});

describe('batch normalisation is refused', () => {
  const tensors = [
    ...linearTensors('x', first),
    ...linearTensors('y', second),
    ...linearTensors('z', third),
    ...normTensors('n', a),
  ];

  it('where its place is open', () => {
    const sorted = [...tensors].sort(([x], [y]) => (x < y ? -1 : 1));
    expect(() => networkFromStateDict(new Map(sorted))).toThrow(
      expect.objectContaining({
        code: 'MODEL_AMBIGUOUS_ORDER',
        message: expect.stringContaining('--architecture'),
      }),
    );
  });

  it('where an architecture leaves it out', () => {
    expect(() => networkFromStateDict(new Map(tensors), ['x', 'y', 'z'])).toThrow(
      expect.objectContaining({ code: 'MODEL_UNUSED_LAYER' }),
    );
  });

  it('where nothing linear is beside it', () => {
    expect(() => networkFromStateDict(new Map(tensors), ['x', 'y', 'relu', 'n', 'relu', 'z'])).toThrow(
      /'n' has no linear layer directly before or behind it/,
    );
  });

  it('with a variance below 0', () => {
    const bad = { ...a, variance: Float32Array.of(1, -1, 1, 1) };
    expect(() =>
      networkFromStateDict(new Map([...linearTensors('0', first), ...normTensors('1', bad)])),
    ).toThrow(/variance -1 at feature 1/);
  });
});

/** O × I to I × O. */
function transposed(weight: Float32Array, outputs: number): Float32Array {
  const inputs = weight.length / outputs;
  return weight.map((_, i) => weight[(i % outputs) * inputs + Math.floor(i / outputs)]);
}
