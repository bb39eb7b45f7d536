/**
 * npm run frontier: what nets take and what they are worth, stored in the usual ways, as JPEGs, and trained as JPEGs.
 * Every file is really written, read back and run on the MNIST test images; what earlier runs measured, whose files are
 * not kept, and figures of others stand beside them. Prints tables; writes frontier.json, frontier.md, frontier.svg,
 * frontier-overview.svg, by-parts.json and by-parts.svg to bench/results/.
 */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { naming, WjpegError } from '../../src/errors.ts';
import type { InputSpec } from '../../src/format/manifest.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { readFileBytes, writeFileAtomic } from '../../src/node/files.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { loadCalibration } from '../../src/node/training-pictures.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import { checkWhole } from '../../src/terminal/option-values.ts';
import { failUsage, runProgram } from '../../src/terminal/program.ts';
import { formatCount } from '../../src/text/numbers.ts';
import { type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';
import { type ByPartsCurves, byPartsCurves } from '../by-parts/curves.ts';
import { plotByParts } from '../by-parts/plot.ts';
import { byPartsTable } from '../by-parts/report.ts';
import { describeMachine } from '../machine.ts';
import { makeOutputFolder } from '../output-folder.ts';
import { type Candidate, denseCandidates } from './candidates.ts';
import { pointsOf, readMeasured } from './measured-before.ts';
import { LENET, MLP, NETS, netOf } from './nets.ts';
import { plotFrontier, plotOverview } from './plot.ts';
import { PUBLISHED } from './published.ts';
import { type FrontierRun, frontierMarkdown, frontierTable, inOrder } from './report.ts';
import { sweep } from './sweep.ts';
import { trainNet } from './train-nets.ts';
import { trainedFiles } from './trained-files.ts';

const INPUT: InputSpec = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS };
/** Qualities and parts kept; `--quick` has the first ones of each. */
const QUALITIES = [20, 5, 50, 35, 30, 25, 15, 10, 7];
const KEPT = [0.3, 0.5, 0.4, 0.2, 0.15, 0.1];
const LAMBDAS = [1e-5, 4e-6, 2e-5];
const QUICK = { points: 2, images: 1000, calibration: 500 };
const CALIBRATION_IMAGES = 6000;
/** The file that arrives by parts. */
const BY_PARTS_QUALITY = 20;

type Options = Awaited<ReturnType<typeof parseOptions>>;

await runProgram('frontier', async () => {
  const options = await parseOptions();
  await makeOutputFolder(options.out);
  const test = await loadIdxPair(options.data, 't10k');
  const before = pointsOf(await readMeasured(options.before));
  const absent: string[] = [];
  const candidates = [
    ...(await stored(options.dense, MLP, '--dense', options, absent)),
    ...(await stored(options.denseLenet, LENET, '--dense-lenet', options, absent)),
    ...(await trained(options, absent)),
  ];
  const images = Math.min(options.quick ? QUICK.images : test.count, test.count);
  const measured = await sweep(candidates, test, images);
  const run: FrontierRun = {
    machine: describeMachine(),
    command: ['npm run frontier', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
      ' ',
    ),
    quick: options.quick,
    images,
    points: inOrder([...measured, ...before, ...PUBLISHED]),
    absent,
  };
  process.stdout.write(`${frontierTable(run)}\n`);
  const curves = await byParts(options, firstPictures(test, images));
  if (curves.length > 0) process.stdout.write(`\n${byPartsTable(curves)}\n`);
  await write(options.out, run, curves);
});

/** A net while it arrives; its dense weights are needed. */
async function byParts(
  { dense, quick, qualities }: Options,
  test: LabelledPictures,
): Promise<ByPartsCurves[]> {
  if (dense === undefined) return [];
  const network = await readDense(dense, MLP);
  const settings = {
    input: INPUT,
    quality: BY_PARTS_QUALITY,
    qualities: quick
      ? qualities.slice(0, QUICK.points)
      : qualities.filter((each) => each <= BY_PARTS_QUALITY),
  };
  const curves: ByPartsCurves[] = [];
  for (const scope of ['layer', 'row'] as const) {
    curves.push(await byPartsCurves(network, scope, settings, test));
  }
  return curves;
}

function firstPictures(all: LabelledPictures, count: number): LabelledPictures {
  return { ...all, count };
}

async function parseOptions() {
  return yargs(hideBin(process.argv))
    .scriptName('npm run frontier --')
    .options({
      data: {
        type: 'string',
        default: (process.env.WJPEG_MNIST_DIR || undefined) as string,
        demandOption: !process.env.WJPEG_MNIST_DIR,
        describe: 'Folder of the IDX files of MNIST; WJPEG_MNIST_DIR names it too',
      },
      dense: {
        type: 'string',
        default: process.env.WJPEG_REFERENCE_MODEL || undefined,
        describe: `Trained weights of ${MLP} (safetensors); WJPEG_REFERENCE_MODEL names them too`,
      },
      'dense-lenet': {
        type: 'string',
        describe: `Trained weights of ${LENET} (safetensors), if there are any`,
      },
      before: {
        type: 'string',
        default: join('data', 'frontier', 'measured.json'),
        describe: 'What earlier runs measured',
      },
      models: { type: 'string', default: 'data', describe: 'Folder of models trained by wjpeg train' },
      train: {
        type: 'boolean',
        default: false,
        describe: 'Train nets for each --lambdas instead of reading --models',
      },
      lambdas: { type: 'number', array: true, default: LAMBDAS, describe: 'Prices of a bit to train with' },
      epochs: { type: 'number', default: 40, describe: 'Epochs of --train' },
      seed: { type: 'number', default: 0, describe: 'Seed of --train' },
      qualities: { type: 'number', array: true, default: QUALITIES, describe: 'Qualities of the JPEGs' },
      quick: {
        type: 'boolean',
        default: false,
        describe: 'Few points, 1,000 test images: shows that it works',
      },
      out: { type: 'string', default: join('bench', 'results'), describe: 'Folder for the reports' },
    })
    .check(({ qualities, lambdas, epochs, seed }) => {
      for (const quality of qualities) checkWhole('qualities', quality, 1, 100);
      checkWhole('epochs', epochs, 1, 100_000);
      checkWhole('seed', seed, 0, 2 ** 32 - 1);
      const wrong = lambdas.find((lambda) => !(lambda >= 0 && lambda < Infinity));
      if (wrong !== undefined) throw new Error(`--lambdas has ${wrong}, expected numbers from 0 up`);
      return true;
    })
    .fail((message, error) => failUsage('npm run frontier --', message ?? error.message))
    .strict()
    .parseAsync();
}

/** Files of a net whose dense weights are given. */
async function stored(
  path: string | undefined,
  net: string,
  option: string,
  options: Options,
  absent: string[],
): Promise<Candidate[]> {
  if (path === undefined) {
    absent.push(`${net} stored without training it again: no dense weights given (${option})`);
    return [];
  }
  const network = await readDense(path, net);
  const { quick, qualities, data } = options;
  const few = <T>(values: readonly T[]): readonly T[] => (quick ? values.slice(0, QUICK.points) : values);
  const count = quick ? QUICK.calibration : CALIBRATION_IMAGES;
  const calibration = await loadCalibration(data, { input: INPUT }, count);
  return denseCandidates(network, { input: INPUT, qualities: few(qualities), kept: few(KEPT), calibration });
}

async function readDense(path: string, net: string): Promise<DenseNetwork> {
  const bytes = await readFileBytes(path, 2 ** 28);
  const network = naming(path, () => networkFromStateDict(readSafetensors(bytes)));
  const given = netOf(linearLayers(network));
  if (given === net) return network;
  throw new WjpegError('misuse', 'FRONTIER_NET', `${path} is ${given}, expected ${net}`);
}

async function trained(options: Options, absent: string[]): Promise<Candidate[]> {
  const { train, models, lambdas, epochs, seed, data, out, quick } = options;
  if (train) {
    const pictures = await loadIdxPair(data, 'train');
    const candidates: Candidate[] = [];
    for (const { hidden } of NETS) {
      if (hidden === undefined) continue;
      for (const lambda of quick ? lambdas.slice(0, 1) : lambdas) {
        candidates.push(await trainNet(pictures, { hidden, lambda, epochs, seed }, join(out, 'models')));
      }
    }
    return candidates;
  }
  const found = await trainedFiles(models);
  if (found.length === 0)
    absent.push(`trained nets: none in ${models} (--models names a folder, --train trains some)`);
  return found;
}

async function write(folder: string, run: FrontierRun, curves: readonly ByPartsCurves[]): Promise<void> {
  // Few pictures beside all of them: a reader must know which is which.
  const note = run.quick
    ? `A quick run: what it measured has errors of ${formatCount(run.images)} test pictures, all else of the whole test set`
    : undefined;
  const files = {
    'frontier.json': `${JSON.stringify(run, null, 2)}\n`,
    'frontier.md': frontierMarkdown(run),
    'frontier.svg': plotFrontier(run.points, note),
    'frontier-overview.svg': plotOverview(run.points, note),
    ...(curves.length > 0 && {
      'by-parts.json': `${JSON.stringify(curves, null, 2)}\n`,
      'by-parts.svg': plotByParts(curves, BY_PARTS_QUALITY),
    }),
  };
  for (const [name, text] of Object.entries<string>(files)) {
    await writeFileAtomic(join(folder, name), new TextEncoder().encode(text));
  }
  const paths = Object.keys(files).map((name) => join(folder, name));
  process.stdout.write(`\nWritten: ${paths.join(', ')}\n`);
}
