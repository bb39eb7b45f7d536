import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import { FITS, type Fit } from '../../format/manifest.ts';
import { isPictureName } from '../../format/write-model.ts';
import type { JpegEntropyChoice } from '../../jpeg/index.ts';
import type { HeldOut } from '../../node/picture-folder/hold-out.ts';
import type { PictureSize } from '../../node/picture-folder/survey.ts';
import { bytesOption, checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { NET_FORMS } from '../../train/nets/index.ts';
import {
  type AugmentKind,
  type BiasChoice,
  type RateModel,
  type TableChoice,
  TRAIN_DEFAULTS,
} from '../../train/options.ts';
import { numbers } from '../number-lists.ts';
import { jsonOption } from '../options.ts';
import { checkEnding, MODEL_ENDS } from '../output-name.ts';

export interface TrainArguments {
  data: string;
  output: string;
  net: string | undefined;
  table: TableChoice | undefined;
  augmentation: AugmentKind | undefined;
  threads: number;
  classWeights: 'none' | 'balanced';
  outputs: number | undefined;
  labels: string | undefined;
  size: string | undefined;
  colour: 'auto' | 'grey' | 'rgb';
  lambda: number;
  targetBytes: number | undefined;
  epochs: number | undefined;
  seed: number;
  batch: number | undefined;
  learningRate: number;
  validation: string | undefined;
  bias: BiasChoice | undefined;
  augment: number | undefined;
  rate: RateModel;
  step: number | undefined;
  offset: number;
  from: string | undefined;
  teacher: string | undefined;
  teacherPart: number | undefined;
  temperature: number | undefined;
  architecture: string | undefined;
  mean: string | undefined;
  std: string | undefined;
  checkpoint: string | undefined;
  plot: string | undefined;
  entropy: JpegEntropyChoice;
  fit: Fit | undefined;
  name: string | undefined;
  license: string | undefined;
  json: boolean;
}

/** Defaults for pictures in colour, which are photographs. */
export const COLOUR_DEFAULTS = { net: 'cnn:16,32,64', augment: 1, augmentation: 'photos' } as const;

/** The first step with --from: fine enough to keep what dense weights have learnt. */
export const DENSE_STEP = 0.03;

export const TRAIN_OPTIONS = {
  data: {
    type: 'string',
    demandOption: true,
    describe:
      'Folder with one folder of PNG or JPEG files per class, or train and validation with such folders, or IDX files as MNIST has them',
  },
  output: {
    alias: 'o',
    type: 'string',
    demandOption: true,
    describe: 'The file to write: a .wjz, or a .jpg that is the whole network',
  },
  size: {
    type: 'string',
    describe: 'Size to which pictures are brought: 32x32; if left out, chosen by what they are',
  },
  colour: {
    choices: ['auto', 'grey', 'rgb'] as const,
    default: 'auto' as const,
    describe: 'Channels of the network; auto: grey if nearly all pictures are',
  },
  net: {
    type: 'string',
    describe: `The network: ${NET_FORMS.join(', ')}, or a JSON file (docs/training.md); if left out ${TRAIN_DEFAULTS.net}, for colours ${COLOUR_DEFAULTS.net}`,
  },
  table: {
    choices: ['layer', 'shared'] as const,
    describe:
      'Quantisation tables that are learnt: one per layer (the default), or one for all, which small networks gain by and a .jpg has',
  },
  threads: {
    type: 'number',
    default: availableParallelism(),
    describe: 'Threads to train with; the file does not depend on their number',
  },
  outputs: {
    type: 'number',
    describe: `Number of classes of IDX files; if left out, ${TRAIN_DEFAULTS.outputs}`,
  },
  labels: {
    type: 'string',
    describe: 'Names of the classes of IDX files, in the order of their numbers: cat,dog',
  },
  lambda: {
    type: 'number',
    default: TRAIN_DEFAULTS.lambda,
    describe: 'Price of a bit: loss = cross-entropy + lambda × estimated bits',
  },
  'target-bytes': bytesOption(
    'Target size of the file in bytes (with --entropy arithmetic): lambda is adapted during training',
  ),
  epochs: {
    type: 'number',
    describe: `Number of epochs; if left out ${TRAIN_DEFAULTS.epochs}, more for few pictures`,
  },
  seed: {
    type: 'number',
    default: TRAIN_DEFAULTS.seed,
    describe: 'Seed; the same seed gives the same file',
  },
  batch: {
    type: 'number',
    describe: `Pictures per step; if left out ${TRAIN_DEFAULTS.batch}, less for few pictures`,
  },
  'learning-rate': {
    type: 'number',
    default: TRAIN_DEFAULTS.learningRate,
    describe: 'Maximum learning rate of the one-cycle schedule',
  },
  validation: {
    type: 'string',
    describe: `Pictures to hold out and measure the error on: a number, or a share such as 10%; 0 for none. If left out, 10% of each class, or of IDX files the last ${TRAIN_DEFAULTS.validation}`,
  },
  bias: {
    choices: ['none', 'output', 'all'] as const,
    describe: `Which layers have biases; if left out ${TRAIN_DEFAULTS.bias}`,
  },
  augment: {
    type: 'number',
    describe: `Strength of random augmentation, 0 (none) to 1; if left out ${TRAIN_DEFAULTS.augment}, for colours ${COLOUR_DEFAULTS.augment}`,
  },
  augmentation: {
    choices: ['strokes', 'photos'] as const,
    describe:
      'Kind of augmentation: strokes are moved, turned and sheared, photos are flipped, moved and recoloured; if left out strokes, for colours photos',
  },
  'class-weights': {
    choices: ['none', 'balanced'] as const,
    default: 'none' as const,
    describe:
      'Weights of classes in the loss; balanced: each class counts alike, however many pictures it has',
  },
  rate: {
    choices: ['coder', 'flat'] as const,
    default: TRAIN_DEFAULTS.rate,
    describe: 'Rate model of coefficients: coder follows the arithmetic coder, flat is the same for all',
  },
  step: {
    type: 'number',
    describe: `Step that quantisation starts with: of pictures and taps, twice it of matrices; if left out ${TRAIN_DEFAULTS.step.rows} of pictures, ${TRAIN_DEFAULTS.step.taps} of taps, ${TRAIN_DEFAULTS.step.matrix} of matrices, with --from ${DENSE_STEP}`,
  },
  offset: {
    type: 'number',
    default: TRAIN_DEFAULTS.offset,
    describe: 'Where pictures sit in their 8×8 blocks, 0 to 7 samples from the top left',
  },
  from: { type: 'string', describe: 'A network to start from, weights and all: ONNX or safetensors' },
  teacher: {
    type: 'string',
    describe:
      'A trained network whose answers are learnt beside the labels (distillation): a model, ONNX or safetensors',
  },
  'teacher-part': {
    type: 'number',
    describe: `Share of the loss that is about the answers of --teacher, 0 to 1; if left out ${TRAIN_DEFAULTS.distillation.part}`,
  },
  temperature: {
    type: 'number',
    describe: `By what the answers of --teacher are softened; if left out ${TRAIN_DEFAULTS.distillation.temperature}`,
  },
  architecture: {
    type: 'string',
    describe:
      'How its tensors make the network, where the file does not determine it: a name, a JSON file, or fc1,relu,fc2',
  },
  mean: {
    type: 'string',
    describe:
      'Normalisation of samples from 0 to 1: (sample − mean) ÷ std, as the network of --from expects; one number, or one per channel. If left out, grey stays as it is, colours go by the training pictures',
  },
  std: { type: 'string', describe: 'See --mean' },
  checkpoint: {
    type: 'string',
    describe: 'Checkpoint file, updated after each epoch; if it exists, training resumes from it',
  },
  entropy: {
    choices: ['huffman', 'arithmetic', 'auto'] as const,
    default: 'huffman' as const,
    describe: 'Entropy coding of the JPEGs: huffman opens everywhere, arithmetic is much smaller here',
  },
  plot: { type: 'string', describe: 'SVG plot of the run to write' },
  fit: {
    choices: FITS,
    describe:
      'How pictures are brought to the size, here and by wjpeg-infer (center-of-mass: as MNIST was made); if left out, contain, or of IDX files as they lie',
  },
  name: { type: 'string', describe: 'Name of the model, stored in the file' },
  license: { type: 'string', describe: 'Licence of the weights (SPDX), stored in the file' },
  json: jsonOption,
} as const satisfies Record<string, Options>;

/** Throws what is wrong with the values of options. */
export function checkTrainArguments(options: TrainArguments): true {
  if (options.outputs !== undefined) checkWhole('outputs', options.outputs, 2, 256);
  if (options.epochs !== undefined) checkWhole('epochs', options.epochs, 1, 100_000);
  if (options.targetBytes !== undefined) checkWhole('target-bytes', options.targetBytes, 1);
  checkWhole('seed', options.seed, 0, 2 ** 32 - 1);
  if (options.batch !== undefined) checkWhole('batch', options.batch, 1, 10_000);
  if (options.table === 'layer' && isPictureName(options.output))
    throw new Error('--table layer: a .jpg has one table for all layers; leave --table out, or write a .wjz');
  heldOutOf(options.validation);
  sizeOf(options.size);
  checkWhole('offset', options.offset, 0, 7);
  checkNumber('augment', options.augment, { min: 0, max: 1 });
  checkNumber('step', options.step, { above: 0 });
  checkNumber('teacher-part', options.teacherPart, { min: 0, max: 1 });
  checkNumber('temperature', options.temperature, { above: 0 });
  for (const mean of numbers('mean', options.mean ?? '0')) checkNumber('mean', mean);
  for (const std of numbers('std', options.std ?? '1')) checkNumber('std', std, { above: 0 });
  checkNumber('lambda', options.lambda, { min: 0 });
  checkNumber('learning-rate', options.learningRate, { min: 0 });
  checkWhole('threads', options.threads, 1, 64);
  checkMeaning(options);
  checkEnding('output', options.output, MODEL_ENDS);
  checkEnding('plot', options.plot, ['.svg']);
  return true;
}

/** Refuses options that mean nothing beside the others. */
function checkMeaning(options: TrainArguments): void {
  const { teacher, from, teacherPart, temperature, architecture, net, bias } = options;
  if (teacher === undefined) {
    if (teacherPart !== undefined)
      throw new Error('--teacher-part is about a teacher: name it with --teacher');
    if (temperature !== undefined)
      throw new Error('--temperature is about a teacher: name it with --teacher');
    if (architecture !== undefined && from === undefined)
      throw new Error('--architecture says what network --from or --teacher is: name that too');
  }
  if (from === undefined) return;
  if (net !== undefined) throw new Error('--net and --from both say which network is trained: leave one out');
  if (bias !== undefined) throw new Error('--bias is for --net: the network of --from has its own biases');
}

/** Reads `--validation`; undefined if it is not given. */
export function heldOutOf(text: string | undefined): HeldOut | undefined {
  if (text === undefined) return undefined;
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number);
  if (percent && value < 100) return { share: value / 100 };
  if (percent === '' && Number.isInteger(value)) return { count: value };
  throw new Error(`--validation is '${text}', expected a number of pictures, or a share such as 10%`);
}

/** Samples along a side of a picture: more are no business of small networks. */
const MAX_SIDE = 1024;

/** Reads `--size`; undefined if it is not given. */
export function sizeOf(text: string | undefined): PictureSize | undefined {
  if (text === undefined) return undefined;
  const [, width, height] = /^([1-9]\d*)[x×]([1-9]\d*)$/.exec(text.trim()) ?? [];
  const size = { width: Number(width), height: Number(height) };
  if (Math.max(size.width, size.height) <= MAX_SIDE) return size;
  throw new Error(`--size is '${text}', expected width and height up to ${MAX_SIDE}, such as 32x32`);
}
