import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/graph/plan.ts';
import type { Architecture } from '../../../src/importers/architecture/description.ts';
import { importStateDict } from '../../../src/importers/architecture/import.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { norm, seeded, stateDict } from './tensors.ts';

const tensor = (shape: number[], values: number[]): Tensor =>
  fromFloat32(Float32Array.from(values), shape, 'F32');

async function run(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: Architecture,
  input: readonly number[],
): Promise<number[]> {
  const { graph } = importStateDict(tensors, architecture);
  const executor = await openGraphOn('reference', planGraph(graph));
  const [answer] = await executor.run([Float32Array.from(input)], 1, 'values');
  executor.dispose();
  return [...answer];
}

/** A convolution with padding and stride, a batch norm, a residue, a linear layer. */
const architecture: Architecture = {
  input: [1, 2, 2],
  layers: [
    { type: 'conv2d', weights: 'conv', pads: 1, strides: 2 },
    { type: 'batch-norm', weights: 'bn', epsilon: 0 },
    { type: 'add', inputs: ['bn', 'conv'] },
    { type: 'linear', weights: 'fc' },
  ],
};
const tensors = new Map([
  // Of the two output channels one takes the pixel itself, the other the one at its right.
  ['conv.weight', tensor([2, 1, 3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])],
  ['conv.bias', tensor([2], [0, 1])],
  ['bn.weight', tensor([2], [2, 1])],
  ['bn.bias', tensor([2], [0, 5])],
  ['bn.running_mean', tensor([2], [1, 0])],
  ['bn.running_var', tensor([2], [4, 1])],
  ['bn.num_batches_tracked', { dtype: 'I64', shape: [], data: new Uint8Array(8) } as Tensor],
  ['fc.weight', tensor([1, 2], [10, 1])],
  ['fc.bias', tensor([1], [0.5])],
]);

describe('importStateDict', () => {
  it('computes what the description says', async () => {
    // conv: 3 and 7 + 1; bn: 2·(3 − 1) ÷ 2 = 2 and 13; add: 5 and 21.
    expect(await run(tensors, architecture, [3, 7, 9, 9])).toEqual([10 * 5 + 21 + 0.5]);
  });

  it('keeps what a batch norm says of its outputs in training', () => {
    const { graph } = importStateDict(tensors, architecture);
    expect(graph.nodes[1].trained).toEqual({ mean: Float32Array.of(0, 5), deviation: Float32Array.of(2, 1) });
  });

  it('leaves out the wrapper that all names begin with, in the file or in the description', async () => {
    const wrapped = new Map([...tensors].map(([name, value]) => [`module.${name}`, value]));
    expect(await run(wrapped, architecture, [3, 7, 9, 9])).toEqual([71.5]);
    const layers = architecture.layers.map((layer) =>
      layer.weights === undefined
        ? layer
        : { ...layer, name: layer.weights, weights: `module.${layer.weights}` },
    );
    expect(await run(wrapped, { ...architecture, layers }, [3, 7, 9, 9])).toEqual([71.5]);
  });

  it('reads the names and axes of Keras', async () => {
    const keras = new Map([
      // KH×KW×I×O and I×O.
      ['conv/kernel:0', tensor([3, 3, 1, 2], [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])],
      ['conv/bias:0', tensor([2], [0, 1])],
      ['bn/gamma:0', tensor([2], [2, 1])],
      ['bn/beta:0', tensor([2], [0, 5])],
      ['bn/moving_mean:0', tensor([2], [1, 0])],
      ['bn/moving_variance:0', tensor([2], [4, 1])],
      ['fc/kernel:0', tensor([2, 1], [10, 1])],
      ['fc/bias:0', tensor([1], [0.5])],
    ]);
    expect(await run(keras, architecture, [3, 7, 9, 9])).toEqual([71.5]);
    const { notes } = importStateDict(keras, {
      ...architecture,
      layers: architecture.layers.map(({ epsilon: _, ...layer }) => layer),
    });
    expect(notes).toEqual([expect.stringMatching(/epsilon 0\.001, which files do not hold/)]);
  });

  it('reads kernels of several channels as Keras has them, depthwise ones too', () => {
    const values = Float32Array.from({ length: 24 }, (_, index) => index);
    const weight = (name: string, shape: number[], groups: number): [readonly number[], number[]] => {
      const { graph } = importStateDict(new Map([[name, fromFloat32(values, shape, 'F32')]]), {
        input: [3, 4, 4],
        layers: [{ type: 'conv2d', weights: 'c', groups }],
      });
      const { weight } = graph.nodes[0].constants;
      return [weight.shape, [...weight.values]];
    };
    // Element [h, w, i, o] of 2×2×3×2 is ((2h + w)·3 + i)·2 + o.
    const [shape, turned] = weight('c/kernel', [2, 2, 3, 2], 1);
    expect(shape).toEqual([2, 3, 2, 2]);
    expect(turned.slice(0, 8)).toEqual([0, 6, 12, 18, 2, 8, 14, 20]);
    expect(turned.slice(12, 16)).toEqual([1, 7, 13, 19]);
    const [deep, channels] = weight('c/depthwise_kernel', [2, 2, 3, 2], 3);
    expect(deep).toEqual([6, 1, 2, 2]);
    expect(channels.slice(0, 8)).toEqual([0, 6, 12, 18, 1, 7, 13, 19]);
  });

  it('takes tensors one by one, as manifests name them', async () => {
    const named = new Map([
      ['k', tensor([1, 1, 1, 1], [3])],
      ['s', tensor([1], [2])],
      ['o', tensor([1], [1])],
      ['half', tensor([1], [0.5])],
      ['slopes', tensor([1], [0.1])],
      ['w', tensor([1, 1], [-1])],
    ]);
    const layers = [
      { type: 'conv2d', weight: { tensor: 'k' } },
      { type: 'batch-norm', scale: { tensor: 's' }, offset: { tensor: 'o' } },
      { type: 'multiply', operand: { tensor: 'half' } },
      { type: 'linear', name: 'fc', weight: { tensor: 'w' }, outFeatures: 1 },
      { type: 'prelu', slope: { tensor: 'slopes' } },
    ];
    const [answer] = await run(named, { input: [1, 1, 1], layers }, [1]);
    // ((3·2 + 1)·0.5)·(−1), then times 0.1.
    expect(answer).toBeCloseTo(-0.35, 6);
  });

  it('lets two layers have the same weights', async () => {
    const layers = [
      { type: 'linear', weights: 'fc' },
      { type: 'linear', name: 'again', weights: 'fc' },
    ];
    const shared = new Map([['fc.weight', tensor([1, 1], [3])]]);
    expect(await run(shared, { input: [1], layers }, [2])).toEqual([18]);
  });

  it('names what is missing and what is left over in one line', () => {
    const other = new Map([...tensors].map(([name, value]) => [name.replace(/^bn/, 'norm'), value]));
    expect(() => importStateDict(other, architecture)).toThrow(
      expect.objectContaining({
        code: 'ARCHITECTURE_TENSORS',
        message:
          'the tensors are not those of the architecture: missing bn.running_mean, bn.running_var; ' +
          'left over norm.weight, norm.bias, norm.running_mean, norm.running_var',
      }),
    );
    const many = stateDict(
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`a.${i}.weight`, [1, 1]])),
    );
    expect(() => importStateDict(many, { input: [1], layers: [{ type: 'linear', weights: 'fc' }] })).toThrow(
      /missing fc\.weight; left over a\.0\.weight, .*, a\.5\.weight and 3 more$/,
    );
    const references = { input: [1], layers: [{ type: 'linear', weight: { tensor: 'none' } }] };
    expect(() => importStateDict(new Map(), references)).toThrow(/missing none$/);
  });

  it.each<[string, Record<string, readonly number[]>, Architecture['layers'], RegExp]>([
    [
      'channels that do not fit',
      { 'c.weight': [4, 3, 3, 3] },
      [{ type: 'conv2d', weights: 'c' }],
      /^node 'c' \(conv2d\): 'weight' of 4×3×3×3 in 1 groups does not fit 1 input channels$/,
    ],
    [
      'a bias of another length',
      { 'f.weight': [3, 4], 'f.bias': [4] },
      [{ type: 'linear', weights: 'f' }],
      /^layers\.0: the bias of 'f' has shape 4, expected 3 numbers$/,
    ],
    [
      'kernels as the weight of a linear layer',
      { 'f.weight': [3, 4, 1, 1] },
      [{ type: 'linear', weights: 'f' }],
      /^layers\.0: the weight of 'f' has shape 3×4×1×1, expected O×I$/,
    ],
    [
      'sizes that are not those of the weight',
      { 'f.weight': [3, 4] },
      [{ type: 'linear', weights: 'f', outFeatures: 4 }],
      /^layers\.0: the weight of 'f' is 3×4, but the layer is said to be 4×4$/,
    ],
    [
      'a batch norm of other channels',
      norm('b', 3),
      [{ type: 'batch-norm', weights: 'b' }],
      /^node 'b' \(batch-norm\): 'scale' has shape 3, expected one number for each of the 1 channels/,
    ],
    [
      'a value too few for an addition',
      {},
      [{ type: 'add' }],
      /^node 'add 0' \(add\): takes two values, or one and the constant 'operand'$/,
    ],
  ])('refuses %s', (_, shapes, layers, message) => {
    expect(() => importStateDict(stateDict(shapes), { input: [1, 2, 2], layers })).toThrow(message);
  });

  it('refuses integers, and numbers that are not finite', () => {
    const layers = [{ type: 'conv2d', weights: 'c' }];
    const integers = { dtype: 'I8', shape: [1, 1, 1, 1], data: Uint8Array.of(3) } as const;
    expect(() => importStateDict(new Map([['c.weight', integers]]), { input: [1, 2, 2], layers })).toThrow(
      /^tensor 'c\.weight' is I8, expected floating-point weights: save the float model/,
    );
    const infinite = tensor([1, 1, 1, 1], [Infinity]);
    expect(() => importStateDict(new Map([['c.weight', infinite]]), { input: [1, 2, 2], layers })).toThrow(
      expect.objectContaining({ code: 'MODEL_NOT_FINITE' }),
    );
    const negative = new Map([...tensors, ['bn.running_var', tensor([2], [-1, 1])] as const]);
    expect(() => importStateDict(negative, architecture)).toThrow(/'bn' has variance -1 at feature 0/);
  });

  it('takes names that objects have of themselves for names', () => {
    const odd = new Map([['__proto__.weight', seeded('w', [1, 1], 1)]]);
    const layers = [{ type: 'linear', weights: '__proto__' }];
    expect(importStateDict(odd, { input: [1], layers }).graph.nodes[0].name).toBe('__proto__');
    expect(() =>
      importStateDict(odd, { input: [1], layers: [{ type: 'linear', weights: 'constructor' }] }),
    ).toThrow(/missing constructor\.weight; left over __proto__\.weight/);
  });
});
