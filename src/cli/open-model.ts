import { extname } from 'node:path';
import { namingAsync, WjpegError } from '../errors.ts';
import { openWjz, type WjzFile } from '../format/reading.ts';
import { readFileBytes } from '../node/files.ts';
import { MAX_MODEL_BYTES } from '../node/model-file.ts';
import { commandLine } from './next-command.ts';

/** Reads a model; errors name the file. */
export async function readModel(path: string): Promise<WjzFile> {
  return openModel(path, await readFileBytes(path, MAX_MODEL_BYTES));
}

/**
 * Opens a model that has been read; errors name the file, as `named` if given. Of a network in another format they say which command
 * makes a model of it, of other files what they are.
 */
export function openModel(path: string, bytes: Uint8Array, named = path): Promise<WjzFile> {
  return namingAsync(named, () => openWjz(bytes).catch((error) => explain(error, path, bytes)));
}

async function explain(error: unknown, path: string, bytes: Uint8Array): Promise<never> {
  const { code } = error instanceof WjpegError ? error : {};
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  // An archive that is cut short is none either.
  if (code !== (isZip ? 'WJZ_NO_MANIFEST' : 'ZIP_SIGNATURE')) throw error;
  // Loaded here, as no model needs it.
  const { networkFormat, refusalAsModel } = await import('../importers/file-kinds.ts');
  const format = networkFormat(bytes);
  if (format === undefined) throw refusalAsModel(bytes, path, error) ?? error;
  const output = `${path.slice(0, path.length - extname(path).length)}.wjz`;
  throw new WjpegError(
    'unsupported',
    'MODEL_NOT_COMPRESSED',
    `this is ${format}, expected a model of wjpeg: make one of it with ${commandLine('wjpeg', ['compress', path, '-o', output])}`,
    { cause: error },
  );
}
