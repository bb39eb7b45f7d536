import { describe, expect, it } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { Random } from '../../src/random.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { pictureValues } from '../../src/runtime/sample-inputs.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { restoreCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { exportNetwork } from '../../src/train/export.ts';
import type { TrainOptions } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
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
  });

  it('that is none is refused and changes nothing', () => {
    const trainer = new Trainer(data, TINY);
    const bytes = writeCheckpoint(trainer);
    expect(() => restoreCheckpoint(trainer, bytes.subarray(0, 100))).toThrow();
    expect(() => restoreCheckpoint(trainer, bytesOf(trainer))).toThrow();
  });
});

describe('a dense network to start from', () => {
  const random = new Random(2);
  const linear = (name: string, outFeatures: number, inFeatures: number): DenseNetwork['layers'][number] => ({
    type: 'linear',
    name,
    inFeatures,
    outFeatures,
    weights: Float32Array.from({ length: outFeatures * inFeatures }, () => random.symmetric()),
    bias: Float32Array.from({ length: outFeatures }, () => random.symmetric()),
  });
  const network: DenseNetwork = {
    layers: [linear('a', 12, 120), { type: 'relu' }, linear('b', 9, 12), { type: 'relu' }, linear('c', 3, 9)],
  };

  it('is what the trainer starts from, but for quantisation', () => {
    const trainer = new Trainer(data, { ...TINY, bias: 'all' }, network);
    for (const [i, layer] of trainer.layers.entries()) {
      const { weights } = network.layers[i * 2] as { weights: Float32Array };
      const energy = weights.reduce((sum, weight) => sum + weight * weight, 0);
      const step = layer.steps()[0];
      const latents = layer.latent.values.reduce((sum, value) => sum + (value * step) ** 2, 0);
      expect(latents / energy).toBeCloseTo(1, 4);
    }
  });

  it('of another shape is refused', () => {
    expect(() => new Trainer(data, { ...TINY, hidden: [12] }, network)).toThrow(
      'the network to start from is 120-12-9-3, expected 120-12-3',
    );
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
