import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { availability } from '../../src/runtime/backends/availability.ts';
import { BACKEND_NAMES } from '../../src/runtime/backends/names.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle } from '../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import '../../src/gpu.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { networkFromStateDict } from '../../src/importers/state-dict/network.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import type { SessionOptions } from '../../src/runtime/options.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { compareWithOracle } from '../../src/runtime/verify.ts';
import { readSafetensors } from '../../src/safetensors/read.ts';
import type { AffineMapScope } from '../../src/weights/affine-map.ts';

/** The original experiment on the real data, against design/figures.md. */
const mnist = process.env.WJPEG_MNIST_DIR;
const reference = process.env.WJPEG_REFERENCE_MODEL;
const missing = !mnist
  ? 'WJPEG_MNIST_DIR is not set'
  : reference
    ? undefined
    : 'WJPEG_REFERENCE_MODEL is not set';

/** Test accuracy in percent, min-max per row: by pixels, by coefficients. */
const FIGURES = [
  [90, 97.18, 97.19],
  [50, 97.27, 97.21],
  [20, 97.35, 97.29],
  [10, 96.86, 96.84],
  [5, 96.09, 96.14],
] as const;

describe.skipIf(missing !== undefined)(missing ? `MNIST: skipped, ${missing}` : 'MNIST', () => {
  let data: LabelledPictures;
  let dense: Uint8Array;

  beforeAll(async () => {
    data = await loadIdxPair(mnist as string, 't10k');
    dense = readFileSync(reference as string);
  });

  function stored(quality: number, scope: AffineMapScope): WjzFile {
    const { content } = compress(networkFromStateDict(readSafetensors(dense)), {
      input: {
        kind: 'image',
        width: 28,
        height: 28,
        channels: 1,
        mean: 0,
        std: 1,
        preprocessing: { background: 'dark', fit: 'contain' },
      },
      quality,
      scope,
      layout: 'auto',
      map: 'min-max',
      layers: 'auto',
      rest: 'F16',
    });
    return readWjz(writeWjz(content));
  }

  async function accuracy(file: WjzFile, options: SessionOptions): Promise<number> {
    const session = await InferenceSession.fromFile(file, { backends: ['wasm'], ...options });
    const { correct } = await evaluate(session, data, data.count);
    session.dispose();
    return (100 * correct) / data.count;
  }

  it('dense: 97.21%', async () => {
    expect(await accuracy(stored(20, 'layer'), { path: 'dense', dense })).toBeCloseTo(97.21, 10);
  });

  it.each(FIGURES)(
    'quality %i: matrix and coefficient within 0.15 points of the figures',
    async (quality, pixels, own) => {
      const file = stored(quality, 'row');
      expect(Math.abs((await accuracy(file, { path: 'expanded' })) - pixels)).toBeLessThanOrEqual(0.15);
      expect(Math.abs((await accuracy(file, { path: 'coefficient' })) - own)).toBeLessThanOrEqual(0.15);
    },
  );

  // `wjpeg verify --data DIR --samples 10000` takes all of them (docs/reliability.md).
  it.each(['row', 'layer'] as const)('one scale a %s: exact on 500 test images', async (scope) => {
    const file = stored(20, scope);
    const inputs = evaluationInputs(file.manifest.input, 500, data);
    const oracle = new Oracle(loadNetwork(file, 'coefficient'));
    const exact = inputs.map((input) => oracle.run(input));
    const session = await InferenceSession.fromFile(file, { backends: ['wasm'] });
    const { max, sameAnswer } = await compareWithOracle(session, inputs, exact);
    expect(max).toBeLessThanOrEqual(1e-5);
    expect(sameAnswer).toBe(inputs.length);
    for (const name of BACKEND_NAMES) {
      if (!(await availability(name)).available) continue;
      const other = await InferenceSession.fromFile(file, { backends: [name] });
      const sample = await compareWithOracle(other, inputs.slice(0, 64), exact);
      expect({ name, max: sample.max <= 1e-5 }).toEqual({ name, max: true });
      other.dispose();
    }
  });
});
