/**
 * npm run check:runtimes: installs the packed package into an empty folder and runs it there on Node.js, Bun and Deno: answers of
 * linear and convolutional networks must be the same to the bit, programs must answer, and what would be published on JSR must be
 * complete. The runtimes come from npm: `npm ci --prefix tools/runtimes`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
  Bun: [BUN],
  Deno: [DENO, 'run', '--allow-all', '--no-prompt'],
};
const DATA = resolve('data');
const MODELS = readdirSync(DATA).filter((name) => /\.(wjz|jpg)$/.test(name));
const PICTURES = ['pictures/digit-7.png', 'pictures/digit-5-chalk.jpg', 'pictures/digit-6-ink-144x128.jpg'];

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
      const program = join(folder, 'node_modules/wjpeg/dist/src/cli/wjpeg-infer.js');
      const { label } = JSON.parse(run([...command, program, '--json'])) as { label: string };
      if (label !== '7')
        throw new WjpegError('corrupt', 'RUNTIME', `${name}: wjpeg-infer says ${label}, expected 7`);
      process.stdout.write(
        `${name} (${version}): ${answers.length} answers of ${MODELS.length} models, the same to the bit; wjpeg-infer answers\n`,
      );
    }
    // It prints what would be uploaded, and checks that all of it can be compiled.
    run([DENO, 'publish', '--dry-run', '--allow-dirty', '--allow-slow-types'], '.');
    process.stdout.write('JSR: complete\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
