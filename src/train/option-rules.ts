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
  wholes,
} from '../options/rules.ts';
import type { ExportOptions, TrainOptions } from './options.ts';

const TRAIN: OptionRules<TrainOptions> = {
  hidden: required(wholes(1)),
  outputs: required(whole(1)),
  lambda: required(number(0)),
  targetBytes: number(1),
  epochs: required(whole(0)),
  seed: required(number(Number.NEGATIVE_INFINITY)),
  batch: required(whole(1)),
  learningRate: required(number(0)),
  validation: required(whole(0)),
  bias: required(oneOf('none', 'output', 'all')),
  augment: required(number(0, 1)),
  rate: required(oneOf('flat', 'coder')),
  step: required(group<TrainOptions['step']>({ rows: required(number(0)), matrix: required(number(0)) })),
  offset: required(whole(0, 7)),
  ramp: required(number(0)),
  freeze: required(number(0)),
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
export function checkTrainOptions(options: TrainOptions): void {
  checkOptions('Trainer', options, TRAIN);
}

/** @throws WjpegError `OPTION_…` */
export function checkExportOptions(options: ExportOptions): void {
  checkOptions('exportNetwork', options, EXPORT);
}
