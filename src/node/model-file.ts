import { namingAsync } from '../errors.ts';
import { openWjz, type WjzFile } from '../format/reading.ts';
import { readFileBytes } from './files.ts';

/** Larger models are not read at all. */
export const MAX_MODEL_BYTES: number = 2 ** 30;

/** Reads a `.wjz` file; errors name the file. */
export async function readModel(path: string): Promise<WjzFile> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  return namingAsync(path, () => openWjz(bytes));
}
