import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exportOnnx } from '../../../src/exporters/onnx/index.ts';
import { readWjz } from '../../../src/format/read.ts';
import { formatCount } from '../../../src/text/numbers.ts';

const ROOT = join(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/onnx.md'), 'utf8');

it.each([
  ['LeNet-300-100, trained as JPEGs', 'mnist-lenet-300-100-trained'],
  ['784-512-10, trained as JPEGs', 'mnist-mlp-512-trained'],
  ['784-512-10, calibrated', 'mnist-mlp-512-calibrated'],
  ['784-512-10, quality 20', 'mnist-mlp-512-q20'],
  ['784-512-10, quality 20, a map per row', 'mnist-mlp-512-q20-row'],
])('docs/onnx.md says how many bytes %s takes', async (title, name) => {
  const bytes = new Uint8Array(readFileSync(join(ROOT, 'data', `${name}.wjz`)));
  const file = readWjz(bytes);
  const modes = [{}, { type: 'float16' }, { coefficients: true }] as const;
  const sizes = await Promise.all(modes.map(async (mode) => (await exportOnnx(file, mode)).bytes.length));
  expect(page).toContain(`| ${[title, ...[bytes.length, ...sizes].map(formatCount)].join(' | ')} |`);
});
