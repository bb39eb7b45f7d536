import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { pictureInput, pictureValues } from '../../src/runtime/sample-inputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-colour-idx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, dimensions: readonly number[], values: readonly number[]): void {
  const bytes = Buffer.alloc(4 + 4 * dimensions.length + values.length);
  bytes[2] = 8;
  bytes[3] = dimensions.length;
  dimensions.forEach((size, at) => {
    bytes.writeUInt32BE(size, 4 + 4 * at);
  });
  bytes.set(values, 4 + 4 * dimensions.length);
  writeFileSync(join(folder, name), bytes);
}

/** Two pictures, 2 wide and 1 high: red, green, blue of each pixel together. */
const PIXELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

test('colour pictures become planes, normalised channel by channel', async () => {
  write('train-images-idx4-ubyte', [2, 1, 2, 3], PIXELS);
  write('train-labels-idx1-ubyte', [2], [0, 1]);
  const data = await loadIdxPair(folder, 'train');
  expect(data).toMatchObject({ count: 2, width: 2, height: 1, channels: 3 });
  expect([...data.pictures]).toEqual([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
  const spec: ImageInputSpec = {
    kind: 'image',
    width: 2,
    height: 1,
    channels: 3,
    mean: [0, 1 / 255, 0],
    std: 1 / 255,
    preprocessing: { background: 'dark', fit: 'contain' },
  };
  const values = pictureValues(data, 1, 1, pictureInput(spec, data));
  [7, 10, 7, 10, 9, 12].forEach((value, at) => {
    expect(values[at]).toBeCloseTo(value, 4);
  });
  expect(() => pictureInput({ ...spec, channels: 1, mean: 0 }, data)).toThrow(
    /colour pictures of 2×1, but the model takes grey 2×1 pictures/,
  );
});

test('four channels are refused', async () => {
  write('t10k-images-idx4-ubyte', [1, 1, 1, 4], [1, 2, 3, 4]);
  write('t10k-labels-idx1-ubyte', [1], [0]);
  await expect(loadIdxPair(folder, 't10k')).rejects.toThrow(/pictures of 4 channels, expected 3/);
});
