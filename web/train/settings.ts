import { type ImageInputSpec, PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import type { TrainOptions } from '../../src/train.ts';

/** What is trained on: drawings alone, or photographs too. */
export type PictureKind = 'strokes' | 'photos';

/** How pictures of a kind come to a network: drawings as MNIST has them, photographs whole and in colour. */
export const INPUTS: Readonly<Record<PictureKind, ImageInputSpec>> = {
  strokes: input(28, 1, 'center-of-mass'),
  photos: input(32, 3, 'contain'),
};

function input(side: number, channels: 1 | 3, fit: 'center-of-mass' | 'contain'): ImageInputSpec {
  const { preprocessing } = PICTURE_DEFAULTS;
  return {
    kind: 'image',
    width: side,
    height: side,
    ...PICTURE_DEFAULTS,
    channels,
    preprocessing: { ...preprocessing, fit },
  };
}

/** Pictures of a step, and the fewest steps of an epoch. */
const BATCH = 24;
const STEPS = 5;

/** What comes of few pictures in seconds: a network of two convolutions whose file is below 1 kB, 300 steps at least. */
export function trainingOptions(kind: PictureKind): Partial<TrainOptions> {
  return {
    net: 'lenet:8,16',
    table: 'shared',
    epochs: 60,
    batch: BATCH,
    validation: 0,
    lambda: 5e-5,
    augment: 1,
    augmentation: kind,
  };
}

/** How often `count` pictures have to be repeated to make an epoch's steps. */
export function copies(count: number): number {
  return Math.ceil((BATCH * STEPS) / count);
}
