import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { seededValues } from '../operators/case.ts';
import { runProgram } from './run-program.ts';

/** Models that are one JPEG, in all programs. */
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-jpeg-models-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const DATA = join(import.meta.dirname, '..', '..', 'data');
const SEVEN = join(DATA, 'pictures', 'digit-7.png');
const ARCHIVE = join(DATA, 'mnist-lenet-300-100-trained.wjz');
const MODEL = at('model.jpg');
writeFileSync(
  MODEL,
  writeModel(readWjz(readFileSync(ARCHIVE)), { file: MODEL, coding: { entropy: 'huffman' } }),
);

const lines = (text: string): string[] => text.split('\n');

it('wjpeg-infer runs one on a picture, and answers as the .wjz does', async () => {
  const words = [SEVEN, '--json', '--no-baseline', '--backend', 'reference'];
  const [picture, archive] = await Promise.all(
    [MODEL, ARCHIVE].map((model) => runProgram('wjpeg-infer', [model, ...words])),
  );
  expect(picture).toMatchObject({ code: 0, stderr: '' });
  const answer = (text: string): object => ({ ...JSON.parse(text), model: '' });
  expect(answer(picture.stdout)).toEqual(answer(archive.stdout));
});

it('a picture that is no network is refused as a model by name', async () => {
  const plain = join(DATA, 'pictures', 'digit-3-grey.jpg');
  const { code, stdout, stderr } = await runProgram('wjpeg-infer', [plain, SEVEN]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(lines(stderr)).toHaveLength(2);
  expect(stderr).toMatch(/digit-3-grey\.jpg: this JPEG is a picture, not a network/);
});

it('wjpeg inspect says what its bytes are spent on', async () => {
  const { code, stdout, stderr } = await runProgram('wjpeg', ['inspect', MODEL]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('wjz 2.0, one JPEG');
  const [, table] = stdout.split(/part +bytes +in the file\n/);
  const sum = lines(table).reduce((total, line) => total + Number(/(\d+)$/.exec(line)?.[1] ?? 0), 0);
  expect(sum).toBe(readFileSync(MODEL).length);
  const json = await runProgram('wjpeg', ['inspect', MODEL, '--json']);
  expect(JSON.parse(json.stdout).entries[0]).toMatchObject({ name: 'model.json' });
});

it('wjpeg inspect calls the output of a graph logits, which has the number of its layer in the file', async () => {
  const graph = join(DATA, 'mnist-lenet5-trained.jpg');
  const { stdout } = await runProgram('wjpeg', ['inspect', graph]);
  expect(stdout).toMatch(/^outputs +logits \(what node 4 gives\)$/m);
  const json = await runProgram('wjpeg', ['inspect', graph, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ outputs: ['logits'], manifest: { outputs: ['4'] } });
});

it.each([
  ['verify', MODEL, '--backend', 'wasm', '--samples', '8'],
  ['export', MODEL, '-o', at('model.onnx')],
  ['report', MODEL, '-o', at('report.html')],
  ['inspect', MODEL, '--png', at('sheet.png')],
])('wjpeg %s takes one', async (...words) => {
  const { code, stderr } = await runProgram('wjpeg', words);
  expect({ code, stderr }).toMatchObject({ code: 0 });
});

/** Five layers, so more tables than a picture has components. */
function deepNetwork(): Uint8Array {
  const sizes = [64, 96, 96, 96, 96, 10];
  const tensors = sizes.slice(1).flatMap((outputs, index): [string, ReturnType<typeof fromFloat32>][] => {
    const values = seededValues(outputs * sizes[index], index).map((value) => value / 8);
    return [[`${index}.weight`, fromFloat32(Float32Array.from(values), [outputs, sizes[index]], 'F32')]];
  });
  return writeSafetensors(new Map(tensors));
}

it('wjpeg compress -o model.jpg writes one, of networks with more layers than a JPEG has tables too', async () => {
  writeFileSync(at('deep.safetensors'), deepNetwork());
  for (const more of [[], ['--entropy', 'auto'], ['--progressive'], ['--quality', '80', '--layers', 'all']]) {
    const output = at('deep.jpg');
    const { code, stdout, stderr } = await runProgram('wjpeg', [
      'compress',
      at('deep.safetensors'),
      '-o',
      output,
      ...more,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const bytes = readFileSync(output);
    expect(stdout).toContain(`${output}: ${bytes.length} bytes`);
    const file = readWjz(bytes);
    expect(file.container).toBe('jpeg');
    expect(file.jpegs.size).toBeGreaterThan(3);
  }
});

it('compress refuses one as a network, as other pictures', async () => {
  const { code, stderr } = await runProgram('wjpeg', ['compress', MODEL, '-o', at('again.wjz')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/model\.jpg: this is a JPEG picture, expected an ONNX model or a safetensors file/);
});
