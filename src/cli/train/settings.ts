import { WjpegError } from '../../errors.ts';
import { isPictureName } from '../../format/write-model.ts';
import { balancedWeights } from '../../train/class-weights.ts';
import type { NetDescription } from '../../train/nets/description.ts';
import { type ChannelNormalization, TRAIN_DEFAULTS, type TrainOptions } from '../../train/options.ts';
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

/** Defaults for pictures of so many channels. */
function defaultsFor(channels: number): Pick<TrainOptions, 'net' | 'augment' | 'augmentation'> {
  return channels === 3 ? COLOUR_DEFAULTS : TRAIN_DEFAULTS;
}

/** The network that is trained where none is given to start from. `net`: what `--net` names, if it is given. */
export function netFor(net: string | NetDescription | undefined, channels: number): string | NetDescription {
  return net ?? defaultsFor(channels).net;
}

/**
 * What `--mean` and `--std` say; undefined where neither is given.
 *
 * @throws WjpegError `OPTION_VALUE` for another number of channels
 */
export function normalizationFor(
  { mean, std }: Pick<TrainArguments, 'mean' | 'std'>,
  channels: number,
): ChannelNormalization | undefined {
  if (mean === undefined && std === undefined) return undefined;
  return { mean: perChannel('mean', mean ?? '0', channels), std: perChannel('std', std ?? '1', channels) };
}

/** Refuses options that mean nothing for such pictures. */
export function checkForChannels(
  options: Pick<TrainArguments, 'mean' | 'std' | 'augment' | 'augmentation'>,
  channels: number,
): void {
  normalizationFor(options, channels);
  const { augmentation, augment = defaultsFor(channels).augment } = options;
  if (augmentation !== undefined && augment === 0)
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `--augmentation ${augmentation} says how pictures are varied, and --augment is 0: give that too, 0.5 for example`,
    );
}

/** What the options say of the run. `net`: what `--net` names, if it is given. */
export function trainOptions(
  options: TrainArguments,
  net: string | NetDescription | undefined,
  data: TrainingData,
): TrainOptions {
  const { targetBytes, lambda, seed, learningRate, table, rate, offset } = options;
  const { outputs, validation, pictures } = data;
  const { channels = 1 } = pictures;
  const defaults = defaultsFor(channels);
  const normalization = normalizationFor(options, channels);
  const { part, temperature } = TRAIN_DEFAULTS.distillation;
  const step = options.step ?? (options.from === undefined ? undefined : DENSE_STEP);
  return {
    ...TRAIN_DEFAULTS,
    net: netFor(net, channels),
    outputs,
    lambda,
    ...(targetBytes !== undefined && { targetBytes }),
    ...pace(pictures.count - validation, options),
    seed,
    learningRate,
    validation,
    bias: options.bias ?? TRAIN_DEFAULTS.bias,
    augment: options.augment ?? defaults.augment,
    augmentation: options.augmentation ?? defaults.augmentation,
    table: table ?? (isPictureName(options.output) ? 'shared' : TRAIN_DEFAULTS.table),
    rate,
    ...(step !== undefined && { step: { rows: step, matrix: 2 * step, taps: step } }),
    offset,
    distillation: {
      part: options.teacherPart ?? part,
      temperature: options.temperature ?? temperature,
    },
    ...(normalization && { normalization }),
    ...(options.classWeights === 'balanced' && {
      classWeights: balancedWeights(pictures.labels.subarray(0, pictures.count - validation), outputs),
    }),
  };
}
