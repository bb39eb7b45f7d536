/**
 * Trains networks as JPEGs.
 *
 * @module wjpeg/train
 */

export type { LabelledPictures, Labels } from './image/labelled-pictures.ts';
export { restoreCheckpoint, writeCheckpoint } from './train/checkpoint.ts';
export { exportNetwork } from './train/export.ts';
export type { NetDescription, NetLayer } from './train/nets/description.ts';
export {
  type AugmentKind,
  type BiasChoice,
  type ChannelNormalization,
  type ExportOptions,
  type RateModel,
  type TableChoice,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from './train/options.ts';
export type { Teacher } from './train/teacher.ts';
export { type EpochReport, Trainer, type Validation } from './train/trainer.ts';
