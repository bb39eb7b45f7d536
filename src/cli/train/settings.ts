import { isPictureName } from '../../format/write-model.ts';
import { balancedWeights } from '../../train/class-weights.ts';
import type { NetDescription } from '../../train/nets/description.ts';
import { TRAIN_DEFAULTS, type TrainOptions } from '../../train/options.ts';
import { perChannel } from '../number-lists.ts';
import type { TrainingData } from './data.ts';
import { COLOUR_DEFAULTS, DENSE_STEP, type TrainArguments } from './options.ts';

/** Steps of an epoch and of a run where there are few pictures, and how far batches and epochs may go for them. */
const FEW = { stepsPerEpoch: 20, minBatch: 16, steps: 2000, maxEpochs: 200 } as const;

/** Threads share batches that can be parted in four. */
const PARTS = 4;

/** Batch and epochs for so many training pictures: what learns from few of them takes enough steps all the same. */
export function pace(
  count: number,
  given: { readonly batch?: number | undefined; readonly epochs?: number | undefined },
): { readonly batch: number; readonly epochs: number } {
  const wanted = Math.max(FEW.minBatch, Math.floor(count / FEW.stepsPerEpoch / PARTS) * PARTS);
  const batch = given.batch ?? Math.max(1, Math.min(wanted, TRAIN_DEFAULTS.batch, count));
  const needed = Math.ceil(FEW.steps / Math.max(1, Math.floor(count / batch)));
  const epochs = given.epochs ?? Math.min(FEW.maxEpochs, Math.max(TRAIN_DEFAULTS.epochs, needed));
  return { batch, epochs };
}

/** What the options say of the run. `net`: what `--net` names, if it is given. */
export function trainOptions(
  options: TrainArguments,
  net: string | NetDescription | undefined,
  data: TrainingData,
): TrainOptions {
  const { targetBytes, lambda, seed, learningRate, bias, table, rate, offset } = options;
  const { outputs, validation, pictures } = data;
  const defaults = pictures.channels === 3 ? COLOUR_DEFAULTS : TRAIN_DEFAULTS;
  const { channels = 1 } = pictures;
  const isNormalized = options.mean !== undefined || options.std !== undefined;
  const step = options.step ?? (options.from === undefined ? undefined : DENSE_STEP);
  return {
    ...TRAIN_DEFAULTS,
    net: net ?? defaults.net,
    outputs,
    lambda,
    ...(targetBytes !== undefined && { targetBytes }),
    ...pace(pictures.count - validation, options),
    seed,
    learningRate,
    validation,
    bias,
    augment: options.augment ?? defaults.augment,
    augmentation: options.augmentation ?? defaults.augmentation,
    table: table ?? (isPictureName(options.output) ? 'shared' : TRAIN_DEFAULTS.table),
    rate,
    ...(step !== undefined && { step: { rows: step, matrix: 2 * step, taps: step } }),
    offset,
    distillation: { part: options.teacherPart, temperature: options.temperature },
    ...(isNormalized && {
      normalization: {
        mean: perChannel('mean', options.mean ?? '0', channels),
        std: perChannel('std', options.std ?? '1', channels),
      },
    }),
    ...(options.classWeights === 'balanced' && {
      classWeights: balancedWeights(pictures.labels.subarray(0, pictures.count - validation), outputs),
    }),
  };
}
