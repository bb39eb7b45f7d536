import { describe, expect, it } from 'vitest';
import type { ImageInputSpec, LinearSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { pictureValues } from '../../src/runtime/sample-inputs.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { exportNetwork } from '../../src/train/export.ts';
import type { TrainOptions } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { syntheticPictures, TINY } from './synthetic.ts';

const data = syntheticPictures(300);

/** A run whose latents are made 0 where `isDead(sheet, block row, block column)`. */
function trained(
  options: Partial<TrainOptions>,
  isDead: (sheet: number, row: number, column: number) => boolean,
) {
  const trainer = new Trainer(data, { ...TINY, epochs: 1, lambda: 0, ...options });
  trainer.runEpoch();
  trainer.sheets.forEach(({ latent, shape: { blocksAcross, blocksDown } }, sheet) => {
    for (let block = 0; block < blocksAcross * blocksDown; block++) {
      if (isDead(sheet, Math.floor(block / blocksAcross), block % blocksAcross))
        latent.values.fill(0, block * 64, block * 64 + 64);
    }
  });
  return trainer;
}

async function shapesAndError(trainer: Trainer) {
  const file = readWjz(writeWjz(exportNetwork(trainer)));
  const logits = trainer.logits([0, 1, 2, 3]);
  const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
  const input = file.manifest.input as ImageInputSpec;
  let error = 0;
  for (let i = 0; i < 4; i++) {
    const own = await session.infer(pictureValues(data, i, 1, input));
    error = Math.max(error, relativeError(logits.subarray(i * 3, i * 3 + 3), Float64Array.from(own.logits)));
  }
  const layers = file.manifest.layers.filter((layer) => layer.type === 'linear') as LinearSpec[];
  return { shapes: layers.map(({ outFeatures, inFeatures }) => [outFeatures, inFeatures]), error };
}

describe('neurons that add nothing', () => {
  // Of the first layer each neuron has 2 × 2 blocks; neurons 8 to 15 have none, nothing takes 16 to 23, nor 16 to 19 of the second.
  const dead = (sheet: number, row: number, column: number): boolean =>
    (sheet === 0 && row >= 16 && row < 32) || (sheet === 1 && column === 2) || (sheet === 2 && column === 2);

  it('are left out by eights, the answers stay the same', async () => {
    const { shapes, error } = await shapesAndError(trained({ net: 'mlp:28,20' }, dead));
    expect(shapes).toEqual([
      [12, 120],
      [16, 12],
      [3, 16],
    ]);
    expect(error).toBeLessThan(1e-5);
  });

  it('stay if they have a bias and something takes them', async () => {
    const { shapes, error } = await shapesAndError(trained({ net: 'mlp:28,20', bias: 'all' }, dead));
    expect(shapes).toEqual([
      [20, 120],
      [16, 20],
      [3, 16],
    ]);
    expect(error).toBeLessThan(2e-3);
  });

  it('stay between a convolution and a layer; of layers that are all dead, eight neurons', async () => {
    const net = {
      layers: [
        { type: 'conv2d', outChannels: 8, kernel: 3 },
        { type: 'relu' },
        { type: 'linear', outFeatures: 20 },
        { type: 'relu' },
        { type: 'linear' },
      ],
    };
    const { shapes, error } = await shapesAndError(trained({ net }, (sheet) => sheet !== 1));
    expect(shapes).toEqual([
      [8, 640],
      [3, 8],
    ]);
    expect(error).toBe(0);
  });
});
