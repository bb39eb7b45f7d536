/**
 * npm run accuracy: the original experiment again. The first layer of 784-512-10 as JPEG at several qualities, min-max
 * per row and for the whole layer: bytes and test accuracy on the three paths. Needs the MNIST test images and the
 * reference weights; one JPEG file per row is made by libjpeg-turbo's cjpeg.
 */
import { spawnSync } from 'node:child_process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { formatTable } from '../src/text/table.ts';
import '../src/gpu.ts';
import { compress } from '../src/compress/compress.ts';
import { readWjz, type WjzFile } from '../src/format/read.ts';
import { writeWjz } from '../src/format/write.ts';
import type { LabelledPictures } from '../src/image/labelled-pictures.ts';
import { networkFromStateDict } from '../src/importers/state-dict/network.ts';
import { readFileBytes } from '../src/node/files.ts';
import { loadIdxPair } from '../src/node/mnist.ts';
import { BACKEND_NAMES } from '../src/runtime/backends/names.ts';
import { evaluate } from '../src/runtime/evaluate.ts';
import type { SessionOptions } from '../src/runtime/options.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { readSafetensors } from '../src/safetensors/read.ts';
import { runProgram } from '../src/terminal/program.ts';
import { withProgress } from '../src/terminal/progress.ts';
import type { AffineMapScope } from '../src/weights/affine-map.ts';
import { fitAffineMap } from '../src/weights/affine-map.ts';
import { type DenseLinear, linearLayers } from '../src/weights/dense-network.ts';
import { describeMachine } from './machine.ts';

const WIDTH = 28;
const HEIGHT = 28;

await runProgram('accuracy', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run accuracy --')
    .options({
      qualities: { type: 'number', array: true, default: [90, 50, 20, 10, 5], describe: 'JPEG qualities' },
      dense: {
        type: 'string',
        default: process.env.WJPEG_REFERENCE_MODEL,
        demandOption: !process.env.WJPEG_REFERENCE_MODEL,
      },
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        demandOption: !process.env.WJPEG_MNIST_DIR,
      },
      backend: { choices: ['auto', ...BACKEND_NAMES] as const, default: 'auto' as const },
      limit: { type: 'number', describe: 'Only the first N test images' },
    })
    .strict()
    .parseAsync();
  const dense = await readFileBytes(options.dense as string, 2 ** 28);
  const network = networkFromStateDict(readSafetensors(dense));
  const data = await loadIdxPair(options.data as string, 't10k');
  const images = Math.min(options.limit ?? data.count, data.count);
  const layer = linearLayers(network)[0] as DenseLinear;
  const backends = options.backend === 'auto' ? 'auto' : [options.backend];
  const accuracy = (file: WjzFile, session: SessionOptions): Promise<string> =>
    measureAccuracy(file, { backends, ...session }, data, images);

  const rows = [
    [
      'map',
      'quality',
      'one file per row',
      'contact sheet',
      '.wjz',
      'expanded',
      'coefficient',
      'nonzeros/weight',
    ],
  ];
  let denseAccuracy: string | undefined;
  for (const scope of ['row', 'layer'] as const satisfies readonly AffineMapScope[]) {
    for (const quality of options.qualities) {
      const { content, layers } = compress(network, {
        input: {
          kind: 'image',
          width: WIDTH,
          height: HEIGHT,
          channels: 1,
          mean: 0,
          std: 1,
          preprocessing: { background: 'dark', fit: 'contain' },
        },
        quality,
        scope,
        layout: 'rows',
        map: 'min-max',
        layers: [layer.name],
        rest: 'F16',
      });
      const bytes = writeWjz(content);
      const file = readWjz(bytes);
      denseAccuracy ??= await accuracy(file, { path: 'dense', dense });
      rows.push([
        `min-max, ${scope}`,
        String(quality),
        scope === 'row' ? filesPerRow(layer, quality) : '',
        String(layers[0]?.bytes),
        String(bytes.length),
        await accuracy(file, { path: 'expanded' }),
        await accuracy(file, { path: 'coefficient' }),
        (layers[0]?.density ?? NaN).toFixed(3),
      ]);
    }
  }
  process.stdout.write(`${formatTable(rows)}\n\n`);
  process.stdout.write(
    `dense: ${denseAccuracy}%, first layer ${layer.weights.byteLength} bytes; ${images} test images\n`,
  );
  process.stdout.write(`${describeMachine()}\n`);
});

async function measureAccuracy(
  file: WjzFile,
  options: SessionOptions,
  data: LabelledPictures,
  images: number,
): Promise<string> {
  const session = await InferenceSession.fromFile(file, options);
  try {
    const title = `${session.path} on ${session.backend}`;
    const { correct } = await withProgress(title, images, (advance) =>
      evaluate(session, data, images, advance),
    );
    return ((100 * correct) / images).toFixed(2);
  } finally {
    session.dispose();
  }
}

/** Bytes of every row as a JPEG file of its own, as libjpeg writes it by default; the original experiment's files. */
function filesPerRow(layer: DenseLinear, quality: number): string {
  const map = fitAffineMap(layer.weights, layer.outFeatures, 'min-max', 'row', Math.fround);
  const header = new TextEncoder().encode(`P5\n${WIDTH} ${HEIGHT}\n255\n`);
  let bytes = 0;
  for (let row = 0; row < layer.outFeatures; row++) {
    const picture = new Uint8Array(header.length + WIDTH * HEIGHT);
    picture.set(header);
    for (let k = 0; k < WIDTH * HEIGHT; k++) {
      const weight = layer.weights[row * layer.inFeatures + k];
      const sample = (weight - (map.offset?.[row] ?? 0)) / map.scale[row] + 128;
      picture[header.length + k] = Math.min(255, Math.max(0, Math.round(sample)));
    }
    const result = spawnSync('cjpeg', ['-grayscale', '-baseline', '-quality', String(quality)], {
      input: picture,
    });
    if (result.error || result.status !== 0) return 'cjpeg is not here';
    bytes += result.stdout.length;
  }
  return String(bytes);
}
