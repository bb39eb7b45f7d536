import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { writeWjz } from '../../src/format/write.ts';
import { argmax } from '../../src/runtime/answer.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { compareWithOracle } from '../../src/runtime/verify.ts';
import type { DenseNetwork } from '../../src/weights/dense-network.ts';
import { runProgram } from '../cli/run-program.ts';

/** More than a call can take as separate arguments, and more than a side of a JPEG. */
const OUTPUTS = 130_000;
const BEST = 129_987;

const network: DenseNetwork = {
  layers: [
    {
      type: 'linear',
      name: 'out',
      inFeatures: 4,
      outFeatures: OUTPUTS,
      weights: new Float32Array(OUTPUTS * 4).fill(0.5),
      bias: Float32Array.from({ length: OUTPUTS }, (_, index) => (index === BEST ? 2 : 0)),
    },
  ],
};

const OPTIONS: CompressOptions = {
  input: {
    kind: 'image',
    width: 2,
    height: 2,
    channels: 1,
    mean: 0,
    std: 1,
    preprocessing: { background: 'dark', fit: 'contain' },
  },
  quality: 20,
  layout: 'auto',
  map: 'min-max',
  scope: 'layer',
  layers: 'auto',
  rest: 'F16',
};

const PICTURE = join(import.meta.dirname, '..', '..', 'data', 'pictures', 'digit-0.png');

let folder: string;
let model: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wjpeg-many-outputs-'));
  model = join(folder, 'model.wjz');
  writeFileSync(model, writeWjz(compress(network, { ...OPTIONS, layout: 'matrix' }).content));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('argmax', () => {
  it.each([
    ['the first of equal values', [1, 3, 3], 1],
    ['negative values', [-3, -1, -2], 1],
    ['only -Infinity', [-Infinity, -Infinity], 0],
    ['NaN, which no label equals', [1, NaN, 3], -1],
    ['no value', [], -1],
  ])('%s', (_, values, index) => expect(argmax(values)).toBe(index));
});

describe(`a network of ${OUTPUTS} outputs`, () => {
  it('runs, and agrees with the exact answer', async () => {
    const content = compress(network, { ...OPTIONS, layout: 'matrix' }).content;
    const session = await InferenceSession.create(writeWjz(content));
    const input = new Float32Array(4).fill(1);
    const { index, label } = await session.infer(input);
    expect([index, label]).toEqual([BEST, String(BEST)]);
    const exact = Float64Array.from({ length: OUTPUTS }, (_, i) => (i === BEST ? 4 : 2));
    expect(await compareWithOracle(session, [input], [exact])).toMatchObject({ max: 0, sameAnswer: 1 });
    session.dispose();
  });

  it('is kept as a tensor under auto, where a side of its picture would be above 65,535', () => {
    const { layers } = compress(network, { ...OPTIONS, layout: 'matrix' });
    expect(layers).toMatchObject([{ name: 'out', storedAs: 'F16' }]);
  });

  it('is refused by name where the layer is chosen', () => {
    expect(() => compress(network, { ...OPTIONS, layout: 'matrix', layers: ['out'] })).toThrow(
      /^layer 'out' would be a picture with a side of 130000 samples, a JPEG has at most 65535/,
    );
  });

  it.each([
    [['inspect'], /130,?000/],
    [['verify', '--backend', 'wasm', '--samples', '2'], /coefficient +wasm/],
  ])('wjpeg %s', async (words, text) => {
    const { code, stdout, stderr } = await runProgram('wjpeg', [...words, model]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(text);
  });

  it('wjpeg-infer', async () => {
    const { code, stdout } = await runProgram('wjpeg-infer', [model, PICTURE, '--repeats', '1']);
    expect(code).toBe(0);
    expect(stdout).toContain(`: ${BEST}\n`);
  });
});
