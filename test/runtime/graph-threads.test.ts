import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mulberry32 } from '../../src/random.ts';
import { patchModel } from '../graph/patch-network.ts';
import { colourJpeg } from '../image/jpeg-builder.ts';

/** Threads are workers with a file of their own, so what is tested is the built package (test/build-programs.ts). */
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src', 'index.js');
const { InferenceSession, Tensor } = (await import(DIST)) as typeof import('../../src/index.ts');
const data = (name: string) => readFileSync(join(import.meta.dirname, '..', '..', 'data', name));
const LENET = data('mnist-lenet5-trained.jpg');
const RESNET = data('cifar10-resnet8-trained.jpg');

function values(count: number, width: number): Float32Array {
  return Float32Array.from({ length: count * width }, mulberry32(count));
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('threads of a graph', () => {
  it.each([{}, { precision: 'int16' }, { memory: 'compact' }, { path: 'expanded' }] as const)(
    '%j: give the answers of one thread, batch after batch',
    async (options) => {
      for (const [model, batches] of [
        [LENET, [1, 2, 30, 64, 199]],
        [RESNET, [1, 2, 5, 24]],
      ] as const) {
        const one = await InferenceSession.create(model, options);
        const many = await InferenceSession.create(model, { ...options, threads: 3 });
        for (const batch of batches) {
          const input = values(batch, one.inFeatures);
          expect(await many.runBatch(input, batch)).toEqual(await one.runBatch(input, batch));
        }
        many.dispose();
        one.dispose();
      }
    },
  );

  it('need no shared memory, unlike those of linear layers', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const linear = InferenceSession.create(data('mnist-mlp-512-q20.wjz'), { threads: 2 });
    await expect(linear).rejects.toMatchObject({ code: 'NO_THREADS' });
    const one = await InferenceSession.create(LENET);
    const two = await InferenceSession.create(LENET, { threads: 2 });
    const input = values(64, 784);
    expect(await two.runBatch(input, 64)).toEqual(await one.runBatch(input, 64));
    two.dispose();
    one.dispose();
  });

  it('run linear layers in int8, too, which need no shared memory either', async () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const model = data('mnist-mlp-512-q20-row.wjz');
    const one = await InferenceSession.create(model, { precision: 'int8' });
    const three = await InferenceSession.create(model, { precision: 'int8', threads: 3 });
    for (const batch of [1, 47, 200]) {
      const input = values(batch, 784);
      expect(await three.runBatch(input, batch)).toEqual(await one.runBatch(input, batch));
    }
    const digit = data('pictures/digit-3-grey.jpg');
    expect(await three.infer(digit)).toEqual(await one.infer(digit));
    expect(three.residentBytes).toBe(3 * one.residentBytes);
    await expect(one.runBatch(new Float32Array(784 * 50).fill(Number.NaN, 784 * 49), 50)).rejects.toThrow(
      `value ${784 * 49}`,
    );
    three.dispose();
    one.dispose();
  });

  it('take shares of large batches, and leave small ones to the calling thread', async () => {
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const post = vi.spyOn(Worker.prototype as Worker, 'postMessage');
    const session = await InferenceSession.create(LENET, { threads: 3 });
    const jobs = async (batch: number): Promise<number[]> => {
      post.mockClear();
      await session.runBatch(values(batch, 784), batch);
      return post.mock.calls.map(([message]) => (message as { job: { images: number } }).job.images);
    };
    expect(await jobs(1)).toEqual([]);
    expect(await jobs(2)).toEqual([]);
    expect(await jobs(64)).toEqual([21, 21]);
    session.dispose();
  });

  it('calls that overlap do not disturb one another, nor does who changes inputs afterwards', async () => {
    const one = await InferenceSession.create(RESNET);
    const two = await InferenceSession.create(RESNET, { threads: 2 });
    const batches = [12, 1, 7, 20].map((count) => values(count, one.inFeatures));
    const sizes = batches.map(({ length }) => length / one.inFeatures);
    const exact = [];
    for (const [at, batch] of batches.entries()) exact.push(await one.runBatch(batch, sizes[at]));
    const answers = batches.map((batch, at) => {
      const given = batch.slice();
      const answer = two.runBatch(given, sizes[at]);
      given.fill(0);
      return answer;
    });
    expect(await Promise.all(answers)).toEqual(exact);
    two.dispose();
    one.dispose();
  });

  it.each([0, 777 * 50, 784 * 64 - 1])('refuse what is not finite at %i, and go on', async (at) => {
    const session = await InferenceSession.create(LENET, { threads: 3 });
    const input = values(64, 784);
    input[at] = Number.NaN;
    await expect(session.runBatch(input, 64)).rejects.toMatchObject({
      code: 'INPUT_NOT_FINITE',
      message: `input value ${at} is NaN, expected finite numbers`,
    });
    expect(await session.runBatch(values(64, 784), 64)).toHaveLength(640);
    session.dispose();
  });

  it('give other values than the outputs', async () => {
    const input = new Tensor('float32', values(64, 784), [64, 784]);
    const run = async (threads: number) => {
      const session = await InferenceSession.create(LENET, { threads });
      const names = [...session.outputNames, 'relu 5'];
      const before = session.residentBytes;
      const results = await session.run({ input }, names);
      expect(session.residentBytes).toBeGreaterThan(before);
      session.dispose();
      return names.map((name) => results[name].data);
    };
    expect(await run(2)).toEqual(await run(1));
  });

  it('take pictures as the coefficients of patches', async () => {
    const model = await patchModel({ kind: 'image', width: 64, height: 64, channels: 3 }, [8, 8]);
    const pictures = Array.from({ length: 28 }, (_, seed) => colourJpeg(64, 64, 90, seed));
    const run = async (threads: number) => {
      const session = await InferenceSession.create(model, { threads });
      const answers = await session.inferBatch(pictures);
      session.dispose();
      return answers.map(({ logits, picture }) => [logits, picture]);
    };
    const exact = await run(1);
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    const post = vi.spyOn(Worker.prototype as Worker, 'postMessage');
    expect(await run(2)).toEqual(exact);
    // The graph, and a share; the embedding itself has no threads.
    expect(post.mock.calls).toMatchObject([
      [{ graph: {} }, []],
      [{ job: { kind: 'coefficients' } }, [{}]],
    ]);
  });

  it('count what they hold', async () => {
    const one = await InferenceSession.create(RESNET);
    const three = await InferenceSession.create(RESNET, { threads: 3 });
    // The others keep coefficients where this thread keeps a JPEG of them.
    expect(three.residentBytes / one.residentBytes).toBeCloseTo(3, 1);
    expect(three.resident.nodes.map(({ name }) => name)).toEqual(one.resident.nodes.map(({ name }) => name));
    const input = values(30, one.inFeatures);
    await one.runBatch(input, 30);
    await three.runBatch(input, 30);
    expect(three.peakBytes).toBeGreaterThan(2 * one.peakBytes);
    three.dispose();
    one.dispose();
  });

  it('are refused where layers are decoded while multiplying', async () => {
    const session = InferenceSession.create(LENET, { threads: 2, memory: 'stream' });
    await expect(session).rejects.toMatchObject({
      code: 'NO_THREADS',
      message:
        "no threads: they work with memory 'speed' and 'compact' only, not 'stream': choose one of these, or one thread",
    });
  });
});
