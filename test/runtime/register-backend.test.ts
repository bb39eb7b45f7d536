import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeWjz } from '../../src/format.ts';
import { availability, type Backend, InferenceSession, registerBackend } from '../../src/index.ts';
import { autoOrder } from '../../src/runtime/backends/registry.ts';
import { graphContent } from '../format/graph-contents.ts';

const model = readFileSync(new URL('../../data/mnist-mlp-512-trained.wjz', import.meta.url));

/** Answers with the sums of the inputs, whatever the network. */
const sums: Backend = {
  availability: async () => ({ available: true, detail: 'adds up', hardware: false }),
  create: async ({ nodes }) => {
    const [{ inFeatures }] = nodes;
    const outFeatures = nodes[nodes.length - 1].outFeatures;
    return {
      backend: 'sums',
      residentBytes: { host: 0, device: 0, nodes: [] },
      peakBytes: 0,
      run: async (input, batch) =>
        Float32Array.from({ length: batch * outFeatures }, (_, at) => {
          const first = Math.floor(at / outFeatures) * inFeatures;
          return input.subarray(first, first + inFeatures).reduce((sum, value) => sum + value, 0);
        }),
      dispose: () => {},
    };
  },
};
const absent: Backend = { ...sums, availability: async () => ({ available: false, reason: 'switched off' }) };

describe('a registered backend', () => {
  test('is loaded at its first use, runs where it is named, and says so', async () => {
    let loads = 0;
    registerBackend('sums', async () => {
      loads++;
      return sums;
    });
    expect(loads).toBe(0);
    const session = await InferenceSession.create(model, { backend: 'sums' });
    expect([loads, session.backend]).toEqual([1, 'sums']);
    expect([...(await session.runBatch(new Float32Array(784).fill(0.5), 1))]).toEqual(Array(10).fill(392));
    expect(await availability('sums')).toMatchObject({ available: true, detail: 'adds up' });
  });

  test('is listed where a name is wrong', async () => {
    registerBackend('sums', async () => sums);
    await expect(InferenceSession.create(model, { backend: 'sum' })).rejects.toThrow(
      /'sum', expected .*reference.*, sums \(did you mean 'sums'\?\)/,
    );
  });

  test('says that it runs linear chains only, where it has no createGraph', async () => {
    registerBackend('sums', async () => sums);
    const opening = InferenceSession.create(writeWjz(graphContent()), { backend: 'sums' });
    await expect(opening).rejects.toMatchObject({ code: 'OPERATOR_UNAVAILABLE' });
    await expect(opening).rejects.toThrow('backend sums runs linear chains only');
  });

  test('is part of auto with a priority only, in its order, and gives way where it cannot run', async () => {
    expect(autoOrder()).toEqual(['wasm', 'reference']);
    registerBackend('sums', async () => sums, { priority: 20 });
    registerBackend('absent', async () => absent, { priority: 30 });
    registerBackend('last', async () => sums, { priority: -1 });
    expect(autoOrder()).toEqual(['absent', 'sums', 'wasm', 'reference', 'last']);
    expect((await InferenceSession.create(model)).backend).toBe('sums');
    for (const name of ['sums', 'absent', 'last']) registerBackend(name, async () => sums);
    expect((await InferenceSession.create(model)).backend).toBe('wasm');
  });

  test.each([
    [() => registerBackend('auto', async () => sums), /'auto', expected a name/],
    [() => registerBackend('', async () => sums), /'name' is '', expected a name/],
    [() => registerBackend('x', sums as never), /'load' is of type Object, expected a function/],
    [
      () => registerBackend('x', async () => sums, { priority: Number.NaN }),
      /'priority' is NaN, expected a number/,
    ],
    [() => registerBackend('x', async () => sums, { rank: 1 } as never), /unknown option 'rank'.*priority/],
  ])('is refused with wrong arguments (%#)', (call, message) => {
    expect(call).toThrow(message);
  });
});
