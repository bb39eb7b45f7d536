import { describe, expect, it } from 'vitest';
import { readWeights } from '../../src/importers/read-weights.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';

const tensor = (shape: number[], fill = (index: number): number => index): Tensor =>
  fromFloat32(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => fill(index)),
    shape,
    'F32',
  );

const stateDict = (shapes: Record<string, number[]>): Map<string, Tensor> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, tensor(shape)]));

/** As the safetensors library writes them: by name. */
const sorted = (shapes: Record<string, number[]>): Map<string, Tensor> =>
  new Map([...stateDict(shapes)].sort(([a], [b]) => (a < b ? -1 : 1)));

/** The file with an entry `__metadata__` in its header. */
function withMetadata(file: Uint8Array, metadata: Record<string, string>): Uint8Array {
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
  const text = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...header }));
  const result = new Uint8Array(8 + text.length + file.length - 8 - length);
  new DataView(result.buffer).setBigUint64(0, BigInt(text.length), true);
  result.set(text, 8);
  result.set(file.subarray(8 + length), 8 + text.length);
  return result;
}

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

  it('follows the sizes where only one order fits, whatever the names and the order of the file', () => {
    const tensors = stateDict({ 'head.weight': [2, 3], 'stem.weight': [3, 4] });
    expect(networkFromStateDict(tensors)).toMatchObject({
      architecture: ['stem', 'relu', 'head'],
      notes: [],
    });
  });

  it('takes an architecture', () => {
    const tensors = stateDict({ 'head.weight': [2, 3], 'stem.weight': [3, 4] });
    const network = networkFromStateDict(tensors, ['stem', 'head', 'softmax']);
    expect(network.layers.map((layer) => layer.type)).toEqual(['linear', 'linear', 'softmax']);
  });

  const rejected: [string, Record<string, number[]>, string[] | undefined, string][] = [
    ['a convolution', { 'conv.weight': [8, 1, 3, 3] }, undefined, 'MODEL_UNSUPPORTED_TENSOR'],
    [
      'tensors of another kind of layer',
      { 'fc.weight': [2, 3], 'ln.weight': [2], 'ln.bias': [2] },
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

  describe('where more than one order fits the sizes', () => {
    const encoder = { 'encoder.weight': [2, 4], 'encoder.bias': [2] };
    const decoder = { 'decoder.weight': [4, 2], 'decoder.bias': [4] };
    const hidden = (...names: string[]): Record<string, number[]> =>
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}.weight`, [3, 3]],
          [`${name}.bias`, [3]],
        ]),
      );

    it('takes the order of the file, and says so', () => {
      const { architecture, notes } = networkFromStateDict(stateDict({ ...encoder, ...decoder }));
      expect(architecture).toEqual(['encoder', 'relu', 'decoder']);
      expect(notes).toEqual([
        expect.stringMatching(/the order of the file: encoder, decoder\. .*--architecture/),
      ]);
    });

    it('asks where the file is sorted by name, as the safetensors library writes it', () => {
      expect(() => networkFromStateDict(sorted({ ...encoder, ...decoder }))).toThrow(
        /sorted by name.*--architecture encoder,relu,decoder or --architecture decoder,relu,encoder|--architecture decoder,relu,encoder or --architecture encoder,relu,decoder/,
      );
    });

    it('takes the numbers in the names where the file is sorted: fc2 before fc10', () => {
      const { architecture, notes } = networkFromStateDict(sorted(hidden('fc1', 'fc10', 'fc2', 'fc3')));
      expect(architecture).toEqual(['fc1', 'relu', 'fc2', 'relu', 'fc3', 'relu', 'fc10']);
      expect(notes).toEqual([expect.stringContaining('the numbers in their names')]);
    });

    it('takes numbers and sizes together', () => {
      const tensors = sorted({ ...hidden('body.0', 'body.2'), 'zero.weight': [3, 5], 'a.weight': [1, 3] });
      expect(networkFromStateDict(tensors).architecture.filter((item) => item !== 'relu')).toEqual([
        'zero',
        'body.0',
        'body.2',
        'a',
      ]);
    });

    it('asks where numbers order only the halves of an autoencoder', () => {
      const shapes = {
        'encoder.0.weight': [3, 4],
        'encoder.2.weight': [2, 3],
        'decoder.0.weight': [3, 2],
        'decoder.2.weight': [4, 3],
      };
      expect(() => networkFromStateDict(sorted(shapes))).toThrow(
        expect.objectContaining({ code: 'MODEL_AMBIGUOUS_ORDER' }),
      );
      expect(networkFromStateDict(stateDict(shapes)).architecture[0]).toBe('encoder.0');
    });

    it('asks where the file and the numbers contradict each other', () => {
      expect(() => networkFromStateDict(stateDict(hidden('fc2', 'fc1')))).toThrow(
        /contradict each other: name it, for example --architecture fc1,relu,fc2 or --architecture fc2,relu,fc1/,
      );
    });

    it('is quick with many equal layers', () => {
      const names = Array.from({ length: 60 }, (_, index) => `layers.${index}`);
      const { architecture } = networkFromStateDict(sorted(hidden(...names)));
      expect(architecture.filter((item) => item !== 'relu')).toEqual(names);
    });

    it('takes the order that the file lists in its metadata', () => {
      const bytes = withMetadata(writeSafetensors(sorted({ ...encoder, ...decoder })), {
        order: 'encoder.weight,encoder.bias,decoder.weight,decoder.bias',
      });
      expect(readWeights(bytes)).toMatchObject({ architecture: ['encoder', 'relu', 'decoder'], notes: [] });
    });

    it('takes the order and the activations of a compressed form', () => {
      const bytes = writeSafetensors(sorted({ ...encoder, ...decoder }));
      const like = [
        { type: 'linear', name: 'decoder' },
        { type: 'linear', name: 'encoder' },
      ];
      expect(readWeights(bytes, { like }).architecture).toEqual(['decoder', 'encoder']);
    });
  });

  describe('a layer that is called as an activation', () => {
    const tensors = stateDict({ 'a.weight': [3, 4], 'relu.weight': [3, 3], 'z.weight': [2, 3] });
    const expected = ['a', 'activation:relu', 'layer:relu', 'activation:relu', 'z'];

    it('keeps its activations', () => {
      const network = networkFromStateDict(tensors);
      expect(network.layers.map((layer) => layer.type)).toEqual([
        'linear',
        'relu',
        'linear',
        'relu',
        'linear',
      ]);
      expect(network.architecture).toEqual(expected);
      expect(networkFromStateDict(tensors, network.architecture).layers).toEqual(network.layers);
    });

    it('is not guessed in an architecture', () => {
      expect(() => networkFromStateDict(tensors, ['a', 'relu', 'relu', 'z'])).toThrow(
        /both a layer and an activation: write layer:relu or activation:relu/,
      );
    });
  });

  describe('names', () => {
    it.each([
      'module.',
      'model.',
      'state_dict.',
      '_orig_mod.',
      'module.model.',
      'model._orig_mod.',
      'params/',
    ])('leaves out the wrapper %s', (wrapper) => {
      const shapes = { [`${wrapper}fc1.weight`]: [3, 4], [`${wrapper}fc2.weight`]: [2, 3] };
      expect(networkFromStateDict(stateDict(shapes)).architecture).toEqual(['fc1', 'relu', 'fc2']);
      const full = Object.keys(shapes).map((name) => name.replace(/\.weight$/, ''));
      expect(networkFromStateDict(stateDict(shapes), full).architecture).toEqual(['fc1', 'fc2']);
    });

    it('keeps what only some names begin with', () => {
      const tensors = stateDict({ 'model.weight': [3, 4], 'head.weight': [2, 3] });
      expect(networkFromStateDict(tensors).architecture).toEqual(['model', 'relu', 'head']);
    });

    it.each(['', 'module.'])('reads a bare nn.Linear (%j)', (wrapper) => {
      const network = networkFromStateDict(
        stateDict({ [`${wrapper}weight`]: [2, 3], [`${wrapper}bias`]: [2] }),
      );
      expect(network.layers).toMatchObject([{ type: 'linear', inFeatures: 3, outFeatures: 2 }]);
    });

    it.each([
      ['Keras 2', ['dense/kernel:0', 'dense/bias:0', 'dense_1/kernel:0', 'dense_1/bias:0']],
      [
        'Keras 3',
        [
          'sequential/dense/kernel',
          'sequential/dense/bias',
          'sequential/dense_1/kernel',
          'sequential/dense_1/bias',
        ],
      ],
      [
        'Flax',
        ['params.Dense_0.kernel', 'params.Dense_0.bias', 'params.Dense_1.kernel', 'params.Dense_1.bias'],
      ],
    ])('transposes the kernels of %s', (_, [kernel, bias, nextKernel, nextBias]) => {
      const tensors = sorted({ [kernel]: [3, 2], [bias]: [2], [nextKernel]: [2, 3], [nextBias]: [3] });
      const [first, , second] = networkFromStateDict(tensors).layers;
      expect(first).toMatchObject({ inFeatures: 3, outFeatures: 2, bias: Float32Array.of(0, 1) });
      expect(first).toMatchObject({ weights: Float32Array.of(0, 2, 4, 1, 3, 5) });
      expect(second).toMatchObject({ inFeatures: 2, outFeatures: 3 });
    });

    it('says that weights may be transposed where their order tells', () => {
      expect(() => networkFromStateDict(stateDict({ '0.weight': [4, 3], '2.weight': [3, 2] }))).toThrow(
        /only fit in the order 2, 0, but the names count the other way: .*save each as w\.T.*--architecture.*2,relu,0/,
      );
      const { notes } = networkFromStateDict(stateDict({ 'stem.weight': [4, 3], 'head.weight': [3, 2] }));
      expect(notes).toEqual([expect.stringMatching(/reverse of the file's: .*w\.T/)]);
    });

    it('says that a weight may be transposed where its bias tells', () => {
      expect(() => networkFromStateDict(stateDict({ 'a.weight': [4, 3], 'a.bias': [3] }))).toThrow(
        /'a.bias' has shape \[3\], expected \[4\]; it fits 'a.weight' turned round.*save w\.T/,
      );
    });
  });

  describe('refuses for the true reason', () => {
    it.each([
      ['conv.weight', [8, 1, 3, 3], /convolution/],
      ['ln.weight', [2], /layer normalisation.*cannot be folded/],
      ['fc1.weight_g', [2, 1], /remove_weight_norm/],
      ['fc1.weight_orig', [2, 3], /prune\.remove/],
      ['rnn.weight_ih_l0', [8, 3], /recurrent/],
      ['optimizer.exp_avg', [8, 3], /optimiser.*state_dict of the model only/],
      ['fc1.scales', [8], /quantised/],
    ])('%s', (name, shape, reason) => {
      expect(() => networkFromStateDict(stateDict({ 'fc.weight': [2, 3], [name]: shape }))).toThrow(reason);
    });
  });

  it.each([NaN, Infinity, -Infinity])('refuses a weight that is %s, saying where', (bad) => {
    const tensors = new Map([['fc.weight', tensor([2, 3], (index) => (index === 4 ? bad : 0))]]);
    expect(() => networkFromStateDict(tensors)).toThrow(`'fc.weight' holds ${bad} at element 4`);
  });
});
