/**
 * `npm run data`: brings the MNIST files into data/mnist (git-ignored), checked by SHA-256.
 * With WJPEG_MNIST_DIR set, checks the files in that folder and fetches nothing.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { WjpegError } from '../src/errors.ts';
import { downloadFiles, type Outcome } from './mnist/download.ts';
import { MNIST_FILES, MNIST_MIRRORS, verifyFolder } from './mnist/files.ts';

const USAGE = `npm run data -- [--folder DIR] [--mirror URL]...

  --folder DIR   where to put the files (default: data/mnist)
  --mirror URL   a folder to fetch from, instead of the public mirrors; may be given several times
  --help         this text

WJPEG_MNIST_DIR names a folder that has the files already: it is checked, and nothing is fetched.
Public mirrors: ${MNIST_MIRRORS.join(', ')}`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: fileURLToPath(new URL('../data/mnist', import.meta.url)) },
      mirror: { type: 'string', multiple: true, default: [...MNIST_MIRRORS] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const existing = process.env.WJPEG_MNIST_DIR;
  if (existing !== undefined && existing !== '') {
    await verifyFolder(MNIST_FILES, existing);
    console.log(`MNIST in ${existing} (WJPEG_MNIST_DIR) is complete and right; nothing to fetch`);
    return;
  }
  // Draws nothing where the output is not a terminal.
  const bar = new SingleBar(
    { format: '{name} {bar} {percentage}%', clearOnComplete: true },
    Presets.shades_classic,
  );
  try {
    await downloadFiles({
      files: MNIST_FILES,
      mirrors: values.mirror,
      folder: values.folder,
      onProgress: ({ name }, received, total) => {
        if (total === undefined) return;
        if (!bar.isActive) bar.start(total, 0, { name });
        bar.update(received);
      },
      onFile: ({ name }, outcome) => {
        bar.stop();
        console.log(`${name}: ${describe(outcome)}, SHA-256 right`);
      },
    });
  } finally {
    bar.stop();
  }
  console.log(`MNIST is in ${values.folder}`);
}

function describe(outcome: Outcome): string {
  if (outcome.kind === 'present') return 'already there';
  const { host, faults } = outcome;
  return `fetched from ${host}${faults.length === 0 ? '' : ` (not from ${faults.join('; ')})`}`;
}

try {
  await main();
} catch (error) {
  const isPlain =
    error instanceof WjpegError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  if (!isPlain) throw error;
  console.error(`fetch-mnist: ${(error as Error).message}`);
  process.exitCode = 1;
}
