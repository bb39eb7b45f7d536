/**
 * Trains networks as JPEGs.
 *
 * @module wjpeg/train
 */

export type { LabelledPictures } from './image/labelled-pictures.ts';
export { restoreCheckpoint, writeCheckpoint } from './train/checkpoint.ts';
export { exportNetwork } from './train/export.ts';
export {
  type BiasChoice,
  type ExportOptions,
  type RateModel,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from './train/options.ts';
export { type EpochReport, Trainer } from './train/trainer.ts';
