import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { KernelMemory } from '../../src/runtime/backends/wasm/memory.ts';
import type { SessionOptions } from '../../src/runtime/options.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { randomValues } from '../kernels/random.ts';

const data = (name: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '..', '..', 'data', `${name}.wjz`));
const models = ['mnist-mlp-512-trained', 'mnist-lenet-300-100-trained', 'mnist-mlp-512-q20'];

const BATCH = 256;
const inputs = randomValues(BATCH * 784, 5);
const single = inputs.subarray(0, 784);

afterEach(() => {
  vi.restoreAllMocks();
});

/** Memory may grow so many times more, then it is refused, as the engine does where the machine has none left. */
function refuseAfter(times: number): () => number {
  const grow = WebAssembly.Memory.prototype.grow;
  let calls = 0;
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function (
    this: WebAssembly.Memory,
    pages,
  ) {
    if (calls++ >= times) throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    return grow.call(this, pages);
  });
  return () => calls;
}

const REFUSED = { kind: 'unavailable', code: 'WASM_MEMORY' };

describe('memory that is refused to the wasm backend', () => {
  test('really: more than addresses reach', () => {
    const memory = new KernelMemory(false);
    expect(() => memory.allocate(2 ** 33)).toThrow(expect.objectContaining(REFUSED));
  });

  test('from the start: no session, and one when there is memory again', async () => {
    class Refused {
      constructor() {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
    }
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(Refused as never);
    await expect(InferenceSession.create(data(models[0]), { backends: ['wasm'] })).rejects.toMatchObject(
      REFUSED,
    );
    vi.restoreAllMocks();
    const session = await InferenceSession.create(data(models[0]), { backends: ['wasm'] });
    expect((await session.infer(single)).logits).toHaveLength(10);
  });

  describe.each(models)('%s', (name) => {
    test.each([{}, { memory: 'compact' }, { memory: 'stream' }, { precision: 'int16' }] as SessionOptions[])(
      '%o: at every place where it grows',
      async (options) => {
        const create = () => InferenceSession.create(data(name), { ...options, backends: ['wasm'] });
        const usual = await create();
        const exact = await usual.runBatch(single, 1);
        const exactBatch = await usual.runBatch(inputs, BATCH);
        let refusals = 0;
        for (let times = 0; ; times++) {
          const calls = refuseAfter(times);
          let session: InferenceSession | undefined;
          try {
            session = await create();
            await session.runBatch(inputs, BATCH);
            // Nothing was refused any more: every place has been tried.
            expect(calls()).toBeLessThanOrEqual(times);
            break;
          } catch (error) {
            expect(error).toMatchObject(REFUSED);
            refusals++;
          } finally {
            vi.restoreAllMocks();
          }
          // A session that there is already goes on, and its answers are right.
          if (session === undefined) continue;
          const where = `refused at growth ${times}`;
          expect(await session.runBatch(single, 1), where).toEqual(exact);
          const batch = await session.runBatch(inputs, BATCH);
          const error = batch.reduce((max, logit, i) => Math.max(max, Math.abs(logit - exactBatch[i])), 0);
          const max = exactBatch.reduce((max, logit) => Math.max(max, Math.abs(logit)), 0);
          expect(error / max, where).toBeLessThanOrEqual(options.precision === 'int16' ? 0.1 : 1e-5);
          session.dispose();
        }
        // Laid out small, the smallest models fit in the page that there is at first.
        if (options.memory !== 'compact' || name === 'mnist-mlp-512-q20') expect(refusals).toBeGreaterThan(0);
      },
    );
  });
});
