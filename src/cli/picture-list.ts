import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { WjpegError } from '../errors.ts';
import { behindLink } from '../node/picture-folder/walk.ts';
import { visibleText } from '../visible-text.ts';
import { LeftOut } from './left-out.ts';
import { STANDARD_INPUT } from './parse.ts';

/** Names of pictures: what a folder or a pattern stands for. */
export const PICTURE: RegExp = /\.(png|jpe?g)$/i;

/** A picture of the command line, or why what was named stands for none. */
export interface ListedPicture {
  readonly file: string;
  readonly error?: WjpegError;
}

/**
 * Expands the pictures of a command line in order; `leftOut` gets the other files of folders: a folder to its PNG and JPEG files, those of its subfolders too, by path;
 * a pattern with `*`, `?` or `{a,b}` in its last part to the files that match, for shells that do not do it. What exists under its own
 * name is never a pattern.
 */
export async function listPictures(
  names: readonly string[],
  leftOut: LeftOut = new LeftOut(),
): Promise<ListedPicture[]> {
  const lists = names.map(async (name) => {
    if (name === STANDARD_INPUT) return [{ file: name }];
    const stats = await stat(name).catch(() => undefined);
    if (stats?.isDirectory()) return found(name, await filesIn(name, name, PICTURE, true, leftOut));
    return stats || !isPattern(name) ? [{ file: name }] : found(name, await matching(name));
  });
  return (await Promise.all(lists)).flat();
}

/** Whether the last part of a name has `*`, `?` or `{a,b}`. */
export function isPattern(name: string): boolean {
  return /[*?]|\{[^{}]*,[^{}]*\}/.test(basename(name));
}

/** The files that a pattern stands for, in order. */
export function matching(pattern: string): Promise<string[]> {
  return filesIn(dirname(pattern), pattern, patternOf(basename(pattern)), false);
}

async function filesIn(
  folder: string,
  name: string,
  pattern: RegExp,
  recursive: boolean,
  leftOut?: LeftOut,
): Promise<string[]> {
  const entries = await readdir(folder, { recursive, withFileTypes: true }).catch(() => []);
  const prefix = folder === '.' && !name.startsWith('.') ? '' : folder;
  const files: string[] = [];
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    // Pipes and devices would be waited for.
    const isWanted = pattern.test(path);
    if (!isWanted && leftOut === undefined) continue;
    if (!(await behindLink(entry.parentPath, entry))?.isFile()) continue;
    if (isWanted) files.push(path);
    else leftOut?.add(path);
  }
  return files.sort().map((path) => join(prefix, path));
}

function found(name: string, files: readonly string[]): ListedPicture[] {
  return files.length > 0 ? files.map((file) => ({ file })) : [{ file: name, error: noPicture(name) }];
}

/** What is said of a folder or a pattern that stands for no picture. */
export function noPicture(name: string): WjpegError {
  const message = `${visibleText(name)}: no picture found, expected PNG or JPEG files`;
  return new WjpegError('misuse', 'NO_PICTURE', message);
}

/** `*` is any text, `?` one character, `{a,b}` one of these; hidden files are matched only where the pattern begins with a dot. */
function patternOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\\\{([^{}]*,[^{}]*)\\\}/g, (_, words: string) => `(?:${words.replaceAll(',', '|')})`);
  return new RegExp(`^${glob.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'su');
}
