import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-exported-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const PHOTOS = join(import.meta.dirname, '..', '..', 'data', 'cifar10-resnet8-trained.jpg');

beforeAll(async () => {
  const { code, stderr } = await runProgram('wjpeg', ['export', PHOTOS, '-o', at('photos.onnx')]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
});

/** The manifest that `wjpeg compress` gives the exported network. */
async function compressed(...options: string[]) {
  const { code, stdout } = await runProgram('wjpeg', [
    'compress',
    at('photos.onnx'),
    '-o',
    at('again.wjz'),
    ...options,
  ]);
  expect(code).toBe(0);
  return { stdout, manifest: readWjz(readFileSync(at('again.wjz'))).manifest };
}

test('what was exported is compressed with the input and the labels that it had', async () => {
  const { manifest, stdout } = await compressed();
  const before = readWjz(readFileSync(PHOTOS)).manifest;
  expect(manifest.input).toEqual(before.input);
  expect(manifest.labels).toEqual(before.labels);
  expect(stdout).toContain('pictures are prepared as wjpeg export noted in the model');
});

test('what is named on the command line counts instead', async () => {
  const { manifest } = await compressed(
    '--mean',
    '0.5',
    '--labels',
    'a,b,c,d,e,f,g,h,i,j',
    '--fit',
    'stretch',
  );
  const input = manifest.input as ImageInputSpec;
  expect(input.mean).toBe(0.5);
  expect(input.std).toBe(1);
  expect(input.preprocessing).toEqual({ background: 'dark', fit: 'stretch' });
  expect(manifest.labels?.[0]).toBe('a');
});
