import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WjpegError } from '../../errors.ts';
import { explainFileError } from '../../node/file-errors.ts';

/** A model as it is given: where it is, and what requests call it. */
export interface NamedModel {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

const FIRST_VERSION = '1';
const MODEL_FILE = /\.(wjz|jpe?g)$/i;

/**
 * `path`, `name=path` or `name:version=path`; the path may be a folder with one model in it, as KServe mounts them. Without a name
 * a file is called as it is, without its ending.
 *
 * @throws WjpegError `SERVE_NAME` for names given twice, and folders that do not hold one model; `FILE_…`
 */
export async function namedModels(words: readonly string[]): Promise<NamedModel[]> {
  const models: NamedModel[] = [];
  for (const word of words) {
    const [, name, version, path] = /^([\w.-]+)(?::([\w.-]+))?=(.+)$/s.exec(word) ?? [];
    const file = await modelFile(path ?? word);
    const model = {
      name: name ?? basename(file).replace(MODEL_FILE, ''),
      version: version ?? FIRST_VERSION,
      path: file,
    };
    if (models.some((other) => other.name === model.name && other.version === model.version)) {
      throw new WjpegError(
        'misuse',
        'SERVE_NAME',
        `two models are called ${model.name}, version ${model.version}: name them, name=path or name:version=path`,
      );
    }
    models.push(model);
  }
  return models;
}

async function modelFile(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isDirectory()) return path;
  const names = await readdir(path).catch((error: unknown) => {
    throw explainFileError(error, 'list', path);
  });
  const files = names.filter((name) => MODEL_FILE.test(name));
  if (files.length === 1) return join(path, files[0]);
  throw new WjpegError(
    'misuse',
    'SERVE_NAME',
    `${path} has ${files.length} models (.wjz, .jpg), expected one`,
  );
}
