/**
 * npm run corpus -- FOLDER …: reads every JPEG and PNG below the folders with all our readers and with libjpeg-turbo and libpng, and
 * prints what differs; the exit code is 1 if anything does. Needs gcc, libjpeg-dev, libpng-dev and djpeg. Nothing is written.
 */
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { WjpegError } from '../../src/errors.ts';
import { pictureFormat } from '../../src/image/picture-format.ts';
import { readFileBytes } from '../../src/node/files.ts';
import { inGroups } from '../../src/node/in-order.ts';
import { filesBelow, readFolder } from '../../src/node/picture-folder/walk.ts';
import { failUsage, runProgram } from '../../src/terminal/program.ts';
import { withProgress } from '../../src/terminal/progress.ts';
import { CoefficientOracle, type OracleAnswer } from '../conformance/oracle.ts';
import { type PngAnswer, PngOracle } from '../conformance/png-oracle.ts';
import { djpeg } from '../jpeg/libjpeg-tools.ts';
import { compareJpeg } from './compare-jpeg.ts';
import { comparePng } from './compare-png.ts';
import { refusalOf, type Verdict } from './verdict.ts';

const MAX_BYTES = 2 ** 28;
/** Files that libjpeg and libpng are given at once, and their bytes: all their coefficients and pixels are in memory. */
const GROUP = 64;
const GROUP_BYTES = 2 ** 21;

const NAME = 'npm run corpus --';
const HELP = `${NAME} FOLDER …

Reads every JPEG and PNG below the folders with all our readers and with libjpeg-turbo and libpng, and prints what
differs. Exit codes: 0 nothing differs, 1 something does. Needs gcc, libjpeg-dev, libpng-dev and djpeg.
`;

await runProgram('corpus', async () => {
  const words = process.argv.slice(2);
  if (words.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(HELP);
    return;
  }
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) failUsage(NAME, `unknown option ${option}: there is only --help`);
  if (words.length === 0) failUsage(NAME, 'no folders of pictures given');
  const folders = await differentFolders(words);
  const [jpegs, pngs] = [new CoefficientOracle(), new PngOracle()];
  const verdictsOf = (files: readonly Uint8Array[]): (Verdict | undefined)[] => {
    const formats = files.map((bytes) => {
      const format = refusalOf(() => pictureFormat(bytes));
      return 'value' in format ? format.value : undefined;
    });
    const of = (format: string): Uint8Array[] => files.filter((_, index) => formats[index] === format);
    const [fromLibjpeg, fromLibpng] = [jpegs.readStreams(of('jpeg')), pngs.read(of('png'))];
    return files.map((bytes, index) => {
      if (formats[index] === 'jpeg')
        return compareJpeg(bytes, fromLibjpeg.shift() as OracleAnswer, (jpeg) => djpeg(jpeg)?.pixels);
      return formats[index] === 'png' ? comparePng(bytes, fromLibpng.shift() as PngAnswer) : undefined;
    });
  };
  const counts = { same: 0, warned: 0, refused: 0, different: 0, 'no picture': 0 };
  try {
    const files = await filesOf(folders);
    await withProgress('files', files.length, async (advance) => {
      let done = 0;
      for await (const group of inGroups(readAll(files), GROUP, GROUP_BYTES, ({ bytes }) => bytes.length)) {
        for (const [index, verdict] of verdictsOf(group.map(({ bytes }) => bytes)).entries()) {
          counts[verdict?.kind ?? 'no picture']++;
          if (verdict?.kind === 'different') process.stdout.write(`${group[index].file}: ${verdict.what}\n`);
        }
        done += group.length;
        advance(done);
      }
    });
  } finally {
    jpegs.dispose();
    pngs.dispose();
  }
  const { same, warned, refused, different } = counts;
  process.stdout.write(
    `${same} read alike, ${warned} read alike with warnings on both sides, ${refused} refused by both, ` +
      `${different} different; ${counts['no picture']} other files\n`,
  );
  if (different > 0) process.exitCode = 1;
  if (same + warned + refused + different === 0)
    throw new WjpegError('unavailable', 'FOLDER_EMPTY', `${folders.join(', ')}: no JPEG and no PNG`);
});

/** The folders that were named, each of which is one and named once, whatever its spelling. */
async function differentFolders(names: readonly string[]): Promise<string[]> {
  const folders = new Map<string, string>();
  for (const name of names) {
    // Says what is wrong with it.
    await readFolder(name);
    const real = await realpath(name);
    if (!folders.has(real)) folders.set(real, name);
  }
  return [...folders.values()];
}

/** The files below the folders, each once: one folder may lie in another. */
async function filesOf(folders: readonly string[]): Promise<string[]> {
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const file of await filesBelow(folder, '', [])) {
      const path = join(folder, file);
      const real = await realpath(path);
      if (!files.has(real)) files.set(real, path);
    }
  }
  return [...files.values()];
}

async function* readAll(files: readonly string[]): AsyncGenerator<{ file: string; bytes: Uint8Array }> {
  for (const file of files) yield { file, bytes: await readFileBytes(file, MAX_BYTES) };
}
