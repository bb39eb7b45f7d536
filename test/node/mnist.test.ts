import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { labelCount } from '../../src/image/labelled-pictures.ts';
import { loadIdxPair } from '../../src/node/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wjpeg-mnist-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function idx(dimensions: readonly number[]): Uint8Array {
  const length = dimensions.reduce((product, dimension) => product * dimension, 1);
  const bytes = new Uint8Array(4 + 4 * dimensions.length + length).fill(3);
  bytes.set([0, 0, 8, dimensions.length]);
  const view = new DataView(bytes.buffer);
  dimensions.forEach((dimension, index) => {
    view.setUint32(4 + 4 * index, dimension);
  });
  return bytes;
}

const PICTURES = 'train-images-idx3-ubyte';
const LABELS = 'train-labels-idx1-ubyte';

function put(name: string, bytes: Uint8Array): void {
  writeFileSync(join(folder, name), bytes);
}

test('a pair, one file plain and the other packed', async () => {
  put(PICTURES, idx([4, 3, 2]));
  put(`${LABELS}.gz`, gzipSync(idx([4])));
  const pair = await loadIdxPair(folder, 'train');
  expect(pair).toMatchObject({ count: 4, width: 2, height: 3 });
  expect(pair.pictures).toHaveLength(24);
  expect(Array.from(pair.labels)).toEqual([3, 3, 3, 3]);
});

describe('refused', () => {
  test('a folder that is missing', async () => {
    await expect(loadIdxPair(join(folder, 'absent'), 'train')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: expect.stringMatching(/^cannot list .*absent: no such file or folder$/),
    });
  });

  test('an empty folder', async () => {
    await expect(loadIdxPair(folder, 'train')).rejects.toThrow(
      `${folder} is empty: expected ${PICTURES} or ${PICTURES}.gz`,
    );
  });

  test('the other subset', async () => {
    put(PICTURES, idx([1, 1, 1]));
    put(LABELS, idx([1]));
    await expect(loadIdxPair(folder, 't10k')).rejects.toThrow(/has neither: expected t10k-images-idx3-ubyte/);
  });

  test.each([
    ['more labels than pictures', idx([2, 1, 1]), idx([3]), /train has 2 pictures but 3 labels/],
    ['no pictures', idx([0, 28, 28]), idx([0]), /train has 0 pictures of 28×28/],
    ['pictures without size', idx([5, 0, 28]), idx([5]), /train has 5 pictures of 28×0/],
    [
      'labels in the place of pictures',
      idx([2]),
      idx([2]),
      /images-idx3-ubyte: expected 3 dimensions, got 2$/,
    ],
    [
      'pictures in the place of labels',
      idx([2, 1, 1]),
      idx([2, 1, 1]),
      /labels.*: expected 1 dimension, got 2×1×1$/,
    ],
    [
      'a length that lies',
      idx([2, 1, 1]).subarray(0, 17),
      idx([2]),
      /images-idx3-ubyte: IDX file: 2×1×1 bytes need/,
    ],
  ])('%s', async (_, pictures, labels, message) => {
    put(PICTURES, pictures);
    put(LABELS, labels);
    await expect(loadIdxPair(folder, 'train')).rejects.toThrow(message);
  });

  test('a gzip file cut short', async () => {
    put(`${PICTURES}.gz`, gzipSync(idx([9, 9, 9])).subarray(0, 30));
    put(LABELS, idx([9]));
    await expect(loadIdxPair(folder, 'train')).rejects.toMatchObject({
      kind: 'corrupt',
      code: 'IDX_GZIP',
      message: expect.stringMatching(/is not a complete gzip file/),
    });
  });
});

const mnist = process.env.WJPEG_MNIST_DIR;
describe.skipIf(!mnist)(`MNIST${mnist ? '' : ' (skipped: WJPEG_MNIST_DIR is not set)'}`, () => {
  test('the test set: 10,000 pictures of 28×28, digits 0 to 9', async () => {
    const { count, width, height, labels } = await loadIdxPair(mnist ?? '', 't10k');
    expect([count, width, height]).toEqual([10_000, 28, 28]);
    expect(Array.from(labels.subarray(0, 5))).toEqual([7, 2, 1, 0, 4]);
    expect(labelCount(labels)).toBe(10);
  });
});
