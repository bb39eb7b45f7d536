import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { InferenceSession, type SessionOptions } from '../../src/index.ts';

async function ways(model: string, options: SessionOptions): Promise<string[]> {
  const bytes = readFileSync(join(import.meta.dirname, '..', '..', 'data', model));
  const session = await InferenceSession.create(bytes, options);
  const { nodes } = session.resident;
  session.dispose();
  // Tables of other nodes have no weights.
  return nodes
    .filter(({ weights }) => weights !== undefined)
    .map(({ weights, precision }) => `${weights} ${precision}`);
}

it.each([
  ['mnist-mlp-512-q20.wjz', {}, ['rows float32', 'dense float32']],
  ['mnist-mlp-512-q20.wjz', { precision: 'int16' }, ['rows int16', 'dense float32']],
  ['mnist-mlp-512-q20.wjz', { precision: 'int8' }, ['rows int16', 'dense float32']],
  ['mnist-mlp-512-q20.wjz', { precision: 'int8', memory: 'stream' }, ['rows int16', 'dense float32']],
  ['mnist-mlp-512-q20.wjz', { precision: 'int8', path: 'expanded' }, ['dense int8', 'dense int8']],
  ['mnist-mlp-512-q20-row.wjz', { precision: 'int8' }, ['dense int8', 'dense int8']],
  ['mnist-lenet5-trained.jpg', {}, ['dense float32', 'kernels float32', 'matrix float32', 'matrix float32']],
  [
    'mnist-lenet5-trained.jpg',
    { precision: 'int8' },
    ['dense int8', 'kernels float32', 'matrix int16', 'matrix int16'],
  ],
] as const)('%s, %o: a session says how each layer is multiplied', async (model, options, expected) => {
  expect(await ways(model, options)).toEqual(expected);
});

it('and which convolutions go in tiles, which on their coefficients', async () => {
  const fast = await ways('cifar10-resnet8-trained.jpg', {});
  expect(new Set(fast)).toEqual(
    new Set(['tiles float32', 'kernels float32', 'dense float32', 'matrix float32']),
  );
  const small = await ways('cifar10-resnet8-trained.jpg', { memory: 'compact', precision: 'int16' });
  expect(small).not.toContain('tiles int16');
});
