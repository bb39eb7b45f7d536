import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../file-errors.ts';
import type { SkippedFile } from './skipped.ts';

/** What systems leave in folders. */
const LITTER = /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i;

/** Whether a file or folder is what systems leave behind. */
export function isLitter(name: string): boolean {
  return LITTER.test(name);
}

/** The folders and files in a folder, by name; what is hidden is left out, and links are followed. */
export interface FolderEntries {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Links that lead nowhere. */
  readonly broken: readonly string[];
}

/** What an entry of a folder is, or what it links to; undefined for a link that leads nowhere. */
export async function behindLink(
  folder: string,
  entry: Dirent,
): Promise<Pick<Dirent, 'isDirectory' | 'isFile'> | undefined> {
  return entry.isSymbolicLink() ? stat(join(folder, entry.name)).catch(() => undefined) : entry;
}

/** @throws WjpegError `FILE_…` if the folder cannot be listed */
export async function readFolder(path: string): Promise<FolderEntries> {
  const entries: Dirent[] = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw explainFileError(error, 'list', path);
  });
  const folders: string[] = [];
  const files: string[] = [];
  const broken: string[] = [];
  for (const entry of entries) {
    if (isLitter(entry.name)) continue;
    const kind = await behindLink(path, entry);
    if (kind === undefined) broken.push(entry.name);
    else if (kind.isDirectory()) folders.push(entry.name);
    // Pipes and devices would be waited for.
    else if (kind.isFile()) files.push(entry.name);
  }
  return { folders: folders.sort(), files: files.sort(), broken: broken.sort() };
}

/** All files below a folder, as paths from `root` on, in order; links that lead to a folder above them are skipped. */
export async function filesBelow(root: string, folder: string, skipped: SkippedFile[]): Promise<string[]> {
  const found: string[] = [];
  for await (const file of walkFiles(root, folder, (skip) => skipped.push(skip))) found.push(file);
  return found;
}

/** The same one by one: of names, those of one folder and of the folders that it is in are held. */
export async function* walkFiles(
  root: string,
  folder: string,
  onSkip: (skipped: SkippedFile) => void,
  above?: readonly string[],
): AsyncGenerator<string> {
  const path = join(root, folder);
  const real = await realpath(path);
  // A folder of one class must not lead to those of the others.
  above ??= folder === '' ? [] : [await realpath(root)];
  if (above.includes(real)) {
    onSkip({ file: folder, reason: 'a link to a folder that it is in' });
    return;
  }
  const { folders, files, broken } = await readFolder(path);
  for (const name of broken) onSkip({ file: join(folder, name), reason: 'a link that leads nowhere' });
  for (const name of files) yield join(folder, name);
  for (const name of folders) yield* walkFiles(root, join(folder, name), onSkip, [...above, real]);
}
