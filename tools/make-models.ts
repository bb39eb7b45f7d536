/**
 * npm run data:models: makes the embedded models in data/ from the reference weights (WJPEG_REFERENCE_MODEL).
 * The same weights and settings give the same bytes on every machine.
 */
import { join } from 'node:path';
import { runProgram } from '../src/cli/program.ts';
import { compress } from '../src/compress/compress.ts';
import type { CompressOptions } from '../src/compress/options.ts';
import { WjpegError } from '../src/errors.ts';
import { networkFromStateDict } from '../src/model/state-dict.ts';
import { readFileBytes, writeFileAtomic } from '../src/node/files.ts';
import { readSafetensors } from '../src/safetensors/read.ts';
import { writeWjz } from '../src/wjz/write.ts';

const MODELS: Readonly<Record<string, Pick<CompressOptions, 'quality' | 'scope'>>> = {
  'mnist-mlp-512-q20.wjz': { quality: 20, scope: 'layer' },
  'mnist-mlp-512-q20-row.wjz': { quality: 20, scope: 'row' },
};

await runProgram('data:models', async () => {
  const reference = process.env.WJPEG_REFERENCE_MODEL;
  if (!reference) {
    throw new WjpegError(
      'misuse',
      'NO_REFERENCE',
      'WJPEG_REFERENCE_MODEL is not set, expected mnist-mlp-512.safetensors',
    );
  }
  const network = networkFromStateDict(readSafetensors(await readFileBytes(reference, 2 ** 28)));
  for (const [file, { quality, scope }] of Object.entries(MODELS)) {
    const { content } = compress(network, {
      input: { kind: 'image', width: 28, height: 28, channels: 1, mean: 0, std: 1, ground: 'dark' },
      quality,
      scope,
      arrangement: 'auto',
      map: 'min-max',
      layers: 'auto',
      rest: 'F16',
      name: 'mnist-mlp-512',
      description: `784-512-10 on MNIST, first layer a JPEG of quality ${quality}, one sample map for the ${scope}`,
      license: 'MIT',
      labels: Array.from('0123456789'),
      denseAccuracy: 0.9721,
    });
    const bytes = writeWjz(content);
    await writeFileAtomic(join('data', file), bytes);
    process.stdout.write(`data/${file}: ${bytes.length} bytes\n`);
  }
});
