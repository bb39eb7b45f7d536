import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFileError } from '../../node/file-errors.ts';
import { walkFiles } from '../../node/picture-folder/walk.ts';
import { errorText } from '../../node/workers/messages.ts';
import type { LeftOut } from '../left-out.ts';
import { isPattern, matching, noPicture, PICTURE } from '../picture-list.ts';
import { namesIn } from './lists.ts';
import type { ScorePicture, Wanted } from './picture.ts';
import { picturesInTar } from './tar.ts';

/** Where pictures come from, in this order. */
export interface PictureSources {
  /** Files, folders and patterns. */
  readonly names: readonly string[];
  /** A file with names, and whether NUL ends them. */
  readonly list?: { readonly file: string; readonly isNull: boolean } | undefined;
  /** A tar archive. */
  readonly tar?: string | undefined;
}

/**
 * Pictures that are wanted, in an order that is always the same: what a folder holds by name, first its files, then its
 * subfolders. What cannot be found is a picture with an error; `leftOut` gets what folders have besides pictures.
 *
 * @throws WjpegError `SCORE_TAR`, `SCORE_LIST`, `FILE_…` for a list or an archive that cannot be read
 */
export async function* picturesOf(
  sources: PictureSources,
  wanted: Wanted,
  leftOut: LeftOut,
): AsyncGenerator<ScorePicture> {
  for (const name of sources.names) {
    for await (const picture of picturesNamed(name, leftOut)) if (await wanted(picture.file)) yield picture;
  }
  if (sources.list) {
    const { file, isNull } = sources.list;
    for await (const name of namesIn(file, isNull)) if (await wanted(name)) yield { file: name };
  }
  if (sources.tar !== undefined) yield* picturesInTar(sources.tar, wanted);
}

/** How many pictures names stand for. */
export async function countPictures(names: readonly string[]): Promise<number> {
  let count = 0;
  for (const name of names) for await (const _ of picturesNamed(name)) count++;
  return count;
}

async function* picturesNamed(name: string, leftOut?: LeftOut): AsyncGenerator<ScorePicture> {
  const stats = await stat(name).catch(() => undefined);
  let count = 0;
  if (stats?.isDirectory()) {
    try {
      for await (const file of walkFiles(name, '', () => {})) {
        if (!PICTURE.test(file)) {
          leftOut?.add(file);
          continue;
        }
        count++;
        yield { file: join(name, file) };
      }
    } catch (error) {
      yield { file: name, error: errorText(explainFileError(error, 'list', name)) };
      return;
    }
  } else if (stats || !isPattern(name)) {
    yield { file: name };
    return;
  } else {
    for (const file of await matching(name)) {
      count++;
      yield { file };
    }
  }
  if (count === 0) yield { file: name, error: errorText(noPicture(name)) };
}
