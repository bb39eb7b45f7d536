import type { Argv } from 'yargs';
import { hideBin } from 'yargs/helpers';
import { type Compressed, type CompressJob, fileAccuracy, uncompressed } from '../../compress/trial.ts';
import { namingAsync } from '../../errors.ts';
import { type Fit, type InputSpec, inputOf } from '../../format/manifest.ts';
import { detectFit } from '../../image/detect-fit.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import type { ModelOfPictures } from '../../node/picture-folder/for-model.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import {
  type FolderLoader,
  loadCalibration,
  loadHeldOut,
  loadValidation,
  type Validation,
} from '../../node/training-pictures.ts';
import { paintNotice } from '../../terminal/colors.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { COMPRESS_OPTIONS, type CompressArguments, checkArguments } from '../compress-arguments.ts';
import { readNetwork } from '../compress-network.ts';
import { type Accuracy, compressionWarnings, printCompression, printNotes } from '../compress-output.ts';
import { compressShown, fileAccuracyShown, searchForTarget } from '../compress-search.ts';
import { readArchitecture } from '../network-options.ts';
import { folderLoader } from '../picture-data.ts';

/** Pictures to calibrate with where no number is named. */
const CALIBRATION_PICTURES = { chain: 6000, graph: 1000 } as const;

/** `wjpeg compress model.safetensors|model.onnx -o model.wjz|model.jpg`. */
export function addCompressCommand(parser: Argv): Argv {
  return parser.command(
    'compress <model>',
    'Store a trained network as JPEGs',
    (yargs: Argv) =>
      yargs
        .positional('model', {
          type: 'string',
          demandOption: true,
          describe: 'An ONNX model, or weights: a safetensors file with the names of a state_dict',
        })
        .options(COMPRESS_OPTIONS)
        .group(
          ['input', 'input-shape', 'range', 'mean', 'std', 'background', 'fit', 'architecture'],
          'The network and its pictures:',
        )
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
          'wjpeg compress m.onnx -o m.wjz --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --calibrate data/cifar10',
          'a convolutional net, its answers kept on training pictures',
        )
        .example(
          'wjpeg compress m.safetensors -o m.jpg --input 28x28 --entropy auto',
          'the whole network as one JPEG, in the fewest bytes',
        )
        .example(
          'wjpeg compress m.safetensors -o m.wjz --architecture resnet20',
          'convolutions of a state_dict; wjpeg architecture lists the names',
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

async function run(options: CompressArguments): Promise<void> {
  await checkOutputs([options.output], [options.model, options.calibrate, options.data, options.validation]);
  const bytes = await readFileBytes(options.model, MAX_MODEL_BYTES);
  const {
    network,
    settings,
    architecture,
    notes,
    fit: known,
  } = readNetwork(bytes, options, await readArchitecture(options.architecture));
  const fit = options.fit ?? known;
  const input = fitted(inputOf(settings.input), fit, undefined);
  const skipped: SkippedFile[] = [];
  const load = folderLoader(skipped);
  const validation = await loadPictures(options, { input, labels: settings.labels }, load);
  const calibration =
    options.calibrate === undefined
      ? undefined
      : await loadCalibration(
          options.calibrate,
          { input },
          options.calibrationImages ?? CALIBRATION_PICTURES['nodes' in network ? 'graph' : 'chain'],
          load,
        );
  const job: CompressJob = {
    network,
    file: options.output,
    options: {
      ...settings,
      input: fitted(input, fit, validation),
      ...(calibration && { calibration }),
    },
  };
  const before = validation && (await fileAccuracyShown(await uncompressed(job), validation.pictures));
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
    `${visibleJson({ output, bytes: file.length, quality, architecture, notes, layers: readable, ...report, accuracy, warnings, skipped }, 2)}\n`,
  );
  for (const warning of warnings)
    process.stderr.write(`${paintNotice(visibleText(warning), process.stderr)}\n`);
}

/** Pictures to measure accuracy on: those that are named for it, or held-out training pictures. */
async function loadPictures(
  { validation, data, calibrate }: CompressArguments,
  model: ModelOfPictures,
  load: FolderLoader,
): Promise<Validation | undefined> {
  if (validation !== undefined) return loadValidation(validation, model, load);
  const folder = data ?? calibrate;
  return folder === undefined ? undefined : loadHeldOut(folder, model, load);
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

/** The input with the fit that was named, or that the pictures show. */
function fitted(input: InputSpec, named: Fit | undefined, validation: Validation | undefined): InputSpec {
  if (input.kind !== 'image') return input;
  const fit = named ?? (validation && detectFit(validation.pictures, input.preprocessing.background));
  return fit === undefined ? input : { ...input, preprocessing: { ...input.preprocessing, fit } };
}
