import { describe, expect, it } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { Random } from '../../src/random.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { pictureValues } from '../../src/runtime/sample-inputs.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { restoreCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { exportNetwork } from '../../src/train/export.ts';
import { buildNet } from '../../src/train/nets/index.ts';
import type { TrainOptions } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import { reconstructWeights } from '../../src/weights/reconstruct.ts';
import { syntheticPictures, TINY } from './synthetic.ts';

const data = syntheticPictures(700);

function train(options: TrainOptions): Trainer {
  const trainer = new Trainer(data, options);
  while (!trainer.done) trainer.runEpoch();
  return trainer;
}

const bytesOf = (trainer: Trainer): Uint8Array => writeWjz(exportNetwork(trainer));

describe('a run', () => {
  it('learns: few held-out pictures are labelled wrongly, and the price makes coefficients rare', () => {
    const free = train({ ...TINY, lambda: 0 });
    expect(free.validate()?.error).toBeLessThan(0.1);
    const priced = train({ ...TINY, lambda: 1e-4 });
    expect(priced.validate()?.error).toBeLessThan(0.1);
    expect(bytesOf(priced).length).toBeLessThan(bytesOf(free).length * 0.8);
  });

  it('gives the same bytes for the same seed, others for another', () => {
    const first = bytesOf(train(TINY));
    expect(bytesOf(train(TINY))).toEqual(first);
    expect(bytesOf(train({ ...TINY, seed: 1 }))).not.toEqual(first);
  });

  it('says what each epoch came to', () => {
    const trainer = new Trainer(data, TINY);
    const steps: number[] = [];
    const report = trainer.runEpoch((done) => steps.push(done));
    expect(steps).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    expect(report.epoch).toBe(1);
    expect(report.validationError).toBe(trainer.validate()?.error);
    expect(report.estimatedBytes.every((bytes) => bytes > 0)).toBe(true);
    expect(report.nonzeros.length).toBe(3);
  });
});

describe('the exported file', () => {
  it.each(['none', 'output', 'all'] as const)("gives the trainer's logits, biases %s", async (bias) => {
    const trainer = train({ ...TINY, bias, epochs: 3, augment: 0.5 });
    const file = readWjz(bytesOf(trainer));
    const input = file.manifest.input as ImageInputSpec;
    const oracle = new Oracle(loadNetwork(file, 'coefficient'));
    const logits = trainer.logits(Array.from({ length: 20 }, (_, i) => i)).slice(0, 60);
    for (let i = 0; i < 20; i++) {
      const exact = oracle.run(pictureValues(data, i, 1, input));
      // Biases are kept as float16, which the trainer does not know.
      expect(relativeError(logits.subarray(i * 3, i * 3 + 3), exact)).toBeLessThan(
        bias === 'none' ? 1e-5 : 2e-3,
      );
    }
    const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
    const held = { ...data, pictures: data.pictures.subarray(600 * 120), labels: data.labels.subarray(600) };
    const { correct } = await evaluate(session, held, 100);
    expect(1 - correct / 100).toBeCloseTo(trainer.validate()?.error as number, 10);
  });
});

describe('a convolutional network', () => {
  const net = {
    layers: [
      { type: 'conv2d', name: '1', outChannels: 8, kernel: 3, pads: 1 },
      { type: 'batch-norm' },
      { type: 'relu', name: 'r' },
      { type: 'conv2d', name: '2', outChannels: 8, kernel: 3, pads: 1 },
      { type: 'batch-norm', name: 'n' },
      { type: 'add', inputs: ['n', 'r'] },
      // What it takes is a sum, so that it cannot be folded.
      { type: 'batch-norm', name: 'm' },
      { type: 'relu' },
      { type: 'max-pool', kernel: 2, strides: 2 },
      { type: 'conv2d', name: '3', kernel: 3, depthwise: true },
      { type: 'linear', name: '4' },
    ],
  };
  const options: TrainOptions = { ...TINY, net, epochs: 2, learningRate: 1e-2 };

  it('learns', () => {
    expect(train({ ...options, epochs: 5 }).validate()?.error).toBeLessThan(0.1);
  });

  it.each(['layer', 'shared'] as const)("gives the trainer's logits as a file, tables: %s", async (table) => {
    const trainer = train({ ...options, bias: 'all', table });
    const file = readWjz(bytesOf(trainer));
    const logits = trainer.logits([0, 1, 2, 3]);
    const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
    const input = file.manifest.input as ImageInputSpec;
    for (let i = 0; i < 4; i++) {
      const { logits: own } = await session.infer(pictureValues(data, i, 1, input));
      expect(relativeError(logits.subarray(i * 3, i * 3 + 3), Float64Array.from(own))).toBeLessThan(1e-5);
    }
  });

  it('has one table for all its JPEGs if it is to', () => {
    const tables = (table: 'layer' | 'shared') => {
      const { jpegs } = exportNetwork(train({ ...options, epochs: 1, table }));
      return new Set(
        [...jpegs.values()].map((jpeg) => String(decodeCoefficients(jpeg).components[0].quantization)),
      );
    };
    expect(tables('shared').size).toBe(1);
    expect(tables('layer').size).toBeGreaterThan(1);
  });

  it('says in the file nothing that follows from the rest', () => {
    const trainer = train({ ...TINY, net: 'lenet:4', epochs: 1, table: 'shared' });
    const { layers } = exportNetwork(trainer).manifest as { layers: readonly { name: string }[] };
    expect(layers.map(({ name }) => name)).toEqual(['1', 'relu 1', 'max-pool 2', '2']);
    const folded = train({ ...TINY, net: 'cnn:4,4', epochs: 1 });
    expect(exportNetwork(folded).manifest.layers).toMatchObject([
      { name: '1' },
      { name: 'relu 1' },
      { name: 'max-pool 2' },
      { name: '2' },
      { name: 'relu 4' },
      { name: 'global-average-pool 5' },
      { name: '3' },
    ]);
  });

  it('is the same whatever the number of threads', async () => {
    const alone = bytesOf(train(options));
    const trainer = new Trainer(data, options);
    await trainer.useThreads(3);
    while (!trainer.done) trainer.runEpoch();
    trainer.close();
    expect(bytesOf(trainer)).toEqual(alone);
  });

  it.each(['layer', 'shared'] as const)(
    'goes on from a checkpoint to the same bytes, tables: %s',
    (table) => {
      const whole = bytesOf(train({ ...options, table }));
      const first = new Trainer(data, { ...options, table });
      first.runEpoch();
      const second = new Trainer(data, { ...options, table });
      restoreCheckpoint(second, writeCheckpoint(first));
      second.runEpoch();
      expect(bytesOf(second)).toEqual(whole);
    },
  );

  it('whose loss is no number any more ends with that', () => {
    const trainer = new Trainer(data, { ...options, learningRate: 1e30 });
    expect(() => {
      while (!trainer.done) trainer.runEpoch();
    }).toThrow(expect.objectContaining({ code: 'TRAIN_DIVERGED' }));
  });
});

describe('colour', () => {
  const channels = 3;
  const { count, width, height, pictures, labels } = data;
  const colours = new Uint8Array(count * channels * width * height);
  // The class is in the green channel, noise in the others.
  const random = new Random(4);
  for (let i = 0; i < colours.length; i++) colours[i] = 255 * random.next();
  for (let i = 0; i < count; i++) {
    const area = width * height;
    colours.set(pictures.subarray(i * area, (i + 1) * area), (i * channels + 1) * area);
  }
  const rgb = {
    count,
    width,
    height,
    channels,
    pictures: colours,
    labels,
    classes: ['across', 'down', 'spot'],
  } as const;

  it.each(['strokes', 'photos'] as const)('is learnt, augmented as %s', async (augmentation) => {
    const trainer = new Trainer(rgb, {
      ...TINY,
      net: 'cnn:8,16',
      augment: 0.3,
      augmentation,
      learningRate: 1e-2,
      epochs: 8,
    });
    while (!trainer.done) trainer.runEpoch();
    expect(trainer.validate()?.error).toBeLessThan(0.15);
    const file = readWjz(bytesOf(trainer));
    expect(file.manifest.labels).toEqual(['across', 'down', 'spot']);
    const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
    const logits = trainer.logits([5]);
    const { logits: own } = await session.infer(
      pictureValues(rgb, 5, 1, file.manifest.input as ImageInputSpec),
    );
    expect(relativeError(logits, Float64Array.from(own))).toBeLessThan(1e-5);
  });
});

it('writes weights as samples that a decoder of pixels does not cut off', () => {
  const file = readWjz(bytesOf(train(TINY)));
  for (const node of loadNetwork(file, 'coefficient').nodes) {
    if (node.kind === 'dense') throw new Error('expected coefficients');
    const samples = reconstructWeights(node).map((weight) => Math.abs(weight / node.scale[0]));
    expect(Math.max(...samples)).toBeLessThan(127.5);
    expect(Math.max(...samples)).toBeGreaterThan(32);
  }
});

describe('a checkpoint', () => {
  it.each([1, 4, 5])('after epoch %i goes on to the same bytes', (epochs) => {
    const options: TrainOptions = { ...TINY, bias: 'all', augment: 0.5 };
    const whole = bytesOf(train(options));
    const first = new Trainer(data, options);
    while (first.epoch < epochs) first.runEpoch();
    const second = new Trainer(data, options);
    restoreCheckpoint(second, writeCheckpoint(first));
    expect(second.epoch).toBe(epochs);
    while (!second.done) second.runEpoch();
    expect(bytesOf(second)).toEqual(whole);
  });

  it('of another run is refused, with what differs', () => {
    const bytes = writeCheckpoint(new Trainer(data, TINY));
    expect(() => restoreCheckpoint(new Trainer(data, { ...TINY, seed: 3 }), bytes)).toThrow(
      'the checkpoint belongs to another run: its seed is 0, not 3',
    );
    expect(() => restoreCheckpoint(new Trainer(syntheticPictures(600), TINY), bytes)).toThrow('700 pictures');
    const others = { ...data, labels: data.labels.with(3, 1) };
    expect(() => restoreCheckpoint(new Trainer(others, TINY), bytes)).toThrow(
      'its pictures or labels are others',
    );
  });

  it('that is none is refused and changes nothing', () => {
    const trainer = new Trainer(data, TINY);
    const bytes = writeCheckpoint(trainer);
    expect(() => restoreCheckpoint(trainer, bytes.subarray(0, 100))).toThrow();
    expect(() => restoreCheckpoint(trainer, bytesOf(trainer))).toThrow();
  });
});

describe('a network to start from', () => {
  const random = new Random(2);
  const weights = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => random.symmetric());
  const graph = (): Graph => {
    const net = buildNet('mlp:12,9', [1, 10, 12], { outputs: 3, bias: 'all' });
    for (const { linear } of net.nodes) {
      const dense = linear as DenseNode | undefined;
      dense?.weights.set(weights(dense.weights.length));
      dense?.bias?.set(weights(dense.bias.length));
    }
    return net;
  };

  it('is what the trainer starts from, but for quantisation', () => {
    const start = graph();
    const trainer = new Trainer(
      data,
      { ...TINY, bias: 'all', step: { rows: 0.01, matrix: 0.01, taps: 0.01 } },
      start,
    );
    const logits = trainer.logits([0, 1, 2]);
    const dense = start.nodes.flatMap(({ linear }) => (linear ? [linear as DenseNode] : []));
    const input = { width: 12, height: 10, channels: 1, mean: 0, std: 1 } as ImageInputSpec;
    for (let i = 0; i < 3; i++) {
      let values: Float64Array = Float64Array.from(pictureValues(data, i, 1, { ...input, kind: 'image' }));
      dense.forEach(({ weights, bias, outFeatures, inFeatures }, layer) => {
        values = Float64Array.from({ length: outFeatures }, (_, o) => {
          const sum = values.reduce((sum, x, k) => sum + x * weights[o * inFeatures + k], bias?.[o] ?? 0);
          return layer < 2 ? Math.max(0, sum) : sum;
        });
      });
      expect(relativeError(logits.subarray(i * 3, i * 3 + 3), values)).toBeLessThan(0.02);
    }
  });

  it('of another shape is refused', () => {
    const wide = buildNet('mlp:12', [1, 11, 12], { outputs: 3, bias: 'all' });
    expect(() => new Trainer(data, TINY, wide)).toThrow(
      'the network takes 1×11×12, the pictures are 1×10×12',
    );
    const many = buildNet('mlp:12', [1, 10, 12], { outputs: 4, bias: 'all' });
    expect(() => new Trainer(data, TINY, many)).toThrow(
      'the network gives 4 numbers, expected 3, one per class',
    );
  });

  it('with an operator that cannot be trained is refused by name', () => {
    const net = {
      layers: [
        { type: 'conv2d', outChannels: 2, kernel: 3 },
        { type: 'gelu', name: 'g' },
        { type: 'linear' },
      ],
    };
    expect(() => new Trainer(data, { ...TINY, net })).toThrow("training does not know gelu ('g')");
  });
});

describe('data', () => {
  it('must leave a batch to train on', () => {
    expect(() => new Trainer(data, { ...TINY, validation: 690 })).toThrow(
      '700 pictures less 690 held out leave 10, expected at least a batch of 20',
    );
  });

  it('must have no labels beyond the outputs', () => {
    expect(() => new Trainer(data, { ...TINY, outputs: 2 })).toThrow(
      'picture 2 has label 2, expected 0 to 1',
    );
  });
});
