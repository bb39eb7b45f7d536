import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled, STRICT } from '../../../bench/microcontrollers/programs.ts';
import { compress } from '../../../src/compress/compress.ts';
import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../../src/format/write.ts';
import { DCT_BASIS } from '../../../src/jpeg/dct/basis.ts';
import { loadIdxPair } from '../../../src/node/mnist.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import { options, randomNetwork } from '../../compress/networks.ts';
import { seededValues } from '../../operators/case.ts';
import {
  argmax,
  logitError,
  programLogits,
  referenceLogits,
  strokes,
  trainedInColour,
  tried,
} from './models.ts';

const MODELS = [
  'mnist-mlp-512-trained.wjz',
  'mnist-lenet-300-100-trained.wjz',
  'mnist-lenet5-trained.jpg',
  'mnist-lenet-8-16-trained.jpg',
] as const;
const SANITIZED = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

const model = (name: string): WjzFile =>
  readWjz(readFileSync(join(import.meta.dirname, '../../../data', name)));
const reread = (content: WjzContent): WjzFile => readWjz(writeWjz(content));
const noGcc = isInstalled('gcc') ? undefined : 'gcc is not installed';

/** Convolutions with padding and strides on colour pictures, the last with a kernel of one row, a pool, two linear layers. */
function colourNetwork(): WjzFile {
  const tensor = (shape: number[], seed: number, size = 0.3) =>
    fromFloat32(
      seededValues(
        shape.reduce((a, b) => a * b, 1),
        seed,
      ).map((value) => value * size),
      shape,
      'F32',
    );
  const manifest = parseGraphManifest({
    format: 'wjz',
    version: '2.0',
    requires: ['graph', 'conv2d', 'max-pool', 'flatten'],
    input: { kind: 'image', width: 13, height: 17, channels: 3, mean: [0.5, 0.4, 0.3], std: 0.25 },
    outputs: ['out'],
    layers: [
      {
        type: 'conv2d',
        name: 'a',
        weight: { tensor: 'a.weight' },
        bias: { tensor: 'a.bias' },
        pads: [1, 2, 1, 0],
        strides: [1, 2],
      },
      { type: 'relu' },
      { type: 'max-pool', kernel: [2, 2], strides: [2, 2] },
      { type: 'conv2d', name: 'b', weight: { tensor: 'b.weight' }, pads: [1, 1, 1, 1], strides: [2, 1] },
      { type: 'conv2d', name: 'row', weight: { tensor: 'row.weight' }, pads: [0, 1, 0, 1] },
      { type: 'flatten' },
      {
        type: 'linear',
        name: 'c',
        inFeatures: 108,
        outFeatures: 11,
        weight: { tensor: 'c.weight' },
        bias: { tensor: 'c.bias' },
      },
      { type: 'relu' },
      { type: 'linear', name: 'out', inFeatures: 11, outFeatures: 4, weight: { tensor: 'd.weight' } },
    ],
  });
  return reread({
    manifest,
    jpegs: new Map(),
    tensors: new Map([
      ['a.weight', tensor([5, 3, 3, 3], 1)],
      ['a.bias', tensor([5], 2)],
      ['b.weight', tensor([9, 5, 3, 3], 3)],
      ['row.weight', tensor([9, 9, 1, 3], 7)],
      ['c.weight', tensor([11, 108], 4)],
      ['c.bias', tensor([11], 5)],
      ['d.weight', tensor([4, 11], 6)],
    ]),
  });
}

const biased = (layers: string[], scope: 'row' | 'layer'): WjzFile =>
  reread(
    compress(
      randomNetwork([400, 30, 20, 7]),
      options(20, 20, { map: 'symmetric', scope, layers, quality: 60 }),
    ).content,
  );
/** The second layer's neurons are pictures, too: it takes as many numbers as a picture has. */
const picturesOnly = (): WjzFile =>
  reread(
    compress(
      randomNetwork([64, 64, 7]),
      options(8, 8, { map: 'symmetric', layout: 'rows', layers: ['fc0', 'fc1'], quality: 60 }),
    ).content,
  );

describe.skipIf(noGcc)(`C on the host${noGcc ? `: skipped, ${noGcc}` : ''}`, () => {
  it.each<[string, () => WjzFile, number]>([
    ...MODELS.map((name): [string, () => WjzFile, number] => [name, () => model(name), 0.02]),
    ['a network with biases and one scale per row', () => biased(['fc0', 'fc1'], 'row'), 0.02],
    ['a network with biases and one scale per layer', () => biased(['fc0', 'fc1', 'fc2'], 'layer'), 0.05],
    ['a network whose layers are all of pictures', picturesOnly, 0.02],
    ['a network of dense layers', () => biased([], 'layer'), 0.02],
    ['a network on colour pictures with padding and strides', colourNetwork, 0.02],
    ["the trainer's network for colours", trainedInColour, 0.02],
  ])('%s answers as the backend reference does, without overflow', async (_, file, tolerance) => {
    const network = await tried(file());
    const pictures = strokes(network.input, 40);
    pictures.fill(255, 0, 400);
    const expected = await referenceLogits(network, pictures);
    const given = programLogits(network, network.program.buildHost('host', ...SANITIZED), pictures);
    expect(given).toHaveLength(40);
    expect(logitError(given, expected)).toBeLessThan(tolerance);
    // Memory that the last picture left behind is not seen by the next.
    const again = programLogits(network, network.program.at('host'), pictures.slice(pictures.length / 2));
    expect(again).toEqual(given.slice(20));
  });

  it('takes blocks of a JPEG in place of rows', async () => {
    const network = await tried(model(MODELS[0]));
    expect(network.exported.takesBlocks).toBe(true);
    const pictures = strokes(network.input, 10);
    const rows = programLogits(network, network.program.buildHost(), pictures);
    const blocks = programLogits(
      network,
      network.program.buildHost('blocks', '-DBLOCKS', ...SANITIZED),
      inBlocks(pictures),
    );
    expect(logitError(blocks, rows)).toBeLessThan(0.02);
  });

  it.each(MODELS)('%s has no float, and uses no function of a library', async (name) => {
    const { program, exported } = await tried(model(name));
    expect(exported.source).not.toMatch(/\b(float|double)\b/);
    program.compile(
      'gcc',
      ...STRICT,
      '-O2',
      '-ffreestanding',
      '-fno-builtin',
      '-c',
      program.source,
      '-o',
      program.at('model.o'),
    );
    expect(execFileSync('nm', ['--undefined-only', program.at('model.o')], { encoding: 'utf8' })).toBe('');
  });

  it('gives logits as float where that is asked for', async () => {
    const { program, exported } = await tried(model(MODELS[0]), { float: true });
    expect(exported.header).toContain('float model_logit(uint16_t output);');
    expect(program.buildHost()).toBe(program.at('host'));
  });

  it.skipIf(!process.env.WJPEG_MNIST_DIR).each([
    [MODELS[0], 10_000, 165],
    [MODELS[1], 10_000, 150],
    [MODELS[2], 1000, 14],
    [MODELS[3], 1000, 20],
  ])('%s: of %i MNIST test pictures at most %i wrong', async (name, count, wrong) => {
    const network = await tried(model(name));
    const { pictures, labels } = await loadIdxPair(process.env.WJPEG_MNIST_DIR as string, 't10k');
    const logits = programLogits(network, network.program.buildHost(), pictures.subarray(0, count * 784));
    expect(logits).toHaveLength(count);
    expect(logits.filter((values, i) => argmax(values) !== labels[i]).length).toBeLessThanOrEqual(wrong);
  });
});

/** Pictures of 28×28 as a JPEG of 32×32 has them, with (2, 2) as their place: the table, then the coefficients of all blocks. */
function inBlocks(pictures: Uint8Array): Uint8Array {
  const quantization = Uint16Array.from({ length: 64 }, (_, k) => 2 + (k >> 3) + (k % 8));
  const count = pictures.length / 784;
  const coefficients = new Int16Array(count * 1024);
  const sample = (picture: number, y: number, x: number): number =>
    y >= 2 && y < 30 && x >= 2 && x < 30 ? pictures[picture * 784 + (y - 2) * 28 + x - 2] : 0;
  for (let i = 0; i < coefficients.length; i++) {
    const [picture, block, k] = [i >> 10, (i >> 6) & 15, i & 63];
    let sum = 0;
    for (let j = 0; j < 64; j++) {
      const [y, x] = [j >> 3, j & 7];
      sum +=
        DCT_BASIS[(k >> 3) * 8 + y] *
        DCT_BASIS[(k & 7) * 8 + x] *
        (sample(picture, (block >> 2) * 8 + y, (block & 3) * 8 + x) - 128);
    }
    coefficients[i] = Math.round(sum / quantization[k]);
  }
  return Buffer.concat([new Uint8Array(quantization.buffer), new Uint8Array(coefficients.buffer)]);
}
