import type { Argv } from 'yargs';
import { naming, WjpegError } from '../../errors.ts';
import { writeModel } from '../../format/write-model.ts';
import { writeFileAtomic } from '../../node/files.ts';
import { checkOutputs } from '../../node/output-files.ts';
import { plotRun } from '../../report/training-plot.ts';
import { exportNetwork } from '../../train/export.ts';
import { Trainer } from '../../train/trainer.ts';
import { visibleJson } from '../../visible-text.ts';
import { openTrainingData, shapeOf } from '../train/data.ts';
import { classifyHeldOut } from '../train/held-out.ts';
import { readNetworks } from '../train/networks.ts';
import { checkTrainArguments, TRAIN_OPTIONS, type TrainArguments } from '../train/options.ts';
import { printTraining, type TrainingSummary } from '../train/output.ts';
import { readCheckpoint, trainShown } from '../train/run.ts';
import { checkForChannels, trainOptions } from '../train/settings.ts';

/** A run aims at its size, it does not hit it to the byte. */
const TARGET_TOLERANCE = 1.05;

/** `wjpeg train --data DIR -o model.wjz|model.jpg`. */
export function addTrainCommand(parser: Argv): Argv {
  return parser.command(
    'train',
    'Train a network in JPEG coefficients on pictures in folders, one per class, or on IDX files (the format of MNIST)',
    (yargs: Argv) =>
      yargs
        .options(TRAIN_OPTIONS)
        .group(['data', 'output', 'checkpoint', 'plot', 'json'], 'Files:')
        .group(['size', 'colour', 'fit', 'validation'], 'Pictures:')
        .group(['net', 'outputs', 'labels', 'bias', 'from', 'architecture', 'mean', 'std'], 'The network:')
        .group(['teacher', 'teacher-part', 'temperature'], 'A teacher:')
        .group(['lambda', 'target-bytes', 'table', 'rate', 'step', 'offset', 'entropy'], 'Size:')
        .group(
          ['epochs', 'batch', 'learning-rate', 'augment', 'augmentation', 'class-weights', 'seed', 'threads'],
          'Training:',
        )
        .group(['name', 'license'], 'Stored in the file:')
        .example('wjpeg train --data photos -o model.wjz', 'photos has one folder of pictures per class')
        .example('wjpeg train --data data/mnist --augment 0.5 -o lenet.wjz', 'LeNet-300-100, a few minutes')
        .check((options) => checkTrainArguments(options as unknown as TrainArguments)),
    run,
  );
}

async function run(options: TrainArguments): Promise<void> {
  const { output, checkpoint, plot, targetBytes } = options;
  await checkOutputs([output, checkpoint, plot], [options.data, options.from, options.teacher]);
  // All that can be wrong without pictures comes first: reading them may take minutes.
  const networks = await readNetworks(options);
  const saved = await readCheckpoint(checkpoint);
  const opened = await openTrainingData(options);
  checkForChannels(options, opened.shape.input[0]);
  const expected = await networks.forPictures(opened.shape);
  const data = await opened.read();
  const { pictures, fit, outputs } = data;
  // A class of which no picture can be read is left out.
  const isAsExpected = outputs === opened.shape.outputs;
  const { start, teacher } = isAsExpected ? expected : await networks.forPictures(shapeOf(data));
  const settings = trainOptions(options, networks.net, data);
  const trainer = naming(options.data, () => new Trainer(pictures, settings, start, teacher));
  await trainer.useThreads(options.threads);
  const seconds = await trainShown(trainer, checkpoint, saved);
  const content = exportNetwork(trainer, {
    jpeg: { entropy: options.entropy },
    ...(fit !== undefined && { fit }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.license !== undefined && { license: options.license }),
  });
  const file = writeModel(content, { file: output, coding: { entropy: options.entropy } });
  await writeFileAtomic(output, file);
  if (plot !== undefined) {
    const title = `${output}: ${file.length} bytes`;
    await writeFileAtomic(plot, new TextEncoder().encode(plotRun(trainer.history, title)));
  }
  const { validation } = trainer.options;
  const heldOut = validation > 0 ? await classifyHeldOut(file, pictures, validation) : undefined;
  // JPEGs are written in the order of sheets.
  const jpegs = [...content.jpegs.values()];
  const layers = trainer.sheets.map((sheet, i) => ({
    name: sheet.shape.name,
    shape: sheet.shape.shape,
    bytes: jpegs[i].length,
    nonzeros: sheet.coefficients().reduce((count, c) => (c === 0 ? count : count + 1), 0),
  }));
  const summary: TrainingSummary = {
    output,
    bytes: file.length,
    validationError: heldOut && 1 - heldOut.correct / heldOut.pictures,
    ...(heldOut && { heldOut }),
    layers,
    seconds,
    options: trainer.options,
    skipped: data.skipped,
    ...(data.sample !== undefined && { sample: data.sample }),
  };
  process.stdout.write(options.json ? `${visibleJson(summary, 2)}\n` : printTraining(summary));
  if (targetBytes !== undefined && file.length > targetBytes * TARGET_TOLERANCE) {
    throw new WjpegError(
      'misuse',
      'TARGET_UNREACHABLE',
      `${output} is written, but ${targetBytes} bytes were not reached: it has ${file.length}`,
    );
  }
}
