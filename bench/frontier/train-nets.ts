import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWjz } from '../../src/format/write.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { writeFileAtomic } from '../../src/node/files.ts';
import { withProgress } from '../../src/terminal/progress.ts';
import { exportNetwork } from '../../src/train/export.ts';
import { TRAIN_DEFAULTS, type TrainOptions } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { type Candidate, trainedCandidate } from './candidates.ts';

/** How far training pictures are moved; docs/lab/training.md says what it gains. */
export const AUGMENT = 0.5;

export interface TrainSweep {
  readonly hidden: readonly number[];
  readonly lambda: number;
  readonly epochs: number;
  readonly seed: number;
}

/** Trains one net in coefficients and keeps its file in `folder`, where `--models` finds it again. */
export async function trainNet(
  data: LabelledPictures,
  { hidden, lambda, epochs, seed }: TrainSweep,
  folder: string,
): Promise<Candidate> {
  const options: TrainOptions = {
    ...TRAIN_DEFAULTS,
    net: `mlp:${hidden.join(',')}`,
    lambda,
    epochs,
    seed,
    augment: AUGMENT,
  };
  const price = lambda.toExponential();
  const name = `${hidden.join('-')}-lambda-${price}-seed-${seed}`;
  const trainer = new Trainer(data, options);
  await withProgress(name, epochs * trainer.stepsPerEpoch, (advance) => {
    while (!trainer.done) {
      const before = trainer.epoch * trainer.stepsPerEpoch;
      trainer.runEpoch((done) => advance(before + done));
    }
  });
  const file = writeWjz(exportNetwork(trainer, { jpeg: { entropy: 'arithmetic' } }));
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, `${name}.wjz`), file);
  return trainedCandidate(`λ ${price}, ${epochs} epochs, seed ${seed}`, file);
}
