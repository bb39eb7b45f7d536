import { join } from 'node:path';
import { WjpegError } from '../../errors.ts';
import { firstNames } from '../../text/names.ts';
import type { SkippedFile } from './skipped.ts';
import { filesBelow, readFolder } from './walk.ts';

/** As many as reports take: a confusion matrix has the square of it. */
export const MAX_CLASSES = 4096;

/** The files of a class. */
export interface ClassFiles {
  readonly name: string;
  /** Paths below the folder that was named, in order. */
  readonly files: readonly string[];
}

/** How a folder of pictures is arranged. */
export interface PictureFolder {
  readonly path: string;
  /** By name. */
  readonly classes: readonly ClassFiles[];
  /** Pictures to measure with, class by class as above, where a folder of their own has them. */
  readonly validation?: readonly ClassFiles[];
  readonly test?: readonly ClassFiles[];
  /** What is in it besides. */
  readonly skipped: readonly SkippedFile[];
}

/** Folders that hold classes, not pictures. */
const PARTS = { validation: ['validation', 'val'], test: ['test'] } as const;

/**
 * Lists a folder of pictures: one folder per class, or `train` with one folder per class, and `validation` (or `val`) and
 * `test` likewise where there are such. Any file in the folder of a class, or below it, may be a picture.
 *
 * @throws WjpegError `FOLDER_…` for a folder that is arranged otherwise, `FILE_…` if it cannot be listed
 */
export async function listPictureFolder(path: string): Promise<PictureFolder> {
  const top = await readFolder(path);
  if (!(await isSplit(path, top.folders))) {
    const skipped: SkippedFile[] = [];
    const classes = await listClasses(path, '', skipped);
    checkClasses(path, classes);
    return { path, classes, skipped };
  }
  const validationName = PARTS.validation.find((name) => top.folders.includes(name));
  const skipped: SkippedFile[] = [];
  const classes = await listClasses(path, 'train', skipped);
  checkClasses(join(path, 'train'), classes);
  const partOf = async (name: string): Promise<ClassFiles[]> =>
    matchClasses(path, name, classes, await listClasses(path, name, skipped));
  const testName = PARTS.test.find((name) => top.folders.includes(name));
  return {
    path,
    classes,
    ...(validationName !== undefined && { validation: await partOf(validationName) }),
    ...(testName !== undefined && { test: await partOf(testName) }),
    skipped,
  };
}

/** Whether `train` is not a class (of trains), but has classes in it. */
async function isSplit(path: string, folders: readonly string[]): Promise<boolean> {
  if (!folders.includes('train')) return false;
  const inside = await readFolder(join(path, 'train'));
  return inside.folders.length > 0;
}

/** The classes in a part of a folder; files beside them, and folders without files, are skipped. */
async function listClasses(root: string, part: string, skipped: SkippedFile[]): Promise<ClassFiles[]> {
  const { folders, files, broken } = await readFolder(join(root, part));
  for (const name of broken) skipped.push({ file: join(part, name), reason: 'a link that leads nowhere' });
  for (const name of files) skipped.push({ file: join(part, name), reason: 'in no folder of a class' });
  const classes: ClassFiles[] = [];
  for (const name of folders) {
    const below = await filesBelow(root, join(part, name), skipped);
    if (below.length > 0) classes.push({ name, files: below });
    else skipped.push({ file: join(part, name), reason: 'a folder without pictures' });
  }
  return classes;
}

function checkClasses(path: string, classes: readonly ClassFiles[]): void {
  const wanted = 'expected one folder of PNG or JPEG files per class';
  if (classes.length === 0)
    throw new WjpegError('unavailable', 'FOLDER_EMPTY', `${path} has no folders of pictures: ${wanted}`);
  if (classes.length === 1) {
    const [{ name }] = classes;
    throw new WjpegError(
      'misuse',
      'FOLDER_CLASSES',
      `${path} has one class only, '${name}': ${wanted}, and two classes or more`,
    );
  }
  if (classes.length > MAX_CLASSES) {
    throw new WjpegError(
      'limit',
      'FOLDER_CLASSES',
      `${path} has ${classes.length} classes, at most ${MAX_CLASSES} can be told apart`,
    );
  }
  const seen = new Map<string, string>();
  for (const { name } of classes) {
    // The same letters may also be composed in two ways.
    const key = name.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw new WjpegError(
        'misuse',
        'FOLDER_CLASSES',
        `${path} has the classes '${other}' and '${name}', which differ in case only: rename one, or move its pictures to the other`,
      );
    }
    seen.set(key, name);
  }
}

/** The classes of another part, in the order of the first; each must be one of those. */
function matchClasses(
  path: string,
  part: string,
  classes: readonly ClassFiles[],
  found: readonly ClassFiles[],
): ClassFiles[] {
  const unknown = found.find(({ name }) => classes.every((other) => other.name !== name));
  if (unknown) {
    throw new WjpegError(
      'misuse',
      'FOLDER_CLASSES',
      `${join(path, part)} has the class '${unknown.name}', which train lacks: it has ${someNames(classes)}`,
    );
  }
  if (found.length === 0) {
    throw new WjpegError(
      'unavailable',
      'FOLDER_EMPTY',
      `${join(path, part)} has no folders of pictures: expected one per class, as train has`,
    );
  }
  return classes.map(({ name }) => found.find((other) => other.name === name) ?? { name, files: [] });
}

function someNames(classes: readonly ClassFiles[]): string {
  return firstNames(
    classes.map(({ name }) => name),
    10,
  );
}
