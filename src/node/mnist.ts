import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { naming, WjpegError } from '../errors.ts';
import { type IdxArray, parseIdx } from '../image/idx.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { explainFileError } from './file-errors.ts';
import { readFileBytes } from './files.ts';

/** The training set or the test set, by the names of MNIST's files. */
export type IdxSubset = 'train' | 't10k';

/** Largest file, unpacked: MNIST's training pictures are 47 MB. */
const MAX_BYTES = 2 ** 30;

/**
 * Loads `<subset>-images-idx3-ubyte`, or of colour pictures `<subset>-images-idx4-ubyte`, and `<subset>-labels-idx1-ubyte` from
 * a folder, each plain or as `.gz`, and checks that they belong together. Pictures are width × height bytes each, row-major, one
 * after the other; of colour ones × 3, the channels of a pixel together.
 *
 * @param folder the path of the folder
 * @throws `WjpegError` `IDX_…` for files that are missing, damaged or do not match, `FILE_…` if one cannot be
 *   read
 */
export async function loadIdxPair(folder: string, subset: IdxSubset): Promise<LabelledPictures> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainFileError(error, 'list', folder);
  });
  const isColour =
    hasFile(names, `${subset}-images-idx4-ubyte`) && !hasFile(names, `${subset}-images-idx3-ubyte`);
  const pictures = await loadIdx(
    folder,
    names,
    `${subset}-images-idx${isColour ? 4 : 3}-ubyte`,
    isColour ? 4 : 3,
  );
  const labels = await loadIdx(folder, names, `${subset}-labels-idx1-ubyte`, 1);
  const [count, height, width, channels = 1] = pictures.dimensions;
  if (channels !== (isColour ? 3 : 1)) {
    throw new WjpegError(
      'unsupported',
      'IDX_FORMAT',
      `${folder}: ${subset} has pictures of ${channels} channels, expected 3 (red, green, blue)`,
    );
  }
  if (labels.dimensions[0] !== count) {
    throw new WjpegError(
      'corrupt',
      'IDX_COUNT',
      `${folder}: ${subset} has ${count} pictures but ${labels.dimensions[0]} labels`,
    );
  }
  if (count * height * width === 0) {
    throw new WjpegError(
      'corrupt',
      'IDX_COUNT',
      `${folder}: ${subset} has ${count} pictures of ${width}×${height}`,
    );
  }
  const common = { count, width, height, labels: labels.data };
  return isColour
    ? { ...common, channels: 3, pictures: planesOf(pictures.data, count, width * height) }
    : { ...common, pictures: pictures.data };
}

function hasFile(names: readonly string[], stem: string): boolean {
  return names.includes(stem) || names.includes(`${stem}.gz`);
}

/** Red, green and blue of each pixel as three planes of each picture. */
function planesOf(pixels: Uint8Array, count: number, area: number): Uint8Array {
  const planes = new Uint8Array(pixels.length);
  for (let picture = 0, from = 0; picture < count; picture++) {
    const start = picture * 3 * area;
    for (let at = 0; at < area; at++) {
      for (let channel = 0; channel < 3; channel++) planes[start + channel * area + at] = pixels[from++];
    }
  }
  return planes;
}

async function loadIdx(
  folder: string,
  names: readonly string[],
  stem: string,
  rank: number,
): Promise<IdxArray> {
  const name = [stem, `${stem}.gz`].find((candidate) => names.includes(candidate));
  if (name === undefined) {
    const found = names.length === 0 ? 'is empty' : 'has neither';
    throw new WjpegError(
      'unavailable',
      'IDX_MISSING',
      `${folder} ${found}: expected ${stem} or ${stem}.gz, or one folder of PNG or JPEG files per class`,
    );
  }
  const path = join(folder, name);
  const file = await readFileBytes(path, MAX_BYTES);
  const bytes = name.endsWith('.gz') ? gunzip(file, path) : file;
  const array = naming(path, () => parseIdx(bytes));
  if (array.dimensions.length !== rank) {
    throw new WjpegError(
      'corrupt',
      'IDX_FORMAT',
      `${path}: expected ${rank} dimension${rank === 1 ? '' : 's'}, got ${array.dimensions.join('×')}`,
    );
  }
  return array;
}

function gunzip(file: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(file, { maxOutputLength: MAX_BYTES });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw code === 'ERR_BUFFER_TOO_LARGE'
      ? new WjpegError('limit', 'FILE_TOO_LARGE', `${path} unpacks to more than ${MAX_BYTES} bytes`, {
          cause,
        })
      : new WjpegError('corrupt', 'IDX_GZIP', `${path} is not a complete gzip file: ${message}`, { cause });
  }
}
