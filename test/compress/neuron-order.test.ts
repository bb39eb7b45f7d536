import { expect, it } from 'vitest';
import { orderNeurons } from '../../src/compress/neuron-order.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { type DenseLinear, type DenseNetwork, denseNodes } from '../../src/weights/dense-network.ts';
import { randomValues } from '../kernels/random.ts';

function layer(name: string, inFeatures: number, outFeatures: number, seed: number): DenseLinear {
  const weights = randomValues(inFeatures * outFeatures, seed);
  return {
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weights,
    bias: randomValues(outFeatures, seed + 50),
  };
}

const network: DenseNetwork = {
  layers: [
    layer('a', 12, 9, 1),
    { type: 'relu' },
    { ...layer('b', 9, 7, 2), bias: null },
    { type: 'relu' },
    layer('c', 7, 4, 3),
    { type: 'softmax' },
  ],
};

it('keeps the function', () => {
  const [before, after] = [network, orderNeurons(network)].map((net) => new Oracle(denseNodes(net)));
  for (let seed = 10; seed < 20; seed++) {
    const input = randomValues(12, seed);
    expect(relativeError(after.run(input), before.run(input))).toBeLessThanOrEqual(1e-12);
  }
});

it('puts strong neurons first, and leaves the outputs where they are', () => {
  const [a, , b, , c] = orderNeurons(network).layers as DenseLinear[];
  for (const { weights, inFeatures, outFeatures } of [a, b]) {
    const energy = Array.from({ length: outFeatures }, (_, row) =>
      weights.subarray(row * inFeatures, (row + 1) * inFeatures).reduce((sum, w) => sum + w * w, 0),
    );
    expect(energy).toEqual([...energy].sort((x, y) => y - x));
  }
  expect(c.bias).toEqual((network.layers[4] as DenseLinear).bias);
});
