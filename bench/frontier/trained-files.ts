import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { naming } from '../../src/errors.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { explainFileError } from '../../src/node/file-errors.ts';
import { readFileBytes } from '../../src/node/files.ts';
import { type Candidate, trainedCandidate } from './candidates.ts';
import { NETS, netOfFile } from './nets.ts';

/** Trained nets take some kilobytes; files beyond this are none. */
const MAX_BYTES = 2 ** 24;

/** The models of a folder that hold one of the frontier's nets and were trained in coefficients, by name. */
export async function trainedFiles(folder: string): Promise<Candidate[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw explainFileError(error, 'list', folder);
  });
  const candidates: Candidate[] = [];
  for (const name of names.filter((other) => /\.(wjz|jpg)$/.test(other)).sort()) {
    const path = join(folder, name);
    const bytes = await readFileBytes(path, MAX_BYTES);
    const file = naming(path, () => readWjz(bytes));
    if (isTrained(file)) candidates.push(trainedCandidate(name, bytes, file));
  }
  return candidates;
}

/** `wjpeg train` stores every layer as a JPEG; what `wjpeg compress` made says so in its origin. */
export function isTrained(file: WjzFile): boolean {
  const { layers, origin } = file.manifest;
  const net = netOfFile(file);
  return (
    NETS.some((known) => known.net === net) &&
    origin?.settings?.quality === undefined &&
    layers.every((layer) => layer.type !== 'linear' || 'jpeg' in layer.weight)
  );
}
