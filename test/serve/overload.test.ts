import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Serving, startServing } from '../../bench/serve/start.ts';

const MLP = join(import.meta.dirname, '..', '..', 'data', 'mnist-mlp-512-trained.wjz');
const INPUT = new Float32Array(784).fill(0.5);

let serving: Serving | undefined;
afterEach(() => {
  serving?.child.kill('SIGKILL');
  serving = undefined;
});

async function start(
  preload: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const node = ['--require', join(import.meta.dirname, preload)];
  serving = await startServing([`m=${MLP}`, ...words], node, environment);
}

const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${serving?.port}${path}`);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly error?: string;
}

async function infer(): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${serving?.port}/v2/models/m/infer`, {
    method: 'POST',
    headers: { 'Inference-Header-Content-Length': '0' },
    body: INPUT,
  });
  const { error } = (await response.json()) as { error?: string };
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ...(error !== undefined && { error }),
  };
}

const inferTogether = (count: number): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => infer()));

it('a full queue: 503 with Retry-After for those that find no place, and answers for the others', async () => {
  await start('slow-threads.cjs', ['--workers', '1', '--max-queue', '4']);
  const answers = await inferTogether(20);
  const refused = answers.filter(({ status }) => status !== 200);
  // The thread has two jobs, and four inputs wait.
  expect(refused).toHaveLength(20 - 2 - 4);
  for (const answer of refused)
    expect(answer).toEqual({
      status: 503,
      retryAfter: '1',
      error: '4 inputs are waiting, at most 4 may: try again',
    });
  const metrics = await (await get('/metrics')).text();
  expect(metrics).toContain('wjpeg_requests_total{model="m",code="503"} 14\n');
  expect(metrics).toContain('wjpeg_queued_inputs 0\n');
  expect((await infer()).status).toBe(200);
});

it('a thread that dies: 503 for the requests that it had, and another thread answers those that wait', async () => {
  await start('lost-thread.cjs', ['--workers', '1', '--max-batch', '1', '--timeout', '60']);
  const begin = performance.now();
  const answers = await inferTogether(20);
  const lost = answers.filter(({ status }) => status !== 200);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThanOrEqual(2);
  for (const answer of lost)
    expect(answer).toEqual({
      status: 503,
      retryAfter: '1',
      error: expect.stringContaining('a worker thread was lost'),
    });
  // None has waited until its time was over.
  expect(performance.now() - begin).toBeLessThan(30_000);
  expect((await infer()).status).toBe(200);
});

describe('where the system has no more threads', () => {
  const words = (workers: number) => ['--workers', `${workers}`, '--max-batch', '1', '--timeout', '60'];

  it.each([0, 1])(
    'with %i of 2 the server does not start, and says why in one line',
    async (NO_THREADS_AFTER) => {
      await expect(
        start('no-threads.cjs', words(2), { NO_THREADS_AFTER: `${NO_THREADS_AFTER}` }),
      ).rejects.toThrow(
        /^wjpeg serve ended with 1: wjpeg: a worker thread was lost: none can be started \(Worker initialization failure: EAGAIN\)\n$/,
      );
    },
  );

  it('the last one lost: 503 for all that wait and all that come, not ready, and it lives to say so', async () => {
    await start('no-threads.cjs', words(1), { NO_THREADS_AFTER: '1' });
    const answers = await inferTogether(20);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThanOrEqual(20 - 3);
    for (const answer of refused) expect(answer).toMatchObject({ status: 503, retryAfter: '1' });
    expect(await infer()).toEqual({
      status: 503,
      retryAfter: '1',
      error: expect.stringContaining('a worker thread was lost: none can be started'),
    });
    for (const path of ['/v2/health/ready', '/v2/models/m/ready']) {
      const response = await get(path);
      expect([response.status, await response.json()]).toEqual([
        503,
        expect.objectContaining({ ready: false }),
      ]);
    }
    expect((await get('/v2/health/live')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('wjpeg_ready 0\n');
  });

  it('one of two lost: the other answers', async () => {
    await start('no-threads.cjs', words(2), { NO_THREADS_AFTER: '2' });
    const answers = await inferTogether(20);
    expect(answers.filter(({ status }) => status !== 200).length).toBeLessThanOrEqual(2);
    expect((await get('/v2/health/ready')).status).toBe(200);
    expect((await infer()).status).toBe(200);
  });
});
