import type { Options } from 'yargs';
import type { CompressOptions } from '../compress/options.ts';
import type { Fit } from '../format/manifest.ts';
import { bytesOption, checkNumber, checkWhole } from '../terminal/option-values.ts';
import { architectureOption, inputShapeOption } from './network-options.ts';
import { numbers } from './number-lists.ts';
import { fitOption, jsonOption } from './options.ts';
import { checkEnding, MODEL_ENDS } from './output-name.ts';

/** What `wjpeg compress` is called with. */
export interface CompressArguments {
  model: string;
  output: string;
  input: string | undefined;
  inputShape: string | undefined;
  quality: number | undefined;
  maxError: number | undefined;
  entropy: NonNullable<CompressOptions['entropy']>;
  progressive: boolean | undefined;
  offset: number | undefined;
  order: 'kept' | 'energy';
  calibrate: string | undefined;
  calibrationImages: number | undefined;
  data: string | undefined;
  validation: string | undefined;
  targetBytes: number | undefined;
  targetAccuracyDrop: number | undefined;
  layout: NonNullable<CompressOptions['layout']>;
  map: NonNullable<CompressOptions['map']>;
  scale: NonNullable<CompressOptions['scope']>;
  layers: string;
  rest: 'float16' | 'float32';
  architecture: string | undefined;
  range: 1 | 255 | undefined;
  mean: string | undefined;
  std: string | undefined;
  background: 'dark' | 'light' | undefined;
  fit: Fit | undefined;
  labels: string | undefined;
  name: string | undefined;
  description: string | undefined;
  license: string | undefined;
  denseAccuracy: number | undefined;
  json: boolean;
}

/** The options, for yargs. */
export const COMPRESS_OPTIONS = {
  output: {
    alias: 'o',
    type: 'string',
    demandOption: true,
    describe: 'The file to write: a .wjz, or a .jpg that is the whole network',
  },
  input: {
    type: 'string',
    describe: 'Size of the input picture, WIDTHxHEIGHT; a plain vector if left out',
  },
  'input-shape': inputShapeOption,
  quality: {
    type: 'number',
    describe:
      'JPEG quality, 1 to 100; if left out, each layer keeps a bound on its error (20 with --calibrate)',
  },
  'max-error': {
    type: 'number',
    describe:
      'Without --quality: bound on the error of all layers; default 0.07 for chains of linear layers, less for small ones, and for other networks 0.1 with --calibrate, else 0.05',
  },
  entropy: {
    choices: ['huffman', 'arithmetic', 'auto'] as const,
    default: 'huffman' as const,
    describe: 'Entropy coding of the JPEGs; arithmetic is smaller, but browsers do not display it',
  },
  progressive: {
    type: 'boolean',
    describe: 'Progressive JPEGs: several scans, each of which refines the layer',
  },
  offset: {
    type: 'number',
    describe: 'Where pictures sit in their 8×8 blocks, 0 to 7; 0, or in the middle with --calibrate',
  },
  order: {
    choices: ['kept', 'energy'] as const,
    default: 'kept' as const,
    describe: 'Order of hidden neurons; energy saves a few bytes but renumbers the neurons',
  },
  calibrate: {
    type: 'string',
    describe:
      'Folder of training pictures (one folder of PNG or JPEG files per class, or IDX files): preserve the outputs of the layers on them',
  },
  'calibration-images': {
    type: 'number',
    describe:
      'How many of them, 6,000 for chains of linear layers, 1,000 for other networks; never those that are held out',
  },
  'target-bytes': bytesOption('Search for the best quality that fits this many bytes'),
  'target-accuracy-drop': {
    type: 'number',
    describe:
      'Search for the smallest file that loses at most this many points of accuracy (needs --validation or --data)',
  },
  data: {
    type: 'string',
    describe:
      'Such a folder; accuracy is measured on pictures that are held out: 10% of each class, or the last 5,000 of IDX files',
  },
  validation: {
    type: 'string',
    describe:
      'Folder of pictures that the network was not trained on: accuracy is measured on its test pictures',
  },
  layout: {
    choices: ['auto', 'rows', 'matrix'] as const,
    default: 'auto' as const,
    describe:
      'rows: one picture per neuron; matrix: the weight matrix itself; auto: rows for layers whose input is the picture',
  },
  map: {
    choices: ['min-max', 'symmetric'] as const,
    default: 'min-max' as const,
    describe: 'How weights become samples (with --quality)',
  },
  scale: {
    choices: ['layer', 'row'] as const,
    default: 'layer' as const,
    describe: 'One affine map for the layer, or one per row (with --quality)',
  },
  layers: {
    type: 'string',
    default: 'auto',
    describe: 'Layers to compress: auto (those worth it), all, or names separated by commas',
  },
  rest: {
    choices: ['float16', 'float32'] as const,
    default: 'float16' as const,
    describe: 'Storage of biases and uncompressed layers',
  },
  architecture: architectureOption,
  range: {
    choices: [1, 255] as const,
    defaultDescription: '1, or as wjpeg export noted',
    describe: 'Whether samples count from 0 to 1 or from 0 to 255 before --mean and --std',
  },
  mean: {
    type: 'string',
    defaultDescription: '0, or as wjpeg export noted',
    describe: 'Normalisation: (sample − mean) ÷ std; one number, or one per channel: 0.485,0.456,0.406',
  },
  std: { type: 'string', defaultDescription: '1, or as wjpeg export noted', describe: 'See --mean' },
  background: {
    choices: ['dark', 'light'] as const,
    defaultDescription: 'dark, or as wjpeg export noted',
    describe: 'Background of the training pictures',
  },
  fit: fitOption('as the pictures of --calibrate, --data or --validation lie; contain without any'),
  labels: { type: 'string', describe: 'Names of the outputs, separated by commas' },
  name: { type: 'string', describe: 'Name of the model, stored in the file' },
  description: { type: 'string', describe: 'Description, stored in the file' },
  license: { type: 'string', describe: 'Licence of the weights (SPDX), stored in the file' },
  'dense-accuracy': {
    type: 'number',
    describe: 'Accuracy of the original, 0 to 1, stored in the file',
  },
  json: jsonOption,
} as const satisfies Record<string, Options>;

/** Throws what is wrong with the values of options. */
export function checkArguments(options: CompressArguments): true {
  const { quality, calibrationImages, targetBytes, targetAccuracyDrop: drop, data, calibrate } = options;
  if (quality !== undefined) checkWhole('quality', quality, 1, 100);
  if (calibrationImages !== undefined) checkWhole('calibration-images', calibrationImages, 1);
  if (options.offset !== undefined) checkWhole('offset', options.offset, 0, 7);
  if (targetBytes !== undefined) checkWhole('target-bytes', targetBytes, 1);
  if (targetBytes !== undefined && drop !== undefined)
    throw new Error('--target-bytes and --target-accuracy-drop exclude each other');
  checkNumber('target-accuracy-drop', drop, { min: 0 });
  if (drop !== undefined && [data, calibrate, options.validation].every((folder) => folder === undefined))
    throw new Error('--target-accuracy-drop measures accuracy: name pictures with --validation or --data');
  checkNumber('max-error', options.maxError, { above: 0 });
  for (const mean of numbers('mean', options.mean ?? '0')) checkNumber('mean', mean);
  for (const std of numbers('std', options.std ?? '1')) checkNumber('std', std, { above: 0 });
  checkNumber('dense-accuracy', options.denseAccuracy, { min: 0, max: 1 });
  checkMeaning(options);
  checkEnding('output', options.output, MODEL_ENDS);
  return true;
}

/** Refuses options that mean nothing beside the others. */
function checkMeaning(options: CompressArguments): void {
  const { quality, maxError, targetBytes, targetAccuracyDrop, calibrate, calibrationImages } = options;
  const target = targetBytes !== undefined ? '--target-bytes' : '--target-accuracy-drop';
  const isSearch = targetBytes !== undefined || targetAccuracyDrop !== undefined;
  if (isSearch && quality !== undefined)
    throw new Error(`${target} searches for the quality: leave --quality out`);
  if (isSearch && maxError !== undefined)
    throw new Error(`${target} searches for the quality: leave --max-error out`);
  if (quality !== undefined && maxError !== undefined)
    throw new Error('--quality and --max-error exclude each other');
  if (calibrationImages !== undefined && calibrate === undefined)
    throw new Error('--calibration-images counts pictures: name them with --calibrate');
  if (isSearch || quality !== undefined) return;
  if (options.map === 'symmetric') throw new Error('--map symmetric needs a --quality, 20 for example');
  if (options.scale === 'row') throw new Error('--scale row needs a --quality, 20 for example');
}

/** Words with commas between. */
export function list(text: string | undefined): string[] | undefined {
  return text?.split(',').map((word) => word.trim());
}
