import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import type { LabelledPictures } from '../../image/labelled-pictures.ts';
import { Random } from '../../random.ts';
import { readFileBytes } from '../files.ts';
import { readAhead } from '../read-ahead.ts';
import type { ClassFiles } from './classes.ts';
import { decodeSamples } from './decode.ts';
import type { SkippedFile } from './skipped.ts';

/** Larger files are skipped. */
export const MAX_PICTURE_BYTES: number = 2 ** 28;
/** All samples together. */
const MAX_SAMPLES = 2 ** 31;
/** The pictures of a class must not stand together: what takes the first ones takes some of each. */
const ORDER_SEED = 1;

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
 * Reads pictures one after another, so that besides their samples of the network's size one file at most is in memory. What
 * cannot be read is skipped, and so is a held-out picture of which training has a copy.
 *
 * @param onProgress called with the number of files that are done
 * @throws WjpegError `FOLDER_EMPTY` if nothing is left, `FOLDER_TOO_LARGE`
 */
export async function loadPictures(
  { path, training, heldOut, indices, maxTraining = Infinity }: PicturesToLoad,
  spec: ImageInputSpec,
  onProgress: (done: number) => void = () => {},
): Promise<LoadedPictures> {
  const { width, height, channels } = spec;
  const size = channels * width * height;
  const lists = [inOrder(training).slice(0, maxTraining), inOrder(heldOut)];
  const files = lists[0].length + lists[1].length;
  if (files * size > MAX_SAMPLES) {
    throw new WjpegError(
      'limit',
      'FOLDER_TOO_LARGE',
      `${path} has ${files} pictures, ${files * size} samples at ${width}×${height}: at most ${MAX_SAMPLES} are held, choose a smaller size`,
    );
  }
  const pictures = new Uint8Array(files * size);
  const labels = new Uint8Array(files);
  const skipped: SkippedFile[] = [];
  /** By their bytes. */
  const trained = new Map<string, string>();
  let count = 0;
  let trainingCount = 0;
  let done = 0;
  for (const [part, list] of lists.entries()) {
    const read = ({ file }: { file: string }): Promise<Uint8Array> =>
      readFileBytes(join(path, file), MAX_PICTURE_BYTES);
    for await (const { file, label, content } of readAhead(list, read)) {
      try {
        const bytes = content();
        const key = createHash('sha256').update(bytes).digest('base64');
        const copy = part === 1 ? trained.get(key) : undefined;
        if (copy === undefined) {
          pictures.set(decodeSamples(bytes, spec).samples, count * size);
          labels[count++] = indices?.[label] ?? label;
          if (part === 0) trained.set(key, file);
        } else skipped.push({ file, reason: `held out, but a copy of ${copy}, which is trained on` });
      } catch (error) {
        if (!(error instanceof WjpegError)) throw error;
        skipped.push({ file, reason: error.message });
      }
      onProgress(++done);
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

function inOrder(classes: readonly ClassFiles[]): { file: string; label: number }[] {
  const all = classes.flatMap(({ files }, label) => files.map((file) => ({ file, label })));
  return Array.from(new Random(ORDER_SEED).permutation(all.length), (at) => all[at]);
}
