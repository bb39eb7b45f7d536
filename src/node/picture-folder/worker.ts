import type { Done } from '../workers/do-jobs.ts';
import { type ReadPicture, type ReadSettings, readPictures } from './read.ts';

/** What a thread does that reads pictures. */
export async function beginReading({
  spec,
}: ReadSettings): Promise<(paths: readonly string[]) => Promise<Done<readonly ReadPicture[]>>> {
  return async (paths) => {
    const result = await readPictures(paths, spec);
    const transfer = result.flatMap((picture) =>
      'samples' in picture ? [picture.samples.buffer as ArrayBuffer] : [],
    );
    return { result, transfer };
  };
}
