import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { randomValues } from '../kernels/random.ts';

// Threads load a compiled file that lies beside theirs: they run from dist only.
const ROOT = join(import.meta.dirname, '..', '..');
const library = pathToFileURL(join(ROOT, 'dist', 'src', 'index.js')).href;
const { InferenceSession } = (await import(library)) as typeof import('../../src/index.ts');
const model = (name: string) => readFileSync(join(ROOT, 'data', name));

/** The threads that the library starts, so that they can be ended under its hands. */
let workers: Worker[] = [];
const builtin = process.getBuiltinModule('node:worker_threads') as { Worker: typeof Worker };
beforeEach(() => {
  workers = [];
  builtin.Worker = class extends Worker {
    constructor(...words: ConstructorParameters<typeof Worker>) {
      super(...words);
      workers.push(this);
    }
  };
});
afterEach(() => {
  builtin.Worker = Worker;
});

const BATCH = 512;
const inputs = randomValues(BATCH * 784, 5);

/** Linear layers have threads that share memory; those of graphs have memories of their own. */
const MODELS = ['mnist-mlp-512-trained.wjz', 'mnist-lenet5-trained.jpg'];

describe.each(MODELS)('a thread of the wasm backend that dies, %s', (name) => {
  const create = () => InferenceSession.create(model(name), { backends: ['wasm'], threads: 3 });

  async function expectRightAnswers(): Promise<void> {
    const session = await create();
    const alone = await InferenceSession.create(model(name), { backends: ['wasm'] });
    expect(await session.runBatch(inputs, BATCH)).toEqual(await alone.runBatch(inputs, BATCH));
    session.dispose();
    alone.dispose();
  }

  test.each([0, 1])('between batches, thread %i: each call says so, a new session works', async (index) => {
    const session = await create();
    expect(workers.length).toBe(2);
    await session.runBatch(inputs, BATCH);
    await workers[index].terminate();
    for (const batch of [BATCH, 1]) {
      await expect(session.runBatch(inputs.subarray(0, batch * 784), batch)).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'THREAD_LOST',
      });
    }
    session.dispose();
    await expectRightAnswers();
  });

  test('during a batch: the call ends, with the answer or the error', async () => {
    const session = await create();
    const many = new Float32Array(40 * inputs.length);
    for (let i = 0; i < 40; i++) many.set(inputs, i * inputs.length);
    const exact = await session.runBatch(many, 40 * BATCH);
    const running = session.runBatch(many, 40 * BATCH).catch((error: { code: string }) => error.code);
    const ended = workers[0].terminate();
    const answer = await running;
    if (typeof answer === 'string') expect(answer).toBe('THREAD_LOST');
    else expect(answer).toEqual(exact);
    await ended;
    await expect(session.runBatch(inputs, BATCH)).rejects.toMatchObject({ code: 'THREAD_LOST' });
    session.dispose();
    await expectRightAnswers();
  });

  test('while it starts: no session, and no other thread is left', async () => {
    const making = create();
    const refused = expect(making).rejects.toMatchObject({ code: 'THREAD_LOST' });
    while (workers.length < 2) await new Promise((resolve) => setTimeout(resolve, 0));
    const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    await workers[0].terminate();
    await refused;
    await Promise.all(exits);
    await expectRightAnswers();
  });

  test('while a session is disposed of: pending calls end, and threads with them', async () => {
    const session = await create();
    const exact = await session.runBatch(inputs, BATCH);
    const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    const pending = session.runBatch(inputs, BATCH);
    session.dispose();
    expect(await pending).toEqual(exact);
    await Promise.all(exits);
  });
});

test('a session that is disposed of ends its threads', async () => {
  const session = await InferenceSession.create(model(MODELS[0]), { backends: ['wasm'], threads: 3 });
  await session.runBatch(inputs, BATCH);
  const exits = workers.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
  session.dispose();
  expect(await Promise.all(exits)).toEqual([0, 0]);
});

test('a thread of a graph that the system refuses: no session, and no other thread is left', async () => {
  const Counted = builtin.Worker;
  builtin.Worker = class extends Counted {
    constructor(...words: ConstructorParameters<typeof Worker>) {
      if (workers.length === 1) throw new Error('Worker initialization failure: EAGAIN');
      super(...words);
    }
  };
  await expect(InferenceSession.create(model(MODELS[1]), { threads: 3 })).rejects.toMatchObject({
    code: 'THREAD_LOST',
    message: 'the wasm backend lost a thread: none can be started (Worker initialization failure: EAGAIN)',
  });
  expect(workers).toHaveLength(1);
  await new Promise((resolve) => workers[0].once('exit', resolve));
});
