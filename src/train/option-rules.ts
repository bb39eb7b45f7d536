import { FITS } from '../format/manifest.ts';
import {
  anything,
  checkOptions,
  group,
  number,
  type OptionRules,
  oneOf,
  required,
  text,
  whole,
} from '../options/rules.ts';
import type { ExportOptions, TrainOptions } from './options.ts';

const TRAIN: OptionRules<TrainOptions> = {
  net: anything,
  outputs: whole(1),
  lambda: number(0),
  targetBytes: number(1),
  epochs: whole(0),
  seed: number(Number.NEGATIVE_INFINITY),
  batch: whole(1),
  learningRate: number(0),
  validation: whole(0),
  bias: oneOf('none', 'output', 'all'),
  augment: number(0, 1),
  augmentation: oneOf('strokes', 'photos'),
  classWeights: anything,
  normalization: anything,
  distillation: group<TrainOptions['distillation']>({
    part: required(number(0, 1)),
    temperature: required(number(0)),
  }),
  table: oneOf('layer', 'shared'),
  rate: oneOf('flat', 'coder'),
  step: group<TrainOptions['step']>({
    rows: required(number(0)),
    matrix: required(number(0)),
    taps: required(number(0)),
  }),
  offset: whole(0, 7),
  ramp: number(0),
  freeze: number(0),
};

/** `jpeg` is checked where the JPEGs are written. */
const EXPORT: OptionRules<ExportOptions> = {
  jpeg: anything,
  name: text,
  description: text,
  license: text,
  fit: oneOf(...FITS),
};

/** @throws WjpegError `OPTION_…` */
export function checkTrainOptions(options: Partial<TrainOptions>): void {
  checkOptions('Trainer', options, TRAIN);
}

/** @throws WjpegError `OPTION_…` */
export function checkExportOptions(options: ExportOptions): void {
  checkOptions('exportNetwork', options, EXPORT);
}
