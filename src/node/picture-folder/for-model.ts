import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec, InputSpec } from '../../format/manifest.ts';
import { firstNames } from '../../text/names.ts';
import { type ClassFiles, listPictureFolder, MAX_CLASSES, type PictureFolder } from './classes.ts';
import { type LoadedPictures, loadPictures } from './load.ts';
import type { PictureReader } from './read.ts';
import { splitFolder } from './training.ts';

/** The model that pictures are loaded for. */
export interface ModelOfPictures {
  readonly input: InputSpec;
  /** Names of its outputs, by which classes are found; absent: classes are outputs in the order of their names. */
  readonly labels?: readonly string[] | undefined;
}

/** Which pictures of a folder. */
export interface FolderPart {
  /**
   * `test`: of the folder `test`, or else `validation`, or else all of them; `held out`: those that `wjpeg train` holds out by
   * default, `training`: the others.
   */
  readonly part: 'test' | 'training' | 'held out';
  /** How many at most. */
  readonly max?: number;
}

/**
 * Loads pictures of a folder as a model takes them.
 *
 * @returns also whether they are all that the folder has, since nothing says which ones are to test with
 * @throws WjpegError `FOLDER_…`, `FILE_…`, `DATA_SIZE` for a model that takes no pictures
 */
export async function loadForModel(
  path: string,
  { input, labels }: ModelOfPictures,
  { part, max = Infinity }: FolderPart,
  onProgress: (done: number, of: number) => void = () => {},
  reader?: PictureReader,
): Promise<LoadedPictures & { readonly isWhole: boolean }> {
  const spec = pictureSpec(path, input);
  const folder = await listPictureFolder(path);
  const chosen = partOf(folder, part);
  const total = chosen.reduce((sum, { files }) => sum + files.length, 0);
  const loaded = await loadPictures(
    {
      path,
      training: chosen,
      heldOut: [],
      indices: labelIndices(path, chosen, labels),
      ...(max < total && { maxTraining: max }),
    },
    spec,
    (done) => onProgress(done, Math.min(max, total)),
    reader,
  );
  return {
    ...loaded,
    skipped: [...folder.skipped, ...loaded.skipped],
    isWhole: chosen === folder.classes,
  };
}

function pictureSpec(path: string, input: InputSpec): ImageInputSpec {
  if (input.kind === 'image') return input;
  throw new WjpegError(
    'misuse',
    'DATA_SIZE',
    `${path} is a folder of pictures, but the model takes a vector of ${input.length} numbers (wjpeg compress --input makes it take pictures)`,
  );
}

function partOf(folder: PictureFolder, part: FolderPart['part']): readonly ClassFiles[] {
  if (part === 'test') return folder.test ?? folder.validation ?? folder.classes;
  const { training, heldOut } = splitFolder(folder);
  return part === 'training' ? training : heldOut;
}

/** Canonical whole numbers, as outputs without labels are called. */
const INDEX = /^(0|[1-9]\d*)$/;

/** The output of each class. */
function labelIndices(
  path: string,
  classes: readonly ClassFiles[],
  labels: readonly string[] | undefined,
): number[] {
  const names = classes.map(({ name }) => name);
  if (labels === undefined) {
    return names.every((name) => INDEX.test(name) && Number(name) < MAX_CLASSES)
      ? names.map(Number)
      : [...names.keys()];
  }
  return names.map((name) => {
    const index = labels.indexOf(name);
    if (index >= MAX_CLASSES) {
      throw new WjpegError(
        'limit',
        'FOLDER_LABEL',
        `${path} has the class '${name}', which is output ${index} of the model: labelled pictures have at most ${MAX_CLASSES} classes`,
      );
    }
    if (index >= 0) return index;
    throw new WjpegError(
      'misuse',
      'FOLDER_LABEL',
      `${path} has the class '${name}', which the model does not have: its labels are ${firstNames(labels)}`,
    );
  });
}
