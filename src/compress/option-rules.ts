import { WjpegError } from '../errors.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../model/dense-network.ts';
import {
  anything,
  callback,
  checkArgument,
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
import type { InputSpec } from '../wjz/manifest.ts';
import type { Activations } from './activations.ts';
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
  arrangement: oneOf('auto', 'rows', 'matrix'),
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
  const { input, calibration } = options;
  const size = input.kind === 'image' ? input.width * input.height : input.length;
  if (size !== inFeatures) {
    const given = input.kind === 'image' ? `${input.width}×${input.height} samples` : `${size} values`;
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
      `compress: option 'calibration' has inputs of ${calibration.inputs.size} values, expected ${inFeatures} as the first layer takes`,
    );
  }
}

const NETWORK: OptionRule = {
  expected: 'a network: { layers: [{ type, … }, …] } with at least one linear layer',
  accepts: (value) => {
    const layers: unknown = (value as DenseNetwork | undefined)?.layers;
    return Array.isArray(layers) && layers.some((layer) => layer?.type === 'linear');
  },
};

/** @throws WjpegError `ARGUMENT` for arrays of other lengths than the sizes of their layers, `MODEL_BAD_CHAIN` */
export function checkNetwork(where: string, network: DenseNetwork): void {
  checkArgument(where, 'network', network, NETWORK);
  let previous: DenseLinear | undefined;
  for (const layer of linearLayers(network)) {
    const { name, inFeatures, outFeatures, weights, bias } = layer;
    checkArgument(where, `${name}.inFeatures`, inFeatures, whole(1));
    checkArgument(where, `${name}.outFeatures`, outFeatures, whole(1));
    checkArgument(where, `${name}.weights`, weights, floats(inFeatures * outFeatures));
    if (bias !== null) checkArgument(where, `${name}.bias`, bias, floats(outFeatures));
    if (previous && previous.outFeatures !== inFeatures) {
      throw new WjpegError(
        'unsupported',
        'MODEL_BAD_CHAIN',
        `${where}: layer '${name}' takes ${inFeatures} values, but '${previous.name}' before it gives ${previous.outFeatures}`,
      );
    }
    previous = layer;
  }
}

/** @throws WjpegError `ARGUMENT` */
export function checkCalibrationInputs(inputs: Activations): void {
  const where = 'Calibration';
  checkArgument(
    where,
    'inputs',
    inputs,
    instance('object { count, size, values }', () => true),
  );
  checkArgument(where, 'inputs.count', inputs.count, whole(1));
  checkArgument(where, 'inputs.size', inputs.size, whole(1));
  checkArgument(where, 'inputs.values', inputs.values, floats(inputs.count * inputs.size));
}

/** A Float32Array of so many finite numbers. */
function floats(length: number): OptionRule {
  return {
    expected: `a Float32Array of ${length} finite numbers`,
    accepts: (value) =>
      value instanceof Float32Array && value.length === length && value.every(Number.isFinite),
  };
}
