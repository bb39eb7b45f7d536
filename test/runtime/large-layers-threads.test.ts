import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { compress } from '../../src/compress.ts';
import { writeWjz } from '../../src/format.ts';
import { mulberry32 } from '../../src/random.ts';
import { options, randomNetwork } from '../compress/networks.ts';
import { greyJpeg } from '../image/jpeg-builder.ts';

/** Threads are workers with a file of their own, so what is tested is the built package (test/build-programs.ts). */
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src', 'index.js');
const { InferenceSession } = (await import(DIST)) as typeof import('../../src/index.ts');

/** 32×32 pixels → 700 → 743 → 10: two layers that threads share out, whose rows are no whole blocks, and one that is too small. */
const SIZES = [1024, 700, 743, 10];
const network = randomNetwork(SIZES);
const stored = (layout: 'auto' | 'matrix'): Uint8Array => {
  const layers = ['fc0', 'fc1', 'fc2'];
  const changes = { quality: 95, layers, scope: layout === 'auto' ? 'row' : 'layer' } as const;
  // Of these only the first layer can be pictures of its input.
  const { content } = compress(network, options(32, 32, { ...changes, layout }));
  return writeWjz(content);
};
const MODELS = { rows: stored('auto'), matrix: stored('matrix') };
const input = Float32Array.from({ length: 1024 }, mulberry32(4)).map((value) => Math.max(0, value - 0.3));

afterEach(() => {
  vi.restoreAllMocks();
});

describe('threads of large layers', () => {
  it.each([
    ['rows', {}],
    ['rows', { precision: 'int16' }],
    ['matrix', {}],
    ['matrix', { precision: 'int16' }],
    ['rows', { path: 'expanded' }],
  ] as const)('%s, %j: a single input has the answer of one thread', async (layout, how) => {
    const one = await InferenceSession.create(MODELS[layout], how);
    for (const threads of [2, 3, 5]) {
      const many = await InferenceSession.create(MODELS[layout], { ...how, threads });
      for (const factor of [1, 0, -3, 1e-20]) {
        const values = input.map((value) => value * factor);
        expect(await many.runBatch(values, 1)).toEqual(await one.runBatch(values, 1));
      }
      expect(many.residentBytes).toBeGreaterThan(1.5 * one.residentBytes);
      expect(many.resident.nodes.map(({ name }) => name)).toEqual(one.resident.nodes.map(({ name }) => name));
      many.dispose();
    }
    one.dispose();
  });

  it('so have pictures that enter as coefficients, and batches', async () => {
    const one = await InferenceSession.create(MODELS.rows);
    const two = await InferenceSession.create(MODELS.rows, { threads: 2 });
    const picture = greyJpeg(32, 32, 90, 6);
    const [expected, given] = [await one.infer(picture), await two.infer(picture)];
    expect(expected.picture?.via).toBe('coefficients');
    expect(given.logits).toEqual(expected.logits);
    const batch = Float32Array.from({ length: 60 * 1024 }, mulberry32(8));
    expect(await two.runBatch(batch, 60)).toEqual(await one.runBatch(batch, 60));
    two.dispose();
    one.dispose();
  });

  it('calls that overlap do not disturb one another; what is not finite is refused', async () => {
    const one = await InferenceSession.create(MODELS.matrix);
    const two = await InferenceSession.create(MODELS.matrix, { threads: 2 });
    const many = [1, 2, 3, 4].map((factor) => input.map((value) => value * factor));
    const answers = await Promise.all(many.map((values) => two.runBatch(values, 1)));
    for (const [at, values] of many.entries()) expect(answers[at]).toEqual(await one.runBatch(values, 1));
    const wrong = input.with(77, Number.NaN);
    await expect(two.runBatch(wrong, 1)).rejects.toThrow('input value 77 is NaN');
    expect(await two.runBatch(input, 1)).toEqual(answers[0]);
    two.dispose();
    one.dispose();
    await expect(two.runBatch(input, 1)).rejects.toMatchObject({ code: 'SESSION_DISPOSED' });
  });

  it('small networks start no threads for them', async () => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const post = vi.spyOn(Worker.prototype as Worker, 'postMessage');
    const started = (): unknown[] =>
      post.mock.calls.map(([message]) => (message as { shares: string }).shares);
    const small = writeWjz(compress(randomNetwork([256, 70, 10]), options(16, 16, { quality: 90 })).content);
    (await InferenceSession.create(small, { threads: 2 })).dispose();
    expect(started()).toEqual(['images']);
    (await InferenceSession.create(MODELS.matrix, { threads: 3 })).dispose();
    expect(started()).toEqual(['images', 'images', 'images', 'rows', 'rows']);
  });
});
