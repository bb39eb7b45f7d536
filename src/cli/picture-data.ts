import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ImageInputSpec } from '../format/manifest.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { loadIdxPair } from '../node/mnist.ts';
import { type FolderPart, loadForModel, type ModelOfPictures } from '../node/picture-folder/for-model.ts';
import { type PictureReader, ThreadedReader } from '../node/picture-folder/read.ts';
import type { SkippedFile } from '../node/picture-folder/skipped.ts';
import { isPictureFolder } from '../node/picture-folder/sniff.ts';
import type { FolderLoader } from '../node/training-pictures.ts';
import { paintNotice } from '../terminal/colors.ts';
import { withPercent } from '../terminal/progress.ts';
import { formatCount } from '../text/numbers.ts';
import { visibleText } from '../visible-text.ts';

/** Folders of pictures that commands measure with. */
export const TEST_DATA =
  'Folder of test pictures: one folder of PNG or JPEG files per class, or IDX files as MNIST has them';

/** Skipped files that are named. */
const NAMED = 5;

/** Test pictures of a folder, as a model takes them; what is skipped is said on standard error and added to `skipped`. */
export async function loadTestData(
  path: string,
  model: ModelOfPictures,
  skipped: SkippedFile[],
): Promise<LabelledPictures> {
  if (!(await isPictureFolder(path))) return loadIdxPair(path, 't10k');
  return loadFolder(path, model, { part: 'test' }, skipped);
}

/** Loads folders with a progress bar; what is skipped is said once and added to `skipped`. */
export function folderLoader(skipped: SkippedFile[]): FolderLoader {
  return (path, model, part) => loadFolder(path, model, part, skipped);
}

async function loadFolder(
  path: string,
  model: ModelOfPictures,
  part: FolderPart,
  all: SkippedFile[],
): Promise<LabelledPictures> {
  const load = (reader?: PictureReader) =>
    withPercent('pictures', (advance) =>
      loadForModel(path, model, part, (done, of) => advance(done / of), reader),
    );
  const { input } = model;
  const { pictures, skipped, isWhole } =
    input.kind === 'image' ? await withReader(input, availableParallelism(), load) : await load();
  // A folder may be read twice, for what is held out and for the others.
  const known = new Set(all.map(({ file }) => file));
  const found = below(path, skipped).filter(({ file }) => !known.has(file));
  saySkipped(found);
  all.push(...found);
  if (isWhole)
    sayNotes([
      `${visibleText(path)} has no folder test or validation: all its pictures are measured, also those that a model was trained on`,
    ]);
  return isWhole ? { ...pictures, mayBeSeen: true } : pictures;
}

/** Gives `work` a reader of pictures on so many threads. */
export async function withReader<T>(
  spec: ImageInputSpec,
  threads: number,
  work: (reader: PictureReader) => Promise<T>,
): Promise<T> {
  const reader = new ThreadedReader(new URL('./worker.js', import.meta.url), spec, threads);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/** Lines on standard error. */
export function sayNotes(notes: readonly string[]): void {
  for (const note of notes) process.stderr.write(`${note}\n`);
}

/** Skipped files with the folder that they are in. */
export function below(folder: string, skipped: readonly SkippedFile[]): SkippedFile[] {
  return skipped.map(({ file, reason }) => ({ file: join(folder, file), reason }));
}

/** Names the first files that were left out, and counts the others. */
export function saySkipped(skipped: readonly SkippedFile[]): void {
  const lines = skipped.slice(0, NAMED).map(({ file, reason }) => `skipped ${file}: ${reason}`);
  const more = skipped.length - lines.length;
  if (more > 0) lines.push(`and ${formatCount(more)} more files are skipped (--json names all)`);
  for (const line of lines) process.stderr.write(`${paintNotice(visibleText(line), process.stderr)}\n`);
}
