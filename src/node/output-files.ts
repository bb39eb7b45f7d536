import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WjpegError } from '../errors.ts';
import { checkWritable } from './files.ts';

/** Files of labelled pictures in a folder that a command reads (`train-images-idx3-ubyte.gz`, …). */
const IDX_FILE = /-ubyte(\.gz)?$/;

/**
 * Fails before any work is done where a file could not be written, or where writing it would destroy an input or another
 * output. What counts is the file, not its name: links, hard links and other spellings are found.
 *
 * @param outputs - paths that the command writes; `undefined` for those that are not asked for
 * @param inputs - paths that it reads, files or folders of IDX files
 * @throws WjpegError `OUTPUT_IS_INPUT`, `OUTPUT_TWICE`, or what `writeFileAtomic` would throw
 */
export async function checkOutputs(
  outputs: readonly (string | undefined)[],
  inputs: readonly (string | undefined)[],
): Promise<void> {
  const written = outputs.filter((path) => path !== undefined);
  const read = (await Promise.all(inputs.filter((path) => path !== undefined).map(filesOf))).flat();
  for (const [index, output] of written.entries()) {
    const existing = await identity(output);
    for (const input of existing === undefined ? [] : read) {
      if ((await identity(input)) !== existing) continue;
      const same = input === output ? 'the input' : `the same file as the input ${input}`;
      throw new WjpegError(
        'misuse',
        'OUTPUT_IS_INPUT',
        `${output} is ${same}: writing it would destroy the input; name another output file`,
      );
    }
    const place = await placeOf(output);
    for (const other of written.slice(0, index)) {
      const same =
        existing === undefined ? place === (await placeOf(other)) : existing === (await identity(other));
      if (same)
        throw new WjpegError(
          'misuse',
          'OUTPUT_TWICE',
          `${output} and ${other} are the same file, expected one file for each output`,
        );
    }
    await checkWritable(output);
  }
}

/** A file, or the files of labelled pictures in a folder. */
async function filesOf(path: string): Promise<string[]> {
  const names = await readdir(path).catch(() => undefined);
  return names === undefined
    ? [path]
    : names.filter((name) => IDX_FILE.test(name)).map((name) => join(path, name));
}

/** What a path leads to: the same text for the same regular file; nothing for what is missing, or for a device or pipe. */
async function identity(path: string): Promise<string | undefined> {
  const stats: BigIntStats | undefined = await stat(path, { bigint: true }).catch(() => undefined);
  return stats?.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
}

/** Where a file that does not exist yet would be. */
async function placeOf(path: string): Promise<string> {
  const folder = dirname(path);
  return join(await realpath(folder).catch(() => folder), basename(path));
}
