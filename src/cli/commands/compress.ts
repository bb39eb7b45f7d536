import type { Argv } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { orderNeurons } from '../../compress/neuron-order.ts';
import type { CompressOptions } from '../../compress/options.ts';
import { type Compressed, type CompressJob, fileAccuracy, uncompressed } from '../../compress/trial.ts';
import { naming, namingAsync, WjpegError } from '../../errors.ts';
import { type Fit, type InputSpec, inputOf } from '../../format/manifest.ts';
import { detectFit } from '../../image/detect-fit.ts';
import { readWeights } from '../../importers/read-weights.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import {
  loadCalibration,
  loadHeldOut,
  loadValidation,
  type Validation,
} from '../../node/training-pictures.ts';
import { paintNotice } from '../../terminal/colors.ts';
import { bytesOption, checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { type Accuracy, compressionWarnings, printCompression, printNotes } from '../compress-output.ts';
import { compressShown, fileAccuracyShown, searchForTarget } from '../compress-search.ts';
import { fitOption, jsonOption } from '../options.ts';
import { statedAccuracy } from '../stated-accuracy.ts';

interface CompressArguments {
  model: string;
  output: string;
  input: string | undefined;
  quality: number | undefined;
  maxError: number | undefined;
  entropy: NonNullable<CompressOptions['entropy']>;
  progressive: boolean | undefined;
  offset: number | undefined;
  order: 'kept' | 'energy';
  calibrate: string | undefined;
  calibrationImages: number;
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
  mean: number;
  std: number;
  background: 'dark' | 'light';
  fit: Fit | undefined;
  labels: string | undefined;
  name: string | undefined;
  description: string | undefined;
  license: string | undefined;
  denseAccuracy: number | undefined;
  json: boolean;
}

/** `wjpeg compress model.safetensors -o model.wjz`. */
export function addCompressCommand(parser: Argv): Argv {
  return parser.command(
    'compress <model>',
    'Store a trained network as JPEGs',
    (yargs: Argv) =>
      yargs
        .positional('model', {
          type: 'string',
          demandOption: true,
          describe: 'Weights, a safetensors file with PyTorch state_dict names',
        })
        .options({
          output: { alias: 'o', type: 'string', demandOption: true, describe: 'The .wjz file to write' },
          input: {
            type: 'string',
            describe: 'Size of the input picture, WIDTHxHEIGHT; a plain vector if left out',
          },
          quality: {
            type: 'number',
            describe:
              'JPEG quality, 1 to 100; if left out, each layer keeps a bound on its error (20 with --calibrate)',
          },
          'max-error': {
            type: 'number',
            describe:
              'Without --quality: bound on the error of all layers on probe inputs; default 0.07, less for small networks',
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
            describe: 'Folder of IDX files: preserve the outputs of the layers on its training pictures',
          },
          'calibration-images': {
            type: 'number',
            default: 6000,
            describe: 'How many of them; the last 5,000 are never used for it',
          },
          'target-bytes': bytesOption('Search for the best quality that fits this many bytes'),
          'target-accuracy-drop': {
            type: 'number',
            describe:
              'Search for the smallest file that loses at most this many points of accuracy (needs --validation or --data)',
          },
          data: {
            type: 'string',
            describe: 'Folder of IDX files; accuracy is measured on the last 5,000 training pictures',
          },
          validation: {
            type: 'string',
            describe:
              'Folder of IDX files that the network was not trained on: accuracy is measured on its test pictures',
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
          architecture: {
            type: 'string',
            describe: 'Layers and activations in order, where the file does not determine it: fc1,relu,fc2',
          },
          mean: { type: 'number', default: 0, describe: 'Normalisation: (sample ÷ 255 − mean) ÷ std' },
          std: { type: 'number', default: 1, describe: 'See --mean' },
          background: {
            choices: ['dark', 'light'] as const,
            default: 'dark' as const,
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
        })
        .group(['input', 'mean', 'std', 'background', 'fit', 'architecture'], 'The network and its pictures:')
        .group(['quality', 'max-error', 'target-bytes', 'target-accuracy-drop'], 'Size and accuracy:')
        .group(
          ['calibrate', 'calibration-images', 'data', 'validation'],
          'Pictures to calibrate and measure with:',
        )
        .group(
          ['entropy', 'progressive', 'layers', 'layout', 'map', 'scale', 'offset', 'order', 'rest'],
          'How layers are stored:',
        )
        .group(['labels', 'name', 'description', 'license', 'dense-accuracy'], 'Stored in the file:')
        .example(
          'wjpeg compress m.safetensors -o m.wjz --input 28x28',
          'a net that classifies 28×28 images, its accuracy kept',
        )
        .example(
          'wjpeg compress m.safetensors -o m.wjz --layers all --layout matrix',
          'every layer, as matrices',
        )
        .example(
          'wjpeg compress m.safetensors -o m.wjz --input 28x28 --calibrate data/mnist --entropy arithmetic --target-bytes 12000',
          'the best quality that fits 12,000 bytes',
        )
        .check((options) => checkArguments(options as unknown as CompressArguments)),
    run,
  );
}

function checkArguments(options: CompressArguments): true {
  const { quality, std, calibrationImages, targetBytes, targetAccuracyDrop: drop, data, calibrate } = options;
  if (quality !== undefined) checkWhole('quality', quality, 1, 100);
  checkWhole('calibration-images', calibrationImages, 1);
  if (options.offset !== undefined) checkWhole('offset', options.offset, 0, 7);
  if (targetBytes !== undefined) checkWhole('target-bytes', targetBytes, 1);
  if (targetBytes !== undefined && drop !== undefined)
    throw new Error('--target-bytes and --target-accuracy-drop exclude each other');
  checkNumber('target-accuracy-drop', drop, { min: 0 });
  if (drop !== undefined && [data, calibrate, options.validation].every((folder) => folder === undefined))
    throw new Error('--target-accuracy-drop measures accuracy: name pictures with --validation or --data');
  checkNumber('max-error', options.maxError, { above: 0 });
  checkNumber('mean', options.mean);
  checkNumber('std', std, { above: 0 });
  checkNumber('dense-accuracy', options.denseAccuracy, { min: 0, max: 1 });
  return true;
}

async function run(options: CompressArguments): Promise<void> {
  await checkOutputs([options.output], [options.model, options.calibrate, options.data, options.validation]);
  const bytes = await readFileBytes(options.model, MAX_MODEL_BYTES);
  const { network, settings, architecture, notes } = naming(options.model, () => {
    const parsed = readWeights(bytes, {
      architecture: list(options.architecture),
      file: options.model,
    });
    const inFeatures = parsed.layers.find((layer) => layer.type === 'linear')?.inFeatures as number;
    const network = options.order === 'energy' ? orderNeurons(parsed) : parsed;
    const { architecture, notes } = parsed;
    const denseAccuracy = options.denseAccuracy ?? statedAccuracy(bytes);
    const settings = compressOptions({ ...options, denseAccuracy }, inFeatures, parsed.layers);
    return { network, settings, architecture, notes };
  });
  const input = inputOf(settings.input);
  const validation = await loadPictures(options, input);
  const calibration =
    options.calibrate === undefined
      ? undefined
      : await loadCalibration(options.calibrate, input, options.calibrationImages);
  const job: CompressJob = {
    network,
    options: {
      ...settings,
      input: fitted(input, options.fit, validation),
      ...(calibration && { calibration }),
    },
  };
  const before = validation && (await fileAccuracyShown(uncompressed(job), validation.pictures));
  const measure =
    validation && before !== undefined
      ? async (file: Uint8Array, onProgress: (part: number) => void) =>
          100 * (before - (await fileAccuracy(file, validation.pictures, onProgress)))
      : undefined;
  const compressed = await namingAsync(options.model, () => compressTo(job, options, measure));
  const accuracy: Accuracy | undefined =
    validation && before !== undefined
      ? {
          before,
          after: await fileAccuracyShown(compressed.file, validation.pictures),
          pictures: validation.pictures.count,
          measuredOn: validation.description,
          maybeSeen: validation.maybeSeen,
        }
      : undefined;
  await writeFileAtomic(options.output, compressed.file);
  const { output } = options;
  const warnings = compressionWarnings(
    { ...options, words: hideBin(process.argv) },
    compressed,
    accuracy,
    input,
  );
  if (!options.json) {
    const text = printCompression({ output, compressed, accuracy, isSearch: isSearch(options), warnings });
    process.stdout.write(`${printNotes(notes)}${text}`);
    return;
  }
  const { result, quality, file } = compressed;
  const { content: _, layers, ...report } = result;
  // JSON has no infinity.
  const readable = layers.map((layer) => ({ ...layer, ...(layer.psnr === Infinity && { psnr: 'exact' }) }));
  process.stdout.write(
    `${visibleJson({ output, bytes: file.length, quality, architecture, notes, layers: readable, ...report, accuracy, warnings }, 2)}\n`,
  );
  for (const warning of warnings)
    process.stderr.write(`${paintNotice(visibleText(warning), process.stderr)}\n`);
}

/** Pictures to measure accuracy on: those that are named for it, or held-out training pictures. */
async function loadPictures(
  { validation, data, calibrate }: CompressArguments,
  input: InputSpec,
): Promise<Validation | undefined> {
  if (validation !== undefined) return loadValidation(validation, input);
  const folder = data ?? calibrate;
  return folder === undefined ? undefined : loadHeldOut(folder, input);
}

function isSearch({ targetBytes, targetAccuracyDrop }: CompressArguments): boolean {
  return targetBytes !== undefined || targetAccuracyDrop !== undefined;
}

/** Compresses once, or searches for the quality that a target asks for. */
async function compressTo(
  job: CompressJob,
  options: CompressArguments,
  measure: ((file: Uint8Array, onProgress: (part: number) => void) => Promise<number>) | undefined,
): Promise<Compressed> {
  const { targetBytes, targetAccuracyDrop: drop } = options;
  if (targetBytes !== undefined) return searchForTarget(job, { bytes: targetBytes }, undefined);
  if (drop !== undefined) return searchForTarget(job, { drop }, measure);
  return compressShown(job, options.quality);
}

function compressOptions(
  options: CompressArguments,
  inFeatures: number,
  layers: readonly { type: string; name?: string }[],
): CompressOptions {
  const { quality, layout, map, scale, name, description, license, denseAccuracy } = options;
  const every = layers.flatMap((layer) => (layer.type === 'linear' ? [layer.name as string] : []));
  const labels = list(options.labels);
  return {
    input: inputSpec(options, inFeatures),
    ...(quality !== undefined && { quality }),
    ...(options.maxError !== undefined && { maxError: options.maxError }),
    entropy: options.entropy,
    ...(options.offset !== undefined && { offset: options.offset }),
    ...(options.progressive !== undefined && { progressive: options.progressive }),
    layout,
    map,
    scope: scale,
    layers:
      options.layers === 'all'
        ? every
        : options.layers === 'auto'
          ? 'auto'
          : (list(options.layers) as string[]),
    rest: options.rest === 'float16' ? 'F16' : 'F32',
    ...(labels && { labels }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
    ...(denseAccuracy !== undefined && { denseAccuracy }),
  };
}

function inputSpec({ input, mean, std, background }: CompressArguments, inFeatures: number): InputSpec {
  if (input === undefined) return { kind: 'vector', length: inFeatures };
  const size = /^([1-9]\d*)[x×]([1-9]\d*)(?:[x×]([13]))?$/.exec(input);
  if (!size)
    throw new WjpegError(
      'misuse',
      'INPUT_SIZE',
      `--input is '${input}', expected WIDTHxHEIGHT such as 28x28, or WIDTHxHEIGHTx3 for RGB`,
    );
  const width = Number(size[1]);
  const height = Number(size[2]);
  const channels = size[3] === '3' ? 3 : 1;
  if (width * height * channels !== inFeatures) {
    throw new WjpegError(
      'misuse',
      'INPUT_SIZE',
      `--input ${input} is ${width * height * channels} samples, but the first layer takes ${inFeatures}`,
    );
  }
  return {
    kind: 'image',
    width,
    height,
    channels,
    mean,
    std,
    preprocessing: { background, fit: 'contain' },
  };
}

/** The input with the fit that was named, or that the pictures show. */
function fitted(input: InputSpec, named: Fit | undefined, validation: Validation | undefined): InputSpec {
  if (input.kind !== 'image') return input;
  const fit = named ?? (validation && detectFit(validation.pictures, input.preprocessing.background));
  return fit === undefined ? input : { ...input, preprocessing: { ...input.preprocessing, fit } };
}

/** Words with commas between. */
function list(text: string | undefined): string[] | undefined {
  return text?.split(',').map((word) => word.trim());
}
