import type { Fit } from '../format/manifest.ts';
import { type LabelledPictures, labelCount } from '../image/labelled-pictures.ts';
import type { JpegEncodeOptions } from '../jpeg/index.ts';
import type { NetDescription } from './nets/description.ts';

/** Which layers have biases: they cost bytes and contribute little to picture classification. */
export type BiasChoice = 'none' | 'output' | 'all';

/** How the cost of a coefficient is estimated, see rate.ts. */
export type RateModel = 'flat' | 'coder';

/** How training pictures are varied: moved, turned and sheared as strokes are, or flipped and moved as photographs are. */
export type AugmentKind = 'strokes' | 'photos';

/** Which quantisation tables are learnt: one per layer, or one for all, as a model that is one JPEG has. */
export type TableChoice = 'layer' | 'shared';

/** How samples 0…255 become numbers: (sample ÷ 255 − mean) ÷ std, per channel. */
export interface ChannelNormalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Options of training. */
export interface TrainOptions {
  /** The network: a name with its sizes such as `mlp:300,100` (docs/training.md lists them), or a description. */
  readonly net: string | NetDescription;
  /** Outputs, one per label. */
  readonly outputs: number;
  /** Loss = cross-entropy (nats per picture) + lambda × estimated bits. */
  readonly lambda: number;
  /** Target size of the arithmetic-coded file, in bytes: lambda is then adapted during the run, see size-target.ts. */
  readonly targetBytes?: number;
  readonly epochs: number;
  readonly seed: number;
  /** Pictures per step. */
  readonly batch: number;
  /** Maximum learning rate of the one-cycle schedule. */
  readonly learningRate: number;
  /** The last pictures of the training set, held out to measure the error after each epoch; 0 for none. */
  readonly validation: number;
  readonly bias: BiasChoice;
  /** Strength of augmentation: 0 (none) to 1. */
  readonly augment: number;
  readonly augmentation: AugmentKind;
  /** Weight of each class in the loss; 1 if left out. */
  readonly classWeights?: readonly number[];
  /** How samples become numbers; by default 0…1 of grey pictures, by mean and deviation of colours. */
  readonly normalization?: ChannelNormalization;
  /**
   * How a teacher counts, if there is one: loss = (1 − part) · cross-entropy + part · temperature² · divergence from the
   * teacher's answers, both softened by the temperature.
   */
  readonly distillation: { readonly part: number; readonly temperature: number };
  readonly table: TableChoice;
  readonly rate: RateModel;
  /**
   * Initial steps of the tables. They change slowly, so they determine how coarse coefficients are: fine steps make
   * most magnitudes 3 or 4, which costs two bits per coefficient and gains nothing.
   */
  readonly step: { readonly rows: number; readonly matrix: number; readonly taps: number };
  /** Offset of the picture in its grid of blocks, 0…7 samples across and down. */
  readonly offset: number;
  /** Fraction of the run after which lambda has its full value. */
  readonly ramp: number;
  /** Fraction of the run after which the quantisation tables are frozen to the integers that are written. */
  readonly freeze: number;
}

/** Defaults of `wjpeg train`: LeNet-300-100. */
export const TRAIN_DEFAULTS: TrainOptions = {
  net: 'mlp:300,100',
  outputs: 10,
  lambda: 1e-5,
  epochs: 40,
  seed: 0,
  batch: 96,
  learningRate: 4e-3,
  validation: 5000,
  bias: 'none',
  augment: 0,
  augmentation: 'strokes',
  distillation: { part: 0.7, temperature: 2 },
  table: 'layer',
  rate: 'coder',
  step: { rows: 0.12, matrix: 0.24, taps: 0.1 },
  offset: 2,
  ramp: 0.3,
  freeze: 0.75,
};

/**
 * The options of a `Trainer` with those filled in that were not given: `TRAIN_DEFAULTS`, but one output for each label of the
 * data, at most a twelfth of the pictures held out, and no batch larger than what is left.
 */
export function trainDefaults(
  { count, labels }: LabelledPictures,
  given: Partial<TrainOptions>,
): TrainOptions {
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { validation = Math.min(TRAIN_DEFAULTS.validation, Math.floor(count / 12)) } = given;
  return {
    ...TRAIN_DEFAULTS,
    outputs: labelCount(labels),
    batch: Math.max(1, Math.min(TRAIN_DEFAULTS.batch, count - validation)),
    validation,
    ...stated,
  };
}

/** Options for writing a trained network. */
export interface ExportOptions {
  /** How the layers' JPEGs are coded. */
  readonly jpeg?: JpegEncodeOptions;
  /** Description of the model in the file; every word costs bytes. */
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  /** How pictures are to be brought to the network's size; as the training pictures lie, if left out. */
  readonly fit?: Fit;
}
