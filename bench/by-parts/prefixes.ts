import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import { PartialWjz } from '../../src/format/partial.ts';
import type { WjzFile } from '../../src/format/reading.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { InferenceSession } from '../../src/runtime/session.ts';

/** A file as far as it is a net of its own: from so many bytes on a session answers with it. */
export interface Prefix {
  readonly bytes: number;
  readonly scans: number;
  readonly file: WjzFile;
}

/** Every prefix of a file that is a better net than the one before, from what a session that loads it by parts sees. */
export async function prefixesOf(archive: Uint8Array): Promise<Prefix[]> {
  const partial = new PartialWjz(DEFAULT_LIMITS);
  const prefixes: Prefix[] = [];
  for (let bytes = 1; bytes <= archive.length; bytes++) {
    await partial.advance(archive.subarray(0, bytes));
    const scans = partial.jpegs.reduce((sum, jpeg) => sum + jpeg.scans, 0);
    const { file } = partial;
    if (file && scans > (prefixes.at(-1)?.scans ?? 0)) prefixes.push({ bytes, scans, file });
  }
  return prefixes;
}

/** Part of the pictures that a net labels wrongly. */
export async function errorOf(file: WjzFile, pictures: LabelledPictures): Promise<number> {
  const session = await InferenceSession.fromFile(file);
  try {
    const { correct } = await evaluate(session, pictures, pictures.count);
    return (pictures.count - correct) / pictures.count;
  } finally {
    session.dispose();
  }
}
