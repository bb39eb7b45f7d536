import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mulberry32 } from '../../src/random.ts';

/** Threads are workers with a file of their own, so what is tested is the built package (test/build-programs.ts). */
const DIST = join(import.meta.dirname, '..', '..', 'dist', 'src', 'index.js');
const { InferenceSession } = (await import(DIST)) as typeof import('../../src/index.ts');
const model = readFileSync(join(import.meta.dirname, '..', '..', 'data', 'mnist-mlp-512-q20.wjz'));

function inputs(count: number): Float32Array {
  const random = mulberry32(count);
  return Float32Array.from({ length: count * 784 }, random);
}

describe('threads', () => {
  it.each(['float32', 'int16'] as const)(
    '%s: give the answers of one thread, batch after batch',
    async (precision) => {
      const one = await InferenceSession.create(model, { precision });
      const many = await InferenceSession.create(model, { precision, threads: 3 });
      for (const batch of [1, 30, 700, 48, 5]) {
        const values = inputs(batch);
        expect(await many.runBatch(values, batch)).toEqual(await one.runBatch(values, batch));
      }
      many.dispose();
      one.dispose();
    },
  );

  it('calls that overlap do not disturb one another', async () => {
    const one = await InferenceSession.create(model);
    const many = await InferenceSession.create(model, { threads: 2 });
    const batches = [100, 1, 60, 300].map((count) => inputs(count));
    const answers = await Promise.all(batches.map((values) => many.runBatch(values, values.length / 784)));
    for (const [i, values] of batches.entries()) {
      expect(answers[i]).toEqual(await one.runBatch(values, values.length / 784));
    }
    many.dispose();
    one.dispose();
  });

  it('refuse what is not finite, and go on', async () => {
    const session = await InferenceSession.create(model, { threads: 2 });
    const values = inputs(100);
    values[777 * 50] = Number.NaN;
    await expect(session.runBatch(values, 100)).rejects.toMatchObject({ code: 'INPUT_NOT_FINITE' });
    expect(await session.runBatch(inputs(100), 100)).toHaveLength(1000);
    session.dispose();
  });

  it.each([
    [{ threads: 0 }, 'OPTION_VALUE'],
    [{ threads: 1.5 }, 'OPTION_VALUE'],
    [{ threads: 2, memory: 'stream' }, 'NO_THREADS'],
    [{ threads: 2, backends: ['reference'] }, 'OPTION_NOT_HERE'],
  ] as const)('%j is refused', async (options, code) => {
    await expect(InferenceSession.create(model, options)).rejects.toMatchObject({ code });
  });
});
