import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import { roomForLabels } from '../../image/labelled-pictures.ts';
import type { ClassFiles, PictureFolder } from './classes.ts';
import { type HeldOut, type HeldOutSplit, holdOut } from './hold-out.ts';
import { type LoadedPictures, loadPictures } from './load.ts';
import type { PictureReader } from './read.ts';

/** Held out where nothing else is said, and no folder has pictures to measure with. */
export const HELD_OUT_SHARE = 0.1;

/** The training pictures of a folder and those that are held out: its folder `validation`, or some of each class. */
export function splitFolder(
  { classes, validation }: PictureFolder,
  wanted: HeldOut = { share: HELD_OUT_SHARE },
): HeldOutSplit {
  return validation ? { training: classes, heldOut: validation } : holdOut(classes, wanted);
}

/** Number of files of all classes. */
export function countFiles(classes: readonly ClassFiles[]): number {
  return classes.reduce((sum, { files }) => sum + files.length, 0);
}

/**
 * Loads a folder to train on. Classes of which no picture can be read are left out.
 *
 * @throws WjpegError `FOLDER_EMPTY`, `FOLDER_CLASSES` if less than two classes are left, `FOLDER_TOO_LARGE`
 */
export async function loadForTraining(
  { path }: PictureFolder,
  split: HeldOutSplit,
  spec: ImageInputSpec,
  onProgress?: (done: number) => void,
  reader?: PictureReader,
): Promise<LoadedPictures> {
  const loaded = await loadPictures({ path, ...split }, spec, onProgress, reader);
  const { pictures, heldOut, skipped } = loaded;
  const { count, labels, classes } = pictures;
  const trained = new Set(labels.subarray(0, count - heldOut));
  if (trained.size === classes.length) return loaded;
  if (trained.size < 2) {
    throw new WjpegError(
      'misuse',
      'FOLDER_CLASSES',
      `${path}: only the pictures of one class can be read, '${classes[[...trained][0]]}', expected two classes or more` +
        ` (${skipped[0].file}: ${skipped[0].reason})`,
    );
  }
  return withClasses(loaded, trained);
}

/** The pictures of some classes only, whose labels are counted anew. */
function withClasses(
  { pictures, heldOut, skipped }: LoadedPictures,
  kept: ReadonlySet<number>,
): LoadedPictures {
  const { count, classes, labels } = pictures;
  const size = pictures.pictures.length / count;
  const places = classes.map((_, label) => label).filter((label) => kept.has(label));
  const indices = Array.from({ length: count }, (_, at) => at).filter((at) => kept.has(labels[at]));
  const samples = new Uint8Array(indices.length * size);
  const ownLabels = roomForLabels(indices.length, places.length);
  for (const [to, from] of indices.entries()) {
    samples.set(pictures.pictures.subarray(from * size, (from + 1) * size), to * size);
    ownLabels[to] = places.indexOf(labels[from]);
  }
  return {
    pictures: {
      ...pictures,
      count: indices.length,
      pictures: samples,
      labels: ownLabels,
      classes: places.map((label) => classes[label]),
    },
    heldOut: indices.filter((at) => at >= count - heldOut).length,
    skipped: [
      ...skipped,
      ...classes
        .filter((_, label) => !kept.has(label))
        .map((file) => ({ file, reason: 'a class without a training picture that can be read' })),
    ],
  };
}
