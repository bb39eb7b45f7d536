import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { readFrameHeader } from '../../src/jpeg/index.ts';
import { mulberry32 } from '../../src/random.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-compress-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const random = mulberry32(2);

/** 8×8 pictures of two classes: bright above or bright below. */
function idx(count: number): { pictures: Uint8Array; labels: Uint8Array } {
  const pictures = new Uint8Array(16 + count * 64);
  const labels = new Uint8Array(8 + count);
  pictures.set([0, 0, 8, 3]);
  labels.set([0, 0, 8, 1]);
  const view = new DataView(pictures.buffer);
  [count, 8, 8].forEach((size, index) => {
    view.setUint32(4 + 4 * index, size);
  });
  new DataView(labels.buffer).setUint32(4, count);
  for (let i = 0; i < count; i++) {
    labels[8 + i] = i % 2;
    for (let k = 0; k < 64; k++) {
      const bright = k < 32 === (i % 2 === 0);
      pictures[16 + i * 64 + k] = Math.floor(random() * 100) + (bright ? 100 : 0);
    }
  }
  return { pictures, labels };
}

function dataFolder(name: string, count: number): string {
  const { pictures, labels } = idx(count);
  mkdirSync(at(name));
  writeFileSync(join(at(name), 'train-images-idx3-ubyte'), pictures);
  writeFileSync(join(at(name), 'train-labels-idx1-ubyte'), labels);
  return at(name);
}

const model = at('model.safetensors');
const weights = (rows: number, columns: number, value: (row: number, k: number) => number) =>
  fromFloat32(
    Float32Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns)),
    [rows, columns],
    'F32',
  );
writeFileSync(
  model,
  writeSafetensors(
    new Map([
      [
        'fc1.weight',
        weights(16, 64, (row, k) => (k < 32 === row % 2 < 1 ? 0.1 : -0.1) + (random() - 0.5) / 10),
      ],
      ['fc1.bias', fromFloat32(new Float32Array(16), [16], 'F32')],
      ['fc2.weight', weights(2, 16, (row, k) => (k % 2 === row ? 0.5 : -0.5))],
      ['fc2.bias', fromFloat32(new Float32Array(2), [2], 'F32')],
    ]),
  ),
);
const data = dataFolder('data', 5200);
const basic = ['compress', model, '--input', '8x8'];

describe('wjpeg compress, for a target', () => {
  it('keeps a number of bytes, by calibration and arithmetic coding', async () => {
    const output = at('bytes.wjz');
    const words = [
      ...basic,
      '-o',
      output,
      '--calibrate',
      data,
      '--entropy',
      'arithmetic',
      '--target-bytes',
      '1400',
    ];
    const { code, stdout, stderr } = await runProgram('wjpeg', words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Quality \d+ meets the target\.\n/);
    const bytes = readFileSync(output);
    expect(bytes.length).toBeLessThanOrEqual(1400);
    const { jpegs, manifest } = readWjz(bytes);
    expect(readFrameHeader(jpegs.get('fc1.jpg') as Uint8Array).process).toBe('extended-arithmetic');
    expect(manifest.origin?.settings).toMatchObject({ calibrated: 200 });
  });

  it('orders neurons when told to: other bytes, the same layers', async () => {
    const words = (order: string) => [
      ...basic,
      '-o',
      at(`${order}.wjz`),
      '--order',
      order,
      '--layers',
      'all',
    ];
    for (const order of ['kept', 'energy']) expect((await runProgram('wjpeg', words(order))).code).toBe(0);
    const [kept, ordered] = ['kept', 'energy'].map((order) => readWjz(readFileSync(at(`${order}.wjz`))));
    expect(ordered.manifest.layers.map(({ type }) => type)).toEqual(
      kept.manifest.layers.map(({ type }) => type),
    );
    expect(ordered.jpegs.get('fc1.jpg')).not.toEqual(kept.jpegs.get('fc1.jpg'));
  });

  it('keeps the accuracy on held-out pictures', async () => {
    const output = at('accuracy.wjz');
    const words = [
      ...basic,
      '-o',
      output,
      '--layers',
      'all',
      '--target-accuracy-drop',
      '0',
      '--data',
      data,
      '--json',
    ];
    const { code, stdout } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    const { quality, bytes } = JSON.parse(stdout);
    expect(quality).toBeGreaterThanOrEqual(1);
    expect(quality).toBeLessThan(100);
    expect(bytes).toBe(readFileSync(output).length);
  });

  it('says what was reached where a target can not be, and writes nothing', async () => {
    const output = at('never.wjz');
    const { code, stdout, stderr } = await runProgram('wjpeg', [
      ...basic,
      '-o',
      output,
      '--target-bytes',
      '100',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^wjpeg: [^\n]*100 bytes cannot be reached: quality 1 takes \d+\n$/);
    expect(existsSync(output)).toBe(false);
  });

  it.each([
    ['no folder', () => at('nowhere'), /nowhere: no such file or folder/],
    [
      'an empty folder',
      () => mkdirSync(at('empty'), { recursive: true }) ?? at('empty'),
      /empty is empty: expected train-images/,
    ],
    [
      'too few pictures',
      () => dataFolder('few', 5000),
      /5000 training pictures, expected more than the 5000 that are held out/,
    ],
  ])('refuses to calibrate with %s', async (_, where, message) => {
    const output = at('refused.wjz');
    const { code, stderr } = await runProgram('wjpeg', [...basic, '-o', output, '--calibrate', where()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^wjpeg: [^\n]+\n$/);
    expect(existsSync(output)).toBe(false);
  });

  it('refuses pictures of another size', async () => {
    const words = ['compress', model, '-o', at('size.wjz'), '--input', '16x4', '--calibrate', data];
    const { code, stderr } = await runProgram('wjpeg', words);
    expect(code).toBe(1);
    expect(stderr).toMatch(/data: pictures of 8×8, but the model takes 16×4 pictures\n$/);
  });
});
