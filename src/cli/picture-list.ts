import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { WjpegError } from '../errors.ts';
import { STANDARD_INPUT } from './parse.ts';

/** Names of pictures: what a folder or a pattern stands for. */
const PICTURE = /\.(png|jpe?g)$/i;

/**
 * Expands the pictures of a command line in order: a folder to its PNG and JPEG files by name (not those of folders in it),
 * a pattern with `*` or `?` in its last part to the files that match, for shells that do not do it. What exists under its own
 * name is never a pattern.
 */
export async function listPictures(names: readonly string[]): Promise<string[]> {
  const lists = names.map(async (name) => {
    if (name === STANDARD_INPUT) return [name];
    const stats = await stat(name).catch(() => undefined);
    if (stats?.isDirectory()) return found(name, await filesIn(name, name, PICTURE));
    if (stats || !/[*?]/.test(basename(name))) return [name];
    return found(name, await filesIn(dirname(name), name, patternOf(basename(name))));
  });
  return (await Promise.all(lists)).flat();
}

async function filesIn(folder: string, name: string, pattern: RegExp): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  const prefix = folder === '.' && !name.startsWith('.') ? '' : folder;
  return entries
    .filter((entry) => pattern.test(entry))
    .sort()
    .map((entry) => join(prefix, entry));
}

function found(name: string, files: string[]): string[] {
  if (files.length > 0) return files;
  throw new WjpegError('misuse', 'NO_PICTURE', `${name}: no picture found, expected PNG or JPEG files`);
}

/** `*` is any text, `?` one character; hidden files are matched only where the pattern begins with a dot. */
function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${glob.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'su');
}
