import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WjpegError } from '../../src/errors.ts';
import { readFileBytes } from '../../src/node/index.ts';

/** One of the files of a data set, kept packed. */
export interface DataFile {
  /** Name of the unpacked file; `.gz` after it on the mirrors and in the folder. */
  readonly name: string;
  /** SHA-256 of the unpacked content: mirrors pack the same content differently. */
  readonly sha256: string;
}

/** The MNIST database of handwritten digits (LeCun, Cortes, Burges). */
export const MNIST_FILES: readonly DataFile[] = [
  {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
];

/** Folders of public hosts that hold the packed files, in the order of trying. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://yann.lecun.com/exdb/mnist/',
];

/** Largest file, packed and unpacked: the training pictures have 9.9 and 47 MB. */
export const MAX_PACKED_BYTES: number = 2 ** 25;
const MAX_UNPACKED_BYTES = 2 ** 26;

/** What is wrong with a packed file; undefined if its content has the right checksum. */
export function packedFault(file: DataFile, packed: Uint8Array): string | undefined {
  try {
    return unpackedFault(file, gunzipSync(packed, { maxOutputLength: MAX_UNPACKED_BYTES }));
  } catch (error) {
    return `not a whole gzip file (${(error as Error).message})`;
  }
}

/** What is wrong with a file in `folder`, packed or not; undefined if it is there and right. */
export async function faultInFolder(file: DataFile, folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.includes(file.name)) {
    return unpackedFault(file, await readFileBytes(join(folder, file.name), MAX_UNPACKED_BYTES));
  }
  if (names.includes(`${file.name}.gz`)) {
    return packedFault(file, await readFileBytes(join(folder, `${file.name}.gz`), MAX_PACKED_BYTES));
  }
  return 'missing';
}

/** Checks that a folder holds all files, each right; throws an error that names the first that is not. */
export async function verifyFolder(files: readonly DataFile[], folder: string): Promise<void> {
  for (const file of files) {
    const fault = await faultInFolder(file, folder);
    if (fault !== undefined) {
      throw new WjpegError('unavailable', 'DATA_WRONG', `${join(folder, file.name)}[.gz]: ${fault}`);
    }
  }
}

function unpackedFault(file: DataFile, content: Uint8Array): string | undefined {
  const sum = createHash('sha256').update(content).digest('hex');
  return sum === file.sha256 ? undefined : `SHA-256 must be ${file.sha256}, got ${sum}`;
}
