import { join } from 'node:path';
import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import { type LabelledPictures, roomForLabels } from '../../image/labelled-pictures.ts';
import { Random } from '../../random.ts';
import { inGroups, inOrder } from '../in-order.ts';
import type { ClassFiles } from './classes.ts';
import { ownThreadReader, type PictureReader } from './read.ts';
import type { SkippedFile } from './skipped.ts';

/** All samples together. */
const MAX_SAMPLES = 2 ** 31;
/** The pictures of a class must not stand together: what takes the first ones takes some of each. */
const ORDER_SEED = 1;
/** Files that are read as one group. */
const GROUP = 4;

/** The pictures of a folder. */
export interface LoadedPictures {
  /** Training pictures, then those that are held out; both in an order that looks random but is always the same. */
  readonly pictures: LabelledPictures & { readonly classes: readonly string[] };
  /** How many of the last ones are held out. */
  readonly heldOut: number;
  readonly skipped: readonly SkippedFile[];
}

/** What is loaded: each class in two lists, in the same order. */
export interface PicturesToLoad {
  readonly path: string;
  readonly training: readonly ClassFiles[];
  readonly heldOut: readonly ClassFiles[];
  /** The index of each class; its place if absent. */
  readonly indices?: readonly number[];
  /** Only so many training pictures. */
  readonly maxTraining?: number;
}

/**
 * Reads pictures so that besides their samples of the network's size only the files that are being read are in memory. What
 * cannot be read is skipped, and so is a held-out picture of which training has a copy.
 *
 * @param onProgress called with the number of files that are done
 * @throws WjpegError `FOLDER_EMPTY` if nothing is left, `FOLDER_TOO_LARGE`
 */
export async function loadPictures(
  { path, training, heldOut, indices, maxTraining = Infinity }: PicturesToLoad,
  spec: ImageInputSpec,
  onProgress: (done: number) => void = () => {},
  reader: PictureReader = ownThreadReader(spec),
): Promise<LoadedPictures> {
  const { width, height, channels } = spec;
  const size = channels * width * height;
  const lists = [shuffled(training).slice(0, maxTraining), shuffled(heldOut)];
  const files = lists[0].length + lists[1].length;
  if (files * size > MAX_SAMPLES) {
    throw new WjpegError(
      'limit',
      'FOLDER_TOO_LARGE',
      `${path} has ${files} pictures, ${files * size} samples at ${width}×${height}: at most ${MAX_SAMPLES} are held, choose a smaller size`,
    );
  }
  const pictures = new Uint8Array(files * size);
  const outputs = indices?.reduce((max, index) => Math.max(max, index + 1), 0) ?? training.length;
  const labels = roomForLabels(files, outputs);
  const skipped: SkippedFile[] = [];
  /** By their bytes. */
  const trained = new Map<string, string>();
  let count = 0;
  let trainingCount = 0;
  let done = 0;
  for (const [part, list] of lists.entries()) {
    const read = async (group: readonly ListedFile[]) => {
      const results = await reader.read(group.map(({ file }) => join(path, file)));
      return group.map((listed, at) => ({ ...listed, picture: results[at] }));
    };
    for await (const group of inOrder(inGroups(list, GROUP), reader.atOnce, read)) {
      for (const { file, label, picture } of group) {
        if ('reason' in picture) skipped.push({ file, reason: picture.reason });
        else {
          const { samples, key } = picture;
          const copy = part === 1 ? trained.get(key) : undefined;
          if (copy === undefined) {
            pictures.set(samples, count * size);
            labels[count++] = indices?.[label] ?? label;
            if (part === 0) trained.set(key, file);
          } else skipped.push({ file, reason: `held out, but a copy of ${copy}, which is trained on` });
        }
        onProgress(++done);
      }
    }
    if (part === 0) trainingCount = count;
  }
  if (count === 0) {
    const [first] = skipped;
    const why = first ? `: ${first.file}: ${first.reason}` : '';
    throw new WjpegError('unavailable', 'FOLDER_EMPTY', `${path} has no picture that can be read${why}`);
  }
  return {
    pictures: {
      count,
      width,
      height,
      channels,
      pictures: pictures.subarray(0, count * size),
      labels: labels.subarray(0, count),
      classes: training.map(({ name }) => name),
    },
    heldOut: count - trainingCount,
    skipped,
  };
}

interface ListedFile {
  readonly file: string;
  readonly label: number;
}

function shuffled(classes: readonly ClassFiles[]): ListedFile[] {
  const all = classes.flatMap(({ files }, label) => files.map((file) => ({ file, label })));
  return Array.from(new Random(ORDER_SEED).permutation(all.length), (at) => all[at]);
}
