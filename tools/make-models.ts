/**
 * npm run data:models: makes the embedded models in data/ from the reference weights (WJPEG_REFERENCE_MODEL).
 * The same weights and settings give the same bytes on every machine.
 */
import { join } from 'node:path';
import { compress } from '../src/compress/compress.ts';
import type { CompressOptions } from '../src/compress/options.ts';
import { WjpegError } from '../src/errors.ts';
import { PICTURE_DEFAULTS } from '../src/format/manifest.ts';
import { writeWjz } from '../src/format/write.ts';
import { networkFromStateDict } from '../src/importers/state-dict/network.ts';
import { readFileBytes, writeFileAtomic } from '../src/node/files.ts';
import { loadCalibration } from '../src/node/training-pictures.ts';
import { readSafetensors } from '../src/safetensors/read.ts';
import { runProgram } from '../src/terminal/program.ts';
import type { DenseNetwork } from '../src/weights/dense-network.ts';

type Setting = Pick<CompressOptions, 'quality' | 'map' | 'scope' | 'entropy'> & {
  readonly description: string;
};

const PLAIN: Readonly<Record<string, Setting>> = {
  'mnist-mlp-512-q20.wjz': plain('layer'),
  'mnist-mlp-512-q20-row.wjz': plain('row'),
};

/** The quality that `wjpeg compress` has by default. */
const CALIBRATED = 'mnist-mlp-512-calibrated.wjz';
const CALIBRATION_IMAGES = 6000;

const INPUT = {
  kind: 'image',
  width: 28,
  height: 28,
  ...PICTURE_DEFAULTS,
  preprocessing: { background: 'dark', fit: 'center-of-mass' },
} as const;

function plain(scope: NonNullable<CompressOptions['scope']>): Setting {
  const description = `784-512-10 on MNIST, first layer a JPEG of quality 20, one affine map for the ${scope}`;
  return { quality: 20, map: 'min-max', scope, description };
}

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
  const make = async (network: DenseNetwork, file: string, setting: Setting & Partial<CompressOptions>) => {
    const { content } = compress(network, {
      input: INPUT,
      layout: 'auto',
      layers: 'auto',
      rest: 'F16',
      name: 'mnist-mlp-512',
      license: 'MIT',
      labels: Array.from('0123456789'),
      denseAccuracy: 0.9721,
      ...setting,
    });
    const bytes = writeWjz(content);
    await writeFileAtomic(join('data', file), bytes);
    process.stdout.write(`data/${file}: ${bytes.length} bytes\n`);
  };
  for (const [file, setting] of Object.entries(PLAIN)) await make(network, file, setting);
  const folder = process.env.WJPEG_MNIST_DIR;
  if (!folder) {
    process.stdout.write(`data/${CALIBRATED}: left as it is, WJPEG_MNIST_DIR is not set\n`);
    return;
  }
  await make(network, CALIBRATED, {
    quality: 20,
    map: 'symmetric',
    scope: 'layer',
    entropy: 'arithmetic',
    calibration: await loadCalibration(folder, { input: INPUT }, CALIBRATION_IMAGES),
    description: '784-512-10 on MNIST, not retrained: coefficients calibrated on 6,000 training images',
  });
});
