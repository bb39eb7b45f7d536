import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WjpegError } from '../src/errors.ts';
import { explainFileError } from '../src/node/file-errors.ts';
import { checkWritable } from '../src/node/files.ts';

/** Makes the folder of `--out` before anything is measured: what cannot be written later is refused at once. */
export async function makeOutputFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainFileError(error, 'write', path);
    throw new WjpegError('misuse', 'OPTION_VALUE', `--out is '${path}', a file, expected a folder`);
  }
  await checkWritable(join(path, 'report'));
}
