import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errorOf, prefixesOf } from '../../bench/by-parts/prefixes.ts';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';

const { WJPEG_MNIST_DIR: mnist, WJPEG_REFERENCE_MODEL: model } = process.env;
const title =
  mnist && model
    ? 'the reference model at quality 20'
    : 'the reference model at quality 20: skipped, WJPEG_MNIST_DIR or WJPEG_REFERENCE_MODEL is not set';

const OPTIONS: CompressOptions = {
  input: {
    kind: 'image',
    width: 28,
    height: 28,
    channels: 1,
    mean: 0,
    std: 1,
    preprocessing: { background: 'dark', fit: 'contain' },
  },
  quality: 20,
  layout: 'auto',
  map: 'min-max',
  scope: 'row',
  layers: 'auto',
  rest: 'F16',
};

describe.skipIf(!mnist || !model)(title, () => {
  it('is within a point of itself at half of the bytes, and ends where the ordinary file is', async () => {
    const network = networkFromStateDict(readSafetensors(readFileSync(model as string)));
    const pictures = await loadIdxPair(mnist as string, 't10k');
    const write = (progressive: boolean): Uint8Array =>
      writeWjz(compress(network, { ...OPTIONS, progressive }).content);
    const file = write(true);
    const prefixes = await prefixesOf(file);
    const errors: number[] = [];
    for (const prefix of prefixes) errors.push(await errorOf(prefix.file, pictures));
    const steps = prefixes.map(
      ({ bytes }, index) =>
        `${((100 * bytes) / file.length).toFixed(1)} %: ${(100 * errors[index]).toFixed(2)} %`,
    );
    console.log(`${file.length} bytes; error by part of the bytes: ${steps.join(', ')}`);
    const last = errors[errors.length - 1];
    const half = errors[prefixes.findLastIndex(({ bytes }) => bytes <= file.length / 2)];
    expect(half).toBeLessThanOrEqual(last + 0.01);
    expect(errors[0]).toBeGreaterThan(half);
    expect(last).toBe(await errorOf(readWjz(write(false)), pictures));
  });
});
