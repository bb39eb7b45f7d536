import { WjpegError } from '../errors.ts';
import type { InputSpec } from '../format/manifest.ts';
import {
  anything,
  callback,
  checkOptions,
  flag,
  instance,
  number,
  type OptionRule,
  type OptionRules,
  oneOf,
  required,
  text,
  texts,
  whole,
} from '../options/rules.ts';
import type { CompressOptions } from './options.ts';

const INPUT: OptionRule = {
  expected: "{ kind: 'image', width, height, … } or { kind: 'vector', length }",
  accepts: (value) =>
    typeof value === 'object' && value !== null && ['image', 'vector'].includes((value as InputSpec).kind),
};

/** `quality` and `maxError` are checked where they are used, with messages of their own. */
const COMPRESS: OptionRules<CompressOptions> = {
  input: required(INPUT),
  quality: anything,
  maxError: anything,
  layout: oneOf('auto', 'rows', 'matrix'),
  offset: whole(0, 7),
  map: oneOf('min-max', 'symmetric'),
  scope: oneOf('layer', 'row'),
  layers: {
    expected: "'auto' or an array of names of layers",
    accepts: (value) => value === 'auto' || texts.accepts(value),
  },
  rest: oneOf('F16', 'F32'),
  calibration: instance('Calibration', (value) => 'inputs' in value && 'begin' in value),
  entropy: oneOf('huffman', 'arithmetic', 'auto'),
  progressive: flag,
  sharedTable: flag,
  name: text,
  description: text,
  license: text,
  labels: texts,
  denseAccuracy: number(0, 1),
  onProgress: callback,
};

/**
 * `inFeatures`: those of the first layer, which the input and the calibration have to fit.
 *
 * @throws WjpegError `OPTION_…`, `INPUT_SIZE`
 */
export function checkCompressOptions(options: CompressOptions, inFeatures: number): void {
  checkOptions('compress', options, COMPRESS);
  checkInputSize(options, inFeatures);
}

/** As `checkCompressOptions`, of a graph whose input has so many values; what is for chains only is refused. */
export function checkGraphOptions(options: CompressOptions, inputs: number): void {
  checkOptions('compressGraph', options, COMPRESS);
  if (options.layout === 'rows') {
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      "compressGraph: option 'layout' is 'rows', which only chains of linear layers have",
    );
  }
  checkInputSize(options, inputs);
}

/** @throws WjpegError `COMPRESS_MAX_ERROR` */
export function checkMaxError(maxError: number): number {
  if (maxError > 0 && maxError < Infinity) return maxError;
  throw new WjpegError('misuse', 'COMPRESS_MAX_ERROR', `maxError is ${maxError}, expected a number above 0`);
}

/** The error for a layer that an option names and the network does not have. */
export function unknownLayer(name: string, known: readonly string[]): WjpegError {
  return new WjpegError(
    'misuse',
    'COMPRESS_UNKNOWN_LAYER',
    `no layer '${name}', expected one of: ${known.join(', ')}`,
  );
}

function checkInputSize({ input, calibration }: CompressOptions, inFeatures: number): void {
  const channels = input.kind === 'image' ? (input.channels ?? 1) : 1;
  const size = input.kind === 'image' ? channels * input.width * input.height : input.length;
  if (size !== inFeatures) {
    const given =
      input.kind === 'image'
        ? `${input.width}×${input.height}${channels > 1 ? `×${channels}` : ''} samples`
        : `${size} values`;
    throw new WjpegError(
      'misuse',
      'INPUT_SIZE',
      `compress: the input has ${given}, but the first layer takes ${inFeatures}`,
    );
  }
  if (calibration && calibration.inputs.size !== inFeatures) {
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `compress: option 'calibration' has inputs of ${calibration.inputs.size} values, expected ${inFeatures}, the size of the first layer's input`,
    );
  }
}
