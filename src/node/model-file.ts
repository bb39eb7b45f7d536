import { naming } from '../errors.ts';
import { readWjz, type WjzFile } from '../format/read.ts';
import { readFileBytes } from './files.ts';

/** Larger models are not read at all. */
export const MAX_MODEL_BYTES: number = 2 ** 30;

/** Reads a `.wjz` file; errors name the file. */
export async function readModel(path: string): Promise<WjzFile> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  return naming(path, () => readWjz(bytes));
}
