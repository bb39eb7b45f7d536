import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { Argv } from 'yargs';
import { naming, WjpegError } from '../../errors.ts';
import type { Fit } from '../../format/manifest.ts';
import { writeWjz } from '../../format/write.ts';
import type { Graph } from '../../graph/graph.ts';
import { readNetworkFile } from '../../importers/network-file.ts';
import type { JpegEntropyChoice } from '../../jpeg/index.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { loadIdxPair } from '../../node/mnist.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import { plotRun } from '../../report/training-plot.ts';
import { bytesOption, checkNumber, checkWhole } from '../../terminal/option-values.ts';
import { withProgress } from '../../terminal/progress.ts';
import { restoreCheckpoint, writeCheckpoint } from '../../train/checkpoint.ts';
import { exportNetwork } from '../../train/export.ts';
import type { NetDescription } from '../../train/nets/description.ts';
import { NET_FORMS } from '../../train/nets/index.ts';
import {
  type AugmentKind,
  type BiasChoice,
  type RateModel,
  type TableChoice,
  TRAIN_DEFAULTS,
  type TrainOptions,
} from '../../train/options.ts';
import { graphOfChain } from '../../train/start-graph.ts';
import { Trainer } from '../../train/trainer.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import { readArchitecture } from '../network-options.ts';
import { fitOption, jsonOption } from '../options.ts';
import { printEpoch, printTraining } from '../train-output.ts';

interface TrainArguments {
  data: string;
  output: string;
  net: string;
  table: TableChoice;
  augmentation: AugmentKind;
  threads: number;
  outputs: number;
  lambda: number;
  targetBytes: number | undefined;
  epochs: number;
  seed: number;
  batch: number;
  learningRate: number;
  validation: number;
  bias: BiasChoice;
  augment: number;
  rate: RateModel;
  step: number | undefined;
  offset: number;
  from: string | undefined;
  architecture: string | undefined;
  checkpoint: string | undefined;
  plot: string | undefined;
  entropy: JpegEntropyChoice;
  fit: Fit | undefined;
  name: string | undefined;
  license: string | undefined;
  json: boolean;
}

/** A description of a network is a small file. */
const MAX_NET_BYTES = 2 ** 20;

/** A run aims at its size, it does not hit it to the byte. */
const TARGET_TOLERANCE = 1.05;

/** First steps: coarse for a start from nothing, fine enough to keep what dense weights have learnt. */
const STEP = { random: TRAIN_DEFAULTS.step.rows, dense: 0.03 } as const;

/** `wjpeg train --data DIR -o model.wjz`. */
export function addTrainCommand(parser: Argv): Argv {
  return parser.command(
    'train',
    'Train a network in JPEG coefficients on labelled images (IDX files, the format of MNIST)',
    (yargs: Argv) =>
      yargs
        .options({
          data: {
            type: 'string',
            demandOption: true,
            describe: 'Folder with train-images-idx3-ubyte and train-labels-idx1-ubyte, .gz or not',
          },
          output: { alias: 'o', type: 'string', demandOption: true, describe: 'The .wjz file to write' },
          net: {
            type: 'string',
            default: TRAIN_DEFAULTS.net as string,
            describe: `The network: ${NET_FORMS.join(', ')}, or a JSON file (docs/training.md)`,
          },
          table: {
            choices: ['layer', 'shared'] as const,
            default: TRAIN_DEFAULTS.table,
            describe:
              'Quantisation tables that are learnt: one per layer, or one for all, which small networks gain by',
          },
          threads: {
            type: 'number',
            default: availableParallelism(),
            describe: 'Threads to train with; the file does not depend on their number',
          },
          outputs: { type: 'number', default: TRAIN_DEFAULTS.outputs, describe: 'Number of classes' },
          lambda: {
            type: 'number',
            default: TRAIN_DEFAULTS.lambda,
            describe: 'Price of a bit: loss = cross-entropy + lambda × estimated bits',
          },
          'target-bytes': bytesOption(
            'Target size of the file in bytes (with --entropy arithmetic): lambda is adapted during training',
          ),
          epochs: { type: 'number', default: TRAIN_DEFAULTS.epochs, describe: 'Number of epochs' },
          seed: {
            type: 'number',
            default: TRAIN_DEFAULTS.seed,
            describe: 'Seed; the same seed gives the same file',
          },
          batch: { type: 'number', default: TRAIN_DEFAULTS.batch, describe: 'Pictures per step' },
          'learning-rate': {
            type: 'number',
            default: TRAIN_DEFAULTS.learningRate,
            describe: 'Maximum learning rate of the one-cycle schedule',
          },
          validation: {
            type: 'number',
            default: TRAIN_DEFAULTS.validation,
            describe: 'How many of the last pictures to hold out and measure the error on; 0 for none',
          },
          bias: {
            choices: ['none', 'output', 'all'] as const,
            default: TRAIN_DEFAULTS.bias,
            describe: 'Which layers have biases',
          },
          augment: {
            type: 'number',
            default: TRAIN_DEFAULTS.augment,
            describe: 'Strength of random augmentation, 0 (none) to 1',
          },
          augmentation: {
            choices: ['strokes', 'photos'] as const,
            default: TRAIN_DEFAULTS.augmentation,
            describe:
              'Kind of augmentation: strokes are moved, turned and sheared, photos are flipped and moved',
          },
          rate: {
            choices: ['coder', 'flat'] as const,
            default: TRAIN_DEFAULTS.rate,
            describe:
              'Rate model of coefficients: coder follows the arithmetic coder, flat is the same for all',
          },
          step: {
            type: 'number',
            describe: `Step that quantisation starts with (the first layer; later ones twice it): ${STEP.random}, or ${STEP.dense} with --from`,
          },
          offset: {
            type: 'number',
            default: TRAIN_DEFAULTS.offset,
            describe: 'Where pictures sit in their 8×8 blocks, 0 to 7 samples from the top left',
          },
          from: { type: 'string', describe: 'Dense weights to start from, a safetensors file' },
          architecture: {
            type: 'string',
            describe:
              'Their layers and activations in order, where the file does not determine it: fc1,relu,fc2',
          },
          checkpoint: {
            type: 'string',
            describe: 'Checkpoint file, updated after each epoch; if it exists, training resumes from it',
          },
          entropy: {
            choices: ['huffman', 'arithmetic', 'auto'] as const,
            default: 'huffman' as const,
            describe:
              'Entropy coding of the JPEGs: huffman opens everywhere, arithmetic is much smaller here',
          },
          plot: { type: 'string', describe: 'SVG plot of the run to write' },
          fit: fitOption('as the training pictures lie'),
          name: { type: 'string', describe: 'Name of the model, stored in the file' },
          license: { type: 'string', describe: 'Licence of the weights (SPDX), stored in the file' },
          json: jsonOption,
        })
        .group(['data', 'output', 'checkpoint', 'plot', 'json'], 'Files:')
        .group(['net', 'outputs', 'bias', 'from', 'architecture'], 'The network:')
        .group(['lambda', 'target-bytes', 'table', 'rate', 'step', 'offset', 'entropy'], 'Size:')
        .group(
          ['epochs', 'batch', 'learning-rate', 'augment', 'augmentation', 'validation', 'seed', 'threads'],
          'Training:',
        )
        .group(['name', 'license', 'fit'], 'Stored in the file:')
        .example('wjpeg train --data data/mnist --augment 0.5 -o lenet.wjz', 'LeNet-300-100, a few minutes')
        .check(check),
    run,
  );
}

function check(options: {
  lambda: number;
  'learning-rate': number;
  outputs: number;
  threads: number;
  epochs: number;
  seed: number;
  batch: number;
  validation: number;
  offset: number;
  augment: number;
  step: number | undefined;
  'target-bytes': number | undefined;
}): true {
  checkWhole('outputs', options.outputs, 2, 256);
  checkWhole('epochs', options.epochs, 1, 100_000);
  if (options['target-bytes'] !== undefined) checkWhole('target-bytes', options['target-bytes'], 1);
  checkWhole('seed', options.seed, 0, 2 ** 32 - 1);
  checkWhole('batch', options.batch, 1, 10_000);
  checkWhole('validation', options.validation, 0);
  checkWhole('offset', options.offset, 0, 7);
  checkNumber('augment', options.augment, { min: 0, max: 1 });
  checkNumber('step', options.step, { above: 0 });
  checkNumber('lambda', options.lambda, { min: 0 });
  checkNumber('learning-rate', options['learning-rate'], { min: 0 });
  checkWhole('threads', options.threads, 1, 64);
  return true;
}

async function run(options: TrainArguments): Promise<void> {
  const { output, checkpoint, plot } = options;
  await checkOutputs([output, checkpoint, plot], [options.data, options.from]);
  const data = await loadIdxPair(options.data, 'train');
  const { channels = 1, width, height } = data;
  const start =
    options.from === undefined
      ? undefined
      : await readStart(options.from, options.architecture, [channels, height, width]);
  const net = await readNet(options.net);
  const trainer = naming(options.data, () => new Trainer(data, trainOptions(options, net), start));
  await trainer.useThreads(options.threads);
  const seconds = await goOn(trainer, options);
  const content = exportNetwork(trainer, {
    jpeg: { entropy: options.entropy },
    ...(options.fit !== undefined && { fit: options.fit }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.license !== undefined && { license: options.license }),
  });
  const file = writeWjz(content);
  await writeFileAtomic(options.output, file);
  if (options.plot !== undefined) {
    const title = `${options.output}: ${file.length} bytes`;
    await writeFileAtomic(options.plot, new TextEncoder().encode(plotRun(trainer.history, title)));
  }
  // JPEGs are written in the order of sheets.
  const jpegs = [...content.jpegs.values()];
  const layers = trainer.sheets.map((sheet, i) => ({
    name: sheet.shape.name,
    shape: sheet.shape.shape,
    bytes: jpegs[i].length,
    nonzeros: sheet.coefficients().reduce((count, c) => (c === 0 ? count : count + 1), 0),
  }));
  const summary = {
    output: options.output,
    bytes: file.length,
    validationError: trainer.validate()?.error,
    layers,
    seconds,
    options: trainer.options,
  };
  process.stdout.write(options.json ? `${visibleJson(summary, 2)}\n` : printTraining(summary));
  const { targetBytes } = options;
  if (targetBytes !== undefined && file.length > targetBytes * TARGET_TOLERANCE) {
    throw new WjpegError(
      'misuse',
      'TARGET_UNREACHABLE',
      `${options.output} is written, but ${targetBytes} bytes were not reached: it has ${file.length}`,
    );
  }
}

/** Trains to the end, from the checkpoint if there is one; returns the seconds that it took. */
async function goOn(trainer: Trainer, { checkpoint }: TrainArguments): Promise<number> {
  const start = performance.now();
  if (checkpoint !== undefined && (await exists(checkpoint))) {
    const bytes = await readFileBytes(checkpoint, MAX_MODEL_BYTES);
    naming(checkpoint, () => restoreCheckpoint(trainer, bytes));
    process.stderr.write(`${visibleText(checkpoint)}: going on after epoch ${trainer.epoch}\n`);
  }
  while (!trainer.done) {
    const title = `epoch ${trainer.epoch + 1}/${trainer.options.epochs}`;
    const report = await withProgress(title, trainer.stepsPerEpoch, (advance) => trainer.runEpoch(advance));
    process.stderr.write(printEpoch(report, trainer.options.epochs));
    if (checkpoint !== undefined) await writeFileAtomic(checkpoint, writeCheckpoint(trainer));
  }
  return (performance.now() - start) / 1000;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function readStart(
  path: string,
  architecture: string | undefined,
  input: readonly number[],
): Promise<Graph> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  const described = await readArchitecture(architecture);
  return naming(path, () => {
    const { network } = readNetworkFile(bytes, { architecture: described, file: path });
    return 'nodes' in network ? network : graphOfChain(network, input);
  });
}

/** A network by its name, or the description in a JSON file. */
async function readNet(net: string): Promise<string | NetDescription> {
  if (!net.endsWith('.json')) return net;
  const bytes = await readFileBytes(net, MAX_NET_BYTES);
  return naming(net, () => parseJson(bytes));
}

function parseJson(bytes: Uint8Array): NetDescription {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as NetDescription;
  } catch (cause) {
    throw new WjpegError('misuse', 'NET_INVALID', `not JSON: ${(cause as Error).message}`, { cause });
  }
}

function trainOptions(options: TrainArguments, net: string | NetDescription): TrainOptions {
  const { targetBytes, lambda, epochs, seed, batch, learningRate, validation, bias } = options;
  const { augment, augmentation, table, rate, offset, outputs } = options;
  const step = options.step ?? (options.from === undefined ? STEP.random : STEP.dense);
  return {
    ...TRAIN_DEFAULTS,
    net,
    outputs,
    lambda,
    ...(targetBytes !== undefined && { targetBytes }),
    epochs,
    seed,
    batch,
    learningRate,
    validation,
    bias,
    augment,
    augmentation,
    table,
    rate,
    step: { rows: step, matrix: 2 * step, taps: step },
    offset,
  };
}
