/**
 * npm run data:trained: trains the models of data/ anew, three seeds each, and prints what all of them came to. Of each
 * setting the seed with the least error on held-out training pictures goes into data/; the test set is only read after
 * that choice. Runs that are there already are not run again. `--only lenet` trains the networks of that name; all take hours.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { WjpegError } from '../src/errors.ts';
import type { LabelledPictures } from '../src/image/labelled-pictures.ts';
import { readFileBytes, writeFileAtomic } from '../src/node/files.ts';
import { loadIdxPair } from '../src/node/mnist.ts';
import { evaluate } from '../src/runtime/evaluate.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { runProgram } from '../src/terminal/program.ts';
import { formatTable } from '../src/text/table.ts';

interface Setting {
  /** Name in data/; settings without one are only reported. */
  readonly file?: string;
  readonly net: string;
  readonly lambda: string;
  /** What the file is: one JPEG has one table for all layers. */
  readonly container: 'wjz' | 'jpg';
  /** If not 40. */
  readonly epochs?: number;
}

const SETTINGS: readonly Setting[] = [
  { net: 'mlp:512', lambda: '1e-5', container: 'wjz', file: 'mnist-mlp-512-trained.wjz' },
  { net: 'mlp:300,100', lambda: '1e-5', container: 'wjz', file: 'mnist-lenet-300-100-trained.wjz' },
  { net: 'mlp:512', lambda: '2e-5', container: 'wjz' },
  { net: 'mlp:300,100', lambda: '2e-5', container: 'wjz' },
  { net: 'mlp:512', lambda: '5e-6', container: 'wjz' },
  { net: 'mlp:300,100', lambda: '5e-6', container: 'wjz' },
  {
    net: 'mlp:300,100',
    lambda: '1.1e-5',
    container: 'jpg',
    epochs: 60,
    file: 'mnist-lenet-300-100-trained.jpg',
  },
  { net: 'mlp:300,100', lambda: '1.5e-5', container: 'jpg', epochs: 60 },
  { net: 'lenet:8,16', lambda: '4e-5', container: 'jpg', file: 'mnist-lenet-8-16-trained.jpg' },
  { net: 'lenet5-caffe', lambda: '1.2e-5', container: 'jpg', file: 'mnist-lenet5-trained.jpg' },
];
const SEEDS = [0, 1, 2];

interface Run {
  readonly setting: Setting;
  readonly seed: number;
  /** Path without its ending. */
  readonly stem: string;
}

await runProgram('data:trained', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run data:trained --')
    .options({
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        demandOption: !process.env.WJPEG_MNIST_DIR,
        describe: 'Folder of MNIST; WJPEG_MNIST_DIR names it too',
      },
      out: { type: 'string', default: join('bench', 'results', 'trained'), describe: 'Folder for all runs' },
      only: { type: 'string', default: '', describe: 'Only networks whose name begins so' },
      jobs: { type: 'number', default: availableParallelism(), describe: 'Runs at once' },
    })
    .strict()
    .parseAsync();
  const data = options.data as string;
  await mkdir(options.out, { recursive: true });
  const settings = SETTINGS.filter(({ net }) => net.startsWith(options.only));
  const runs = settings.flatMap((setting) =>
    SEEDS.map((seed): Run => {
      const { net, lambda, container } = setting;
      const name = `${net.replace(/[:,]/g, '-')}-${lambda}-${container}-seed${seed}`;
      return { setting, seed, stem: join(options.out, name) };
    }),
  );
  const waiting = runs.filter(({ stem }) => !existsSync(`${stem}.json`));
  const worker = async (): Promise<void> => {
    for (let run = waiting.shift(); run; run = waiting.shift()) await train(run, data);
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));

  const test = await loadIdxPair(data, 't10k');
  const rows = [
    ['net', 'lambda', 'file', 'seed', 'bytes', 'nonzeros', 'held-out error', 'test error', 'kept as'],
  ];
  for (const setting of settings) {
    const results = await Promise.all(runs.filter((run) => run.setting === setting).map(readResult));
    const best = results.reduce((a, b) => (b.validationError < a.validationError ? b : a));
    for (const result of results) {
      const kept = result === best ? setting.file : undefined;
      if (kept) await writeFileAtomic(join('data', kept), result.file);
      rows.push([
        setting.net,
        setting.lambda,
        setting.container,
        String(result.seed),
        String(result.file.length),
        String(result.nonzeros),
        `${(100 * result.validationError).toFixed(2)}%`,
        `${(100 * (await testError(result.file, test))).toFixed(2)}%`,
        kept ?? '',
      ]);
    }
  }
  process.stdout.write(`${formatTable(rows)}\n`);
});

/** One run as a process of its own; the command line stands in data/README.md. */
async function train({ setting, seed, stem }: Run, data: string): Promise<void> {
  const words = [
    '--data',
    data,
    '--net',
    setting.net,
    '--lambda',
    setting.lambda,
    '--seed',
    String(seed),
    '--threads',
    '1',
  ];
  const fixed = ['--epochs', String(setting.epochs ?? 40), '--augment', '0.5', '--entropy', 'arithmetic'];
  const files = [
    '-o',
    `${stem}.${setting.container}`,
    '--checkpoint',
    `${stem}.checkpoint`,
    '--plot',
    `${stem}.svg`,
    '--json',
  ];
  const program = join('dist', 'src', 'cli', 'wjpeg.js');
  const child = spawn(process.execPath, [program, 'train', ...words, ...fixed, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Uint8Array[] = [];
  child.stdout.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0)
    throw new WjpegError('unavailable', 'TRAIN_FAILED', `${stem}: training ended with code ${code}`);
  await writeFileAtomic(`${stem}.json`, Buffer.concat(chunks));
}

interface Result {
  readonly seed: number;
  readonly file: Uint8Array;
  readonly validationError: number;
  readonly nonzeros: number;
}

async function readResult({ setting, seed, stem }: Run): Promise<Result> {
  const file = await readFileBytes(`${stem}.${setting.container}`, 2 ** 24);
  const summary = JSON.parse(new TextDecoder().decode(await readFileBytes(`${stem}.json`, 2 ** 24))) as {
    validationError: number;
    layers: { nonzeros: number }[];
  };
  const nonzeros = summary.layers.reduce((sum, layer) => sum + layer.nonzeros, 0);
  return { seed, file, validationError: summary.validationError, nonzeros };
}

async function testError(file: Uint8Array, test: LabelledPictures): Promise<number> {
  const session = await InferenceSession.create(file);
  const { correct } = await evaluate(session, test, test.count);
  session.dispose();
  return 1 - correct / test.count;
}
