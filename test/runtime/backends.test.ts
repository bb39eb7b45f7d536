import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { availability } from '../../src/runtime/backends/availability.ts';
import { type BackendName, EXECUTOR_DEFAULTS, type Executor } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import '../../src/gpu.ts';
import type { DenseNode, Network } from '../../src/weights/network.ts';
import { matrixNode, randomCoefficients, randomValues, rowsNode } from '../kernels/random.ts';

const NAMES: readonly BackendName[] = [
  'reference',
  'gpujs:cpu',
  'wasm',
  'gpujs:wasm',
  'gpujs:webgpu',
  'webgpu',
];

const dense: DenseNode = {
  kind: 'dense',
  name: 'last',
  inFeatures: 19,
  outFeatures: 5,
  relu: false,
  weights: randomValues(19 * 5, 21),
  bias: randomValues(5, 22),
};

/** Every kind of node after every other, with both scopes of the affine map. */
const network: Network = {
  nodes: [
    rowsNode(20, 12, { outFeatures: 30, relu: true, x: 2, y: 2, perRow: true }),
    matrixNode(30, { outFeatures: 19, relu: true, seed: 2 }),
    dense,
  ],
};
const oracle = new Oracle(network);

/** Rows so long that on a GPU several threads share each, in every kind of node. */
const longRows: Network = {
  nodes: [
    rowsNode(40, 40, { outFeatures: 600, relu: true, perRow: true }),
    matrixNode(600, {
      outFeatures: 400,
      relu: true,
      coefficients: randomCoefficients(400, 600, { density: 0.4 }),
    }),
    {
      ...dense,
      inFeatures: 400,
      weights: randomValues(400 * 5, 23),
    },
  ],
};

async function create(name: BackendName, of: Network = network): Promise<Executor> {
  return (await findBackend(name)).create(of, EXECUTOR_DEFAULTS);
}

async function maxError(executor: Executor, batch: number, seed: number): Promise<number> {
  const input = randomValues(batch * 240, seed);
  const logits = await executor.run(input, batch, 'values');
  expect(logits).toHaveLength(batch * 5);
  let max = 0;
  for (let i = 0; i < batch; i++) {
    const error = relativeError(
      logits.subarray(i * 5, i * 5 + 5),
      oracle.run(input.subarray(i * 240, i * 240 + 240)),
    );
    max = Math.max(max, error);
  }
  return max;
}

const embedded = readFileSync(join(import.meta.dirname, '..', '..', 'data', 'mnist-mlp-512-q20.wjz'));

for (const name of NAMES) {
  const state = await availability(name);
  describe.skipIf(!state.available)(state.available ? name : `${name}: skipped, ${state.reason}`, () => {
    it.each([1, 2, 3, 5, 16, 300])('a batch of %i agrees with the exact answer', async (batch) => {
      const executor = await create(name);
      expect(executor.backend).toBe(name);
      expect(await maxError(executor, batch, batch)).toBeLessThanOrEqual(1e-5);
      executor.dispose();
    });

    it('answers when batch sizes change to and fro', async () => {
      const executor = await create(name);
      for (const batch of [1, 7, 1, 30, 2, 1, 256, 7]) {
        expect(await maxError(executor, batch, 40 + batch)).toBeLessThanOrEqual(1e-5);
      }
      executor.dispose();
    });

    it.each([1, 5])('long rows, a batch of %i', async (batch) => {
      const executor = await create(name, longRows);
      const input = randomValues(batch * 1600, 60);
      const logits = await executor.run(input, batch, 'values');
      const exact = new Oracle(longRows);
      for (let i = 0; i < batch; i++) {
        const expected = exact.run(input.subarray(i * 1600, (i + 1) * 1600));
        expect(relativeError(logits.subarray(i * 5, (i + 1) * 5), expected)).toBeLessThanOrEqual(1e-5);
      }
      executor.dispose();
    });

    it('takes coefficients instead of samples', async () => {
      const executor = await create(name);
      const input = randomValues(240, 3);
      const first = network.nodes[0];
      if (first.kind !== 'rows') throw new Error('the first node is of another kind');
      const { blockDctReference } = await import('../../kernels/block-dct/reference.ts');
      const coefficients = Float32Array.from(blockDctReference(input, 1, first.tile));
      const logits = await executor.run(coefficients, 1, 'coefficients');
      expect(relativeError(logits, oracle.run(input))).toBeLessThanOrEqual(1e-5);
      executor.dispose();
    });

    it('keeps calls that overlap apart, whatever becomes of their arrays', async () => {
      const executor = await create(name);
      const shared = new Float32Array(240);
      const calls = Array.from({ length: 6 }, (_, seed) => {
        const input = randomValues(240, seed);
        shared.set(input);
        return { input, answer: executor.run(shared, 1, 'values') };
      });
      shared.fill(NaN);
      for (const { input, answer } of calls) {
        expect(relativeError(await answer, oracle.run(input))).toBeLessThanOrEqual(1e-5);
      }
      executor.dispose();
    });

    it('holds layer 1 at quality 20, one map for the layer, in a fraction of the dense bytes', async () => {
      const bytes: number[] = [];
      for (const path of ['coefficient', 'expanded'] as const) {
        const session = await InferenceSession.create(embedded, { path, backends: [name] });
        await session.infer(new Float32Array(784));
        bytes.push(session.resident.nodes[0].bytes);
        const { host, device, nodes } = session.resident;
        expect(nodes.reduce((sum, node) => sum + node.bytes, 0)).toBe(host + device);
        session.dispose();
      }
      const [coefficient, matrix] = bytes;
      expect(matrix).toBeGreaterThanOrEqual(512 * 784 * 4);
      expect(coefficient * (name === 'gpujs:webgpu' ? 8 : 10)).toBeLessThanOrEqual(matrix);
    });
  });
}

describe('choosing a backend', () => {
  it('says why one that was asked for is not there', async () => {
    await expect(InferenceSession.create(embedded, { backends: ['gpujs:webgl'] })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: /^no backend is available: webgl: WebGL is unavailable/,
    });
  });

  it('takes the first of a list that is there', async () => {
    const session = await InferenceSession.create(embedded, {
      backends: ['gpujs:webgl', 'gpujs:cpu', 'wasm'],
    });
    expect(session.backend).toBe('gpujs:cpu');
  });

  it('takes wasm in Node when it may choose', async () => {
    expect((await InferenceSession.create(embedded)).backend).toBe('wasm');
  });
});
