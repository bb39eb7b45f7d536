/**
 * npm run check:runtimes: installs the packed package into an empty folder and runs it there on this Node.js, on Node.js 22 and 24
 * (which npm has for Linux on x64), Bun and Deno: answers of linear and convolutional networks must be the same to the bit, the
 * files that they train and compress the same to the byte, programs must answer, and what would be published on JSR must be
 * complete. The runtimes come from npm: `npm ci --prefix tools/runtimes`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WjpegError } from '../src/errors.ts';
import { runProgram } from '../src/terminal/program.ts';
import { packInto } from './pack.ts';

const PACKAGES = resolve('tools/runtimes/node_modules');
/** Its package `bun` holds a script that would put this in its place after it is installed. */
const BUN = join(PACKAGES, '@oven', `bun-${process.platform}-${process.arch}`, 'bin', 'bun');
const DENO = join(PACKAGES, '.bin', 'deno');
const RUNTIMES: Readonly<Record<string, readonly string[]>> = {
  'Node.js': [process.execPath],
  'Node.js 22': [join(PACKAGES, 'node-22', 'bin', 'node')],
  'Node.js 24': [join(PACKAGES, 'node-24', 'bin', 'node')],
  Bun: [BUN],
  Deno: [DENO, 'run', '--allow-all', '--no-prompt'],
};
const DATA = resolve('data');
const MODELS = readdirSync(DATA).filter((name) => /\.(wjz|jpg)$/.test(name));
const PICTURES = [
  'pictures/digit-7.png',
  'pictures/digit-5-chalk.jpg',
  'pictures/digit-6-ink-144x128.jpg',
  'scenes/cat.jpg',
];

/** What is made, in a folder of its own, from a model and a folder of pictures. */
const MADE: readonly (readonly string[])[] = [
  ['export', join(DATA, 'mnist-lenet-8-16-huffman.jpg'), '-o', 'exported.onnx'],
  ['export', join(DATA, 'mnist-lenet-8-16-huffman.jpg'), '-o', 'exported.c'],
  ['compress', 'exported.onnx', '-o', 'compressed.wjz', '--entropy', 'arithmetic'],
  ['train', '--data', '../digits', '--net', 'lenet:8,16', '--epochs', '3', '-o', 'trained.jpg'],
];
const MADE_FILES = MADE.map((words) => words[words.indexOf('-o') + 1]);

interface Answer {
  readonly model: string;
  readonly backend: string;
  readonly picture: string;
  readonly label: string;
  /** Logits, as hexadecimal digits. */
  readonly bits: string;
}

await runProgram('check:runtimes', async () => {
  if (!existsSync(BUN))
    throw new WjpegError('unavailable', 'RUNTIME', `${BUN} is missing: npm ci --prefix tools/runtimes`);
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-runtimes-'));
  const run = (words: readonly string[], cwd = folder): string =>
    execFileSync(words[0], words.slice(1), { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const { filename } = packInto(folder);
    run(['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, filename)]);
    copyFileSync(resolve('tools/runtimes/answers.mjs'), join(folder, 'answers.mjs'));
    const paths = (names: readonly string[]): string[] => names.map((name) => join(DATA, name));
    let expected: readonly Answer[] | undefined;
    let files: string | undefined;
    run(['npm', 'run', 'data:digits', '--', join(folder, 'digits')], '.');
    for (const [name, command] of Object.entries(RUNTIMES)) {
      const version = run([command[0], '--version']).split('\n')[0];
      const answers: Answer[] = JSON.parse(
        run([...command, 'answers.mjs', ...paths(MODELS), '--', ...paths(PICTURES)]),
      );
      expected ??= answers;
      const other = answers.find(({ bits }, index) => bits !== expected?.[index].bits);
      if (other)
        throw new WjpegError(
          'corrupt',
          'RUNTIME',
          `${name}: ${other.model} on ${other.backend} says other logits of ${other.picture} than Node.js`,
        );
      const programs = join(folder, 'node_modules/wjpeg/dist/src/cli');
      const infer = join(programs, 'wjpeg-infer.js');
      const { label } = JSON.parse(run([...command, infer, '--json'])) as { label: string };
      if (label !== '7')
        throw new WjpegError('corrupt', 'RUNTIME', `${name}: wjpeg-infer says ${label}, expected 7`);
      const own = mkdtempSync(join(folder, 'made-'));
      for (const words of MADE) run([...command, join(programs, 'wjpeg.js'), ...words], own);
      files ??= own;
      const changed = MADE_FILES.filter(
        (file) => !readFileSync(join(own, file)).equals(readFileSync(join(files as string, file))),
      );
      if (changed.length > 0)
        throw new WjpegError(
          'corrupt',
          'RUNTIME',
          `${name}: other bytes than Node.js: ${changed.join(', ')}`,
        );
      process.stdout.write(
        `${name} (${version}): ${answers.length} answers of ${MODELS.length} models, the same to the bit; ` +
          `wjpeg-infer answers; ${MADE_FILES.join(', ')}: the same bytes\n`,
      );
    }
    // It prints what would be uploaded, and checks that all of it can be compiled.
    run([DENO, 'publish', '--dry-run', '--allow-dirty', '--allow-slow-types'], '.');
    process.stdout.write('JSR: complete\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
