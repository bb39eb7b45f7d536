import { availableParallelism } from 'node:os';
import type { ImageInputSpec } from '../format/manifest.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { loadIdxPair } from '../node/mnist.ts';
import { type FolderPart, loadForModel, type ModelOfPictures } from '../node/picture-folder/for-model.ts';
import { type PictureReader, ThreadedReader } from '../node/picture-folder/read.ts';
import type { SkippedFile } from '../node/picture-folder/skipped.ts';
import { isPictureFolder } from '../node/picture-folder/sniff.ts';
import { paintNotice } from '../terminal/colors.ts';
import { withPercent } from '../terminal/progress.ts';
import { formatCount } from '../text/numbers.ts';
import { visibleText } from '../visible-text.ts';

/** Folders of pictures that commands measure with. */
export const TEST_DATA =
  'Folder of test pictures: one folder of PNG or JPEG files per class, or IDX files as MNIST has them';

/** Skipped files that are named. */
const NAMED = 5;

/** Test pictures of a folder, as a model takes them; what is skipped is said on standard error. */
export async function loadTestData(path: string, model: ModelOfPictures): Promise<LabelledPictures> {
  if (!(await isPictureFolder(path))) return loadIdxPair(path, 't10k');
  return loadFolder(path, model, { part: 'test' });
}

/** Pictures of a folder, with a progress bar. */
export async function loadFolder(
  path: string,
  model: ModelOfPictures,
  part: FolderPart,
): Promise<LabelledPictures> {
  const load = (reader?: PictureReader) =>
    withPercent('pictures', (advance) =>
      loadForModel(path, model, part, (done, of) => advance(done / of), reader),
    );
  const { input } = model;
  const { pictures, skipped, isWhole } =
    input.kind === 'image' ? await withReader(input, availableParallelism(), load) : await load();
  saySkipped(skipped);
  if (isWhole)
    sayNotes([
      `${visibleText(path)} has no folder test or validation: all its pictures are measured, also those that a model was trained on`,
    ]);
  return pictures;
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

/** Names the first files that were left out, and counts the others. */
export function saySkipped(skipped: readonly SkippedFile[]): void {
  const lines = skipped.slice(0, NAMED).map(({ file, reason }) => `skipped ${file}: ${reason}`);
  const more = skipped.length - lines.length;
  if (more > 0) lines.push(`and ${formatCount(more)} more files are skipped`);
  for (const line of lines) process.stderr.write(`${paintNotice(visibleText(line), process.stderr)}\n`);
}
