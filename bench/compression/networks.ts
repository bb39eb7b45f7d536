import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { WjpegError } from '../../src/errors.ts';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWeights } from '../../src/importers/read-weights.ts';
import { readFileBytes } from '../../src/node/files.ts';
import { safetensorsMetadata } from '../../src/safetensors/metadata.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';

/** Data sets of 28×28 pictures in IDX files. */
export type DataSet = 'mnist' | 'fashion-mnist';

/** A network to compress, and what it was trained on. */
export interface Subject {
  /** Name of the file, without `.safetensors`. */
  readonly name: string;
  /** Features from the input to the answers: 784-512-10. */
  readonly sizes: string;
  readonly network: DenseNetwork;
  readonly data: DataSet;
  readonly input: ImageInputSpec;
}

/** A file that is no network for 28×28 pictures, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

const SIDE = 28;
const MAX_BYTES = 2 ** 28;

/** The safetensors files among `paths` and in the folders among them, in order of their names within each. */
export async function safetensorsFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = (await readdir(path)).filter((name) => name.endsWith('.safetensors'));
      return names.sort().map((name) => join(path, name));
    }),
  );
  return found.flat();
}

/**
 * Reads a network. `__metadata__` of the file may name its data set (`dataset`: mnist or fashion-mnist) and the
 * normalisation of its inputs (`mean`, `std`), as train_networks.py writes them; MNIST as 0…1 if it does not.
 */
export async function readSubject(path: string): Promise<Subject | Skipped> {
  const name = basename(path, '.safetensors');
  try {
    const bytes = await readFileBytes(path, MAX_BYTES);
    const network = readWeights(bytes);
    const layers = linearLayers(network);
    if (layers[0].inFeatures !== SIDE * SIDE) {
      return { name, reason: `${layers[0].inFeatures} inputs, not ${SIDE}×${SIDE} pictures` };
    }
    const { dataset, mean, std } = safetensorsMetadata(bytes);
    return {
      name,
      sizes: sizesOf(layers),
      network,
      data: dataset === 'fashion-mnist' ? 'fashion-mnist' : 'mnist',
      input: {
        kind: 'image',
        width: SIDE,
        height: SIDE,
        channels: 1,
        mean: Number(mean ?? 0),
        std: Number(std ?? 1),
        preprocessing: { background: 'dark', fit: 'contain' },
      },
    };
  } catch (error) {
    if (error instanceof WjpegError) return { name, reason: error.message };
    throw error;
  }
}

function sizesOf(layers: readonly DenseLinear[]): string {
  return [layers[0].inFeatures, ...layers.map(({ outFeatures }) => outFeatures)].join('-');
}
