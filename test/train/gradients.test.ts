import { describe, expect, it } from 'vitest';
import { TrainKernels } from '../../kernels/train/kernels.ts';
import { Random } from '../../src/random.ts';
import { type LayoutOptions, layOut } from '../../src/train/layout.ts';
import { CountingMemory } from '../../src/train/memory.ts';
import { buildNet, type NetLayer } from '../../src/train/nets/index.ts';
import { trainableGraph } from '../../src/train/network.ts';

const CLASSES = 3;

/** Every operator, with the windows that differ: each net ends in one number per class. */
const NETS: Readonly<Record<string, { input?: number[]; layers: NetLayer[] }>> = {
  'linear layers': { layers: [{ type: 'linear', outFeatures: 7 }, { type: 'relu' }, { type: 'linear' }] },
  'a convolution': { layers: [{ type: 'conv2d', outChannels: 5, kernel: 3 }, { type: 'linear' }] },
  'a convolution of nine channels, as taps': {
    input: [9, 5, 6],
    layers: [{ type: 'conv2d', outChannels: 3, kernel: 3, pads: 1 }, { type: 'linear' }],
  },
  'rows of eight, and of more': {
    input: [1, 6, 8],
    layers: [{ type: 'conv2d', outChannels: 4, kernel: 3, pads: [1, 1, 1, 6] }, { type: 'linear' }],
  },
  'a deeper stack': {
    layers: [
      { type: 'conv2d', outChannels: 6, kernel: 3, pads: 1 },
      { type: 'relu' },
      { type: 'conv2d', outChannels: 5, kernel: [3, 2] },
      { type: 'linear' },
    ],
  },
  strides: {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 1 },
      { type: 'conv2d', outChannels: 5, kernel: 3, strides: 2, pads: [0, 0, 1, 1] },
      { type: 'linear' },
    ],
  },
  'strides beyond the kernel': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 1 },
      { type: 'conv2d', outChannels: 5, kernel: 1, strides: [2, 3] },
      { type: 'linear' },
    ],
  },
  'dilation and strides': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 1 },
      { type: 'conv2d', outChannels: 3, kernel: [2, 3], strides: [1, 2], dilations: 2, pads: 1 },
      { type: 'linear' },
    ],
  },
  groups: {
    layers: [
      { type: 'conv2d', outChannels: 6, kernel: 1 },
      { type: 'conv2d', outChannels: 4, kernel: 3, groups: 2, pads: 1 },
      { type: 'linear' },
    ],
  },
  'depthwise convolution': {
    layers: [
      { type: 'conv2d', outChannels: 5, kernel: 1 },
      { type: 'conv2d', kernel: 3, depthwise: true, pads: 1 },
      { type: 'linear' },
    ],
  },
  'max pool': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 3, pads: 1 },
      { type: 'max-pool', kernel: 3, strides: 2, pads: 1 },
      { type: 'linear' },
    ],
  },
  'average pool': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 3, pads: 1 },
      { type: 'average-pool', kernel: [2, 3], strides: [2, 1], pads: [1, 0, 0, 1] },
      { type: 'linear' },
    ],
  },
  'average pool with its padding': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 3, pads: 1 },
      { type: 'average-pool', kernel: 3, strides: 2, pads: 1, countIncludePad: true },
      { type: 'linear' },
    ],
  },
  'batch norm and a global pool': {
    layers: [
      { type: 'conv2d', outChannels: 4, kernel: 3 },
      { type: 'batch-norm' },
      { type: 'clip', min: -0.5, max: 1 },
      { type: 'global-average-pool' },
      { type: 'linear' },
    ],
  },
  'a residual block': {
    layers: [
      { type: 'conv2d', name: 'a', outChannels: 4, kernel: 3, pads: 1 },
      { type: 'batch-norm', name: 'n' },
      { type: 'relu', name: 'r' },
      { type: 'conv2d', outChannels: 4, kernel: 3, strides: 2, pads: 1 },
      { type: 'batch-norm', name: 'm' },
      { type: 'conv2d', inputs: ['r'], outChannels: 4, kernel: 1, strides: 2, name: 's' },
      { type: 'add', inputs: ['m', 's'] },
      { type: 'linear' },
    ],
  },
};

function setUp(name: string) {
  const { input = [2, 6, 7], layers } = NETS[name];
  const random = new Random(3);
  for (let i = 0; i < 16; i++) random.next();
  const graph = trainableGraph(buildNet({ layers }, input, { outputs: CLASSES, bias: 'all' }));
  const options: LayoutOptions = {
    graph,
    shards: 2,
    images: 3,
    offset: 1,
    step: { rows: 0.1, matrix: 0.1, taps: 0.1 },
    isShared: false,
    classWeights: [1, 0.5, 2],
  };
  const counted = new CountingMemory();
  layOut(counted, options);
  const kernels = new TrainKernels(counted.floats);
  const layout = layOut(kernels, options);
  for (const { input, labels } of layout.shards) {
    for (let i = 0; i < input.values.length; i++) input.values[i] = random.symmetric();
    for (let i = 0; i < labels.values.length; i++) labels.values[i] = Math.floor(random.next() * CLASSES);
  }
  for (const { weights, bias, normalization } of layout.parameters) {
    weights?.sheet.initialize(random, 0.1);
    weights?.sheet.prepare(kernels);
    for (const vector of [bias, normalization?.scale, normalization?.offset]) {
      const { values } = vector?.adam ?? { values: new Float64Array() };
      for (let i = 0; i < values.length; i++) values[i] += 0.3 * random.symmetric();
    }
    bias?.prepare();
    normalization?.prepare();
  }
  const loss = (): number => {
    for (const call of [...layout.prepare, ...layout.train.flat()]) kernels.run(call);
    return layout.shards.reduce((sum, { result }) => sum + result.values[0], 0) / 6;
  };
  return { layout, loss, random };
}

/** The slopes to the left and to the right. */
function slopes(values: Float32Array, at: number, loss: () => number): readonly [number, number] {
  const before = values[at];
  const here = loss();
  const slope = (width: number): number => {
    values[at] = before + width;
    return (loss() - here) / (values[at] - before);
  };
  const both = [slope(-3e-3), slope(3e-3)] as const;
  values[at] = before;
  return both;
}

describe.each(Object.keys(NETS))('the gradient of %s', (name) => {
  it('is the derivative of the loss, by weights, biases and normalisations', () => {
    const { layout, loss, random } = setUp(name);
    loss();
    const checks: { values: Float32Array; at: number; gradient: number }[] = [];
    const check = (
      values: Float32Array,
      at: number,
      gradients: readonly { values: Float32Array }[],
      index: number,
    ) => {
      const gradient = gradients.reduce((sum, one) => sum + one.values[index], 0);
      checks.push({ values, at, gradient });
    };
    for (const { weights, bias, normalization } of layout.parameters) {
      if (weights) {
        const { sheet, gradients } = weights;
        for (let i = 0; i < 25; i++) {
          const weight = Math.floor(random.next() * sheet.places.length);
          check(sheet.samples.values, sheet.places[weight], gradients, weight);
        }
      }
      for (const vector of [bias, normalization?.scale, normalization?.offset]) {
        vector?.values.values.forEach((_, i) => {
          check(vector.values.values, i, vector.gradients, i);
        });
      }
    }
    let kinks = 0;
    for (const { values, at, gradient } of checks) {
      const [left, right] = slopes(values, at, loss);
      const slope = (left + right) / 2;
      // A maximum or a limit that changes between the two places is no derivative.
      if (Math.abs(left - right) > 2e-3 + 0.01 * Math.abs(slope)) kinks++;
      else expect(Math.abs(slope - gradient)).toBeLessThan(1e-3 + 0.005 * Math.abs(gradient));
    }
    expect(kinks).toBeLessThan(checks.length / 5);
  });
});
