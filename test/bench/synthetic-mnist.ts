import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { mulberry32 } from '../../src/random.ts';
import { exportNetwork } from '../../src/train/export.ts';
import { TRAIN_DEFAULTS } from '../../src/train/options.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { randomNetwork } from '../compress/networks.ts';

/** Pictures of the size of MNIST's: a bright square whose place tells the label, with noise. */
export function squares(count: number, seed: number): LabelledPictures {
  const random = mulberry32(seed);
  const [width, height] = [28, 28];
  const pictures = new Uint8Array(count * width * height);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  labels.forEach((label, i) => {
    const left = 3 + (label % 5) * 5;
    const top = label < 5 ? 5 : 16;
    for (let y = 0; y < 4; y++) {
      const at = (i * height + top + y) * width + left;
      for (let x = 0; x < 4; x++) pictures[at + x] = 120 + random() * 130;
    }
  });
  return { count, width, height, pictures, labels };
}

/** What `npm run frontier` reads: IDX files, dense weights, a folder with a trained file and one that is none. */
export function writeSyntheticMnist(folder: string): { data: string; dense: string; models: string } {
  const paths = { data: folder, dense: join(folder, 'dense.safetensors'), models: join(folder, 'models') };
  mkdirSync(paths.models, { recursive: true });
  // Calibration never uses the last 5,000.
  writeIdx(folder, 'train', squares(5100, 1));
  writeIdx(folder, 't10k', squares(150, 2));
  writeFileSync(paths.dense, encodeFloats(randomNetwork([784, 512, 10]), 'F32'));
  writeFileSync(join(paths.models, 'net.wjz'), trainedFile([512]));
  writeFileSync(join(paths.models, 'another-net.wjz'), trainedFile([8]));
  return paths;
}

/** A net trained for a moment. */
export function trainedFile(hidden: readonly number[]): Uint8Array {
  const options = { ...TRAIN_DEFAULTS, net: `mlp:${hidden.join(',')}`, epochs: 1, batch: 20, validation: 0 };
  const trainer = new Trainer(squares(100, 4), options);
  trainer.runEpoch();
  return writeWjz(exportNetwork(trainer, { jpeg: { entropy: 'arithmetic' } }));
}

/** The two files of one subset, as MNIST has them. */
export function writeIdx(folder: string, subset: string, data: LabelledPictures): void {
  const { count, width, height, pictures, labels } = data;
  writeFileSync(join(folder, `${subset}-images-idx3-ubyte`), idx([count, height, width], pictures));
  writeFileSync(join(folder, `${subset}-labels-idx1-ubyte`), idx([count], Uint8Array.from(labels)));
}

/** One IDX file of bytes. */
export function writeIdxFile(
  folder: string,
  name: string,
  dimensions: readonly number[],
  bytes: Uint8Array,
): void {
  writeFileSync(join(folder, name), idx(dimensions, bytes));
}

function idx(dimensions: readonly number[], bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * dimensions.length + bytes.length);
  file.set([0, 0, 8, dimensions.length]);
  const view = new DataView(file.buffer);
  dimensions.forEach((dimension, index) => {
    view.setUint32(4 + 4 * index, dimension);
  });
  file.set(bytes, 4 + 4 * dimensions.length);
  return file;
}
