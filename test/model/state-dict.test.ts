import { describe, expect, it } from 'vitest';
import { networkFromStateDict } from '../../src/model/state-dict.ts';
import { fromFloat32, type Tensor } from '../../src/safetensors/tensor.ts';

const tensor = (shape: number[], fill = (index: number): number => index): Tensor =>
  fromFloat32(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => fill(index)),
    shape,
    'F32',
  );

const stateDict = (shapes: Record<string, number[]>): Map<string, Tensor> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, tensor(shape)]));

describe('networkFromStateDict', () => {
  it('recognises nn.Sequential, with ReLU between the linear layers', () => {
    const network = networkFromStateDict(
      stateDict({ '2.bias': [2], '0.weight': [3, 4], '2.weight': [2, 3], '0.bias': [3] }),
    );
    expect(network.layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type))).toEqual([
      '0',
      'relu',
      '2',
    ]);
  });

  it('orders names by their numbers: fc2 before fc10', () => {
    const network = networkFromStateDict(
      stateDict({ 'fc10.weight': [1, 2], 'fc1.weight': [3, 4], 'fc2.weight': [2, 3] }),
    );
    expect(network.layers.flatMap((layer) => (layer.type === 'linear' ? [layer.name] : []))).toEqual([
      'fc1',
      'fc2',
      'fc10',
    ]);
  });

  it('keeps weights row by row and leaves a missing bias out', () => {
    const [layer] = networkFromStateDict(stateDict({ 'fc.weight': [2, 3] })).layers;
    expect(layer).toMatchObject({ inFeatures: 3, outFeatures: 2, bias: null });
    expect([...(layer as { weights: Float32Array }).weights]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('takes an architecture where the names do not tell the order', () => {
    const tensors = stateDict({ 'head.weight': [2, 3], 'stem.weight': [3, 4] });
    expect(() => networkFromStateDict(tensors)).toThrow(
      /'stem' takes 4 values but 'head' gives 2.*architecture/,
    );
    const network = networkFromStateDict(tensors, ['stem', 'relu', 'head', 'softmax']);
    expect(network.layers.map((layer) => layer.type)).toEqual(['linear', 'relu', 'linear', 'softmax']);
  });

  const rejected: [string, Record<string, number[]>, string[] | undefined, string][] = [
    ['a convolution', { 'conv.weight': [8, 1, 3, 3] }, undefined, 'MODEL_UNSUPPORTED_TENSOR'],
    [
      'tensors of another kind of layer',
      { 'fc.weight': [2, 3], 'bn.running_mean': [2] },
      undefined,
      'MODEL_UNSUPPORTED_TENSOR',
    ],
    [
      'a bias without its weight',
      { 'fc.weight': [2, 3], 'fd.bias': [2] },
      undefined,
      'MODEL_UNSUPPORTED_TENSOR',
    ],
    ['a bias of another length', { 'fc.weight': [2, 3], 'fc.bias': [3] }, undefined, 'MODEL_BIAS_SHAPE'],
    ['an empty weight', { 'fc.weight': [0, 3] }, undefined, 'MODEL_EMPTY_TENSOR'],
    ['no layer at all', {}, undefined, 'MODEL_NO_LAYERS'],
    ['layers that do not fit', { 'a.weight': [2, 3], 'b.weight': [2, 4] }, undefined, 'MODEL_BAD_CHAIN'],
    ['an unknown word in the architecture', { 'a.weight': [2, 3] }, ['a', 'gelu'], 'MODEL_UNKNOWN_LAYER'],
    [
      'a layer that the architecture leaves out',
      { 'a.weight': [2, 3], 'b.weight': [1, 2] },
      ['a'],
      'MODEL_UNUSED_LAYER',
    ],
  ];
  it.each(rejected)('refuses %s', (_, shapes, architecture, code) => {
    expect(() => networkFromStateDict(stateDict(shapes), architecture)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it.each([NaN, Infinity, -Infinity])('refuses a weight that is %s, saying where', (bad) => {
    const tensors = new Map([['fc.weight', tensor([2, 3], (index) => (index === 4 ? bad : 0))]]);
    expect(() => networkFromStateDict(tensors)).toThrow(`'fc.weight' holds ${bad} at element 4`);
  });
});
