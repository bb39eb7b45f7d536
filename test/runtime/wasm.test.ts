import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import type { ExecutorOptions } from '../../src/runtime/backends/backend.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { createWasmBackend } from '../../src/runtime/backends/wasm/index.ts';
import type { KernelBuild } from '../../src/runtime/backends/wasm/module.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { DenseNode, LinearNode, Network } from '../../src/weights/network.ts';
import { matrixNode, randomCoefficients, randomValues, rowsNode } from '../kernels/random.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');

function denseNode(inFeatures: number, outFeatures: number, relu = false): DenseNode {
  const weights = randomValues(inFeatures * outFeatures, 41);
  return { kind: 'dense', name: 'dense', inFeatures, outFeatures, weights, bias: null, relu };
}

/** A picture whose left half is black, so that there are blocks and runs to skip. */
function inputs(count: number, size: number, seed: number): Float32Array {
  const values = randomValues(count * size, seed);
  for (let i = 0; i < values.length; i++) if (i % size < size / 2) values[i] = 0;
  return values;
}

async function maxError(
  network: Network,
  build: KernelBuild,
  batch: number,
  options: Partial<ExecutorOptions> = {},
): Promise<number> {
  const executor = await createWasmBackend(build).create(network, { ...EXECUTOR_DEFAULTS, ...options });
  const oracle = new Oracle(network);
  const { inFeatures } = network.nodes[0];
  const out = network.nodes[network.nodes.length - 1].outFeatures;
  const values = inputs(batch, inFeatures, batch);
  const logits = await executor.run(values, batch, 'values');
  expect(logits).toHaveLength(batch * out);
  let max = 0;
  for (let i = 0; i < batch; i++) {
    const error = relativeError(
      logits.subarray(i * out, (i + 1) * out),
      oracle.run(values.subarray(i * inFeatures, (i + 1) * inFeatures)),
    );
    max = Math.max(max, Number.isNaN(error) ? Infinity : error);
  }
  executor.dispose();
  return max;
}

const dense = { density: 0.6, max: 6, seed: 5 };
const NETWORKS: readonly (readonly [string, readonly LinearNode[]])[] = [
  ['rows, entries only', [rowsNode(28, 28, { outFeatures: 40, x: 2, y: 2, relu: true })]],
  [
    'rows, mostly pairs, a map a row',
    [
      rowsNode(28, 28, {
        outFeatures: 200,
        perRow: true,
        coefficients: randomCoefficients(200, 1024, dense),
      }),
    ],
  ],
  [
    'rows, values of 16 bits in pairs and entries',
    [
      rowsNode(16, 16, {
        outFeatures: 100,
        coefficients: randomCoefficients(100, 256, { density: 0.5, max: 1000 }),
      }),
    ],
  ],
  ['rows of a picture that is not whole vectors', [rowsNode(13, 5, { outFeatures: 7, x: 3, y: 6 })]],
  [
    'rows, symmetric, no bias',
    [rowsNode(9, 9, { outFeatures: 5, symmetric: true, bias: false, relu: true })],
  ],
  [
    'rows, none nonzero',
    [rowsNode(8, 8, { outFeatures: 3, coefficients: randomCoefficients(3, 64, { density: 0 }) })],
  ],
  ['matrix, entries only', [matrixNode(100, { outFeatures: 30, relu: true })]],
  [
    'matrix, mostly pairs, a map a row',
    [
      matrixNode(300, {
        outFeatures: 190,
        perRow: true,
        coefficients: randomCoefficients(192, 304, { density: 0.7, max: 30 }),
      }),
    ],
  ],
  ['matrix of 13 inputs', [matrixNode(13, { outFeatures: 10 })]],
  ['dense, panels of both widths', [denseNode(77, 75, true)]],
  ['dense, one output', [denseNode(5, 1)]],
  [
    'rows, matrix, dense',
    [
      rowsNode(20, 12, { outFeatures: 30, relu: true, x: 2, y: 2 }),
      matrixNode(30, { outFeatures: 19, relu: true, seed: 2 }),
      denseNode(19, 5),
    ],
  ],
  [
    'dense, matrix, matrix',
    [
      denseNode(33, 21, true),
      matrixNode(21, { outFeatures: 50, relu: true }),
      matrixNode(50, { outFeatures: 3, seed: 3 }),
    ],
  ],
  ['rows after dense', [denseNode(40, 64, true), rowsNode(8, 8, { outFeatures: 12 }), denseNode(12, 4)]],
];

for (const build of ['simd', 'scalar'] as const) {
  describe(`wasm kernels, ${build}`, () => {
    for (const [name, nodes] of NETWORKS) {
      it.each([1, 3, 40])(`${name}: a batch of %i`, async (batch) => {
        expect(await maxError({ nodes }, build, batch)).toBeLessThanOrEqual(1e-5);
      });
      it(`${name}: compact`, async () => {
        expect(await maxError({ nodes }, build, 9, { memory: 'compact' })).toBeLessThanOrEqual(1e-5);
      });
    }
  });
}

/** Greatest difference of any logit from the exact one, relative to the greatest logit of the whole batch. */
async function int16Error(network: Network, batch: number): Promise<number> {
  const executor = await createWasmBackend('simd').create(network, {
    ...EXECUTOR_DEFAULTS,
    precision: 'int16',
  });
  const oracle = new Oracle(network);
  const { inFeatures } = network.nodes[0];
  const values = inputs(batch, inFeatures, batch);
  const logits = await executor.run(values, batch, 'values');
  const exact = Array.from({ length: batch }, (_, i) =>
    oracle.run(values.subarray(i * inFeatures, (i + 1) * inFeatures)),
  ).flatMap((row) => [...row]);
  return relativeError(logits, exact);
}

describe('int16', () => {
  for (const [name, nodes] of NETWORKS) {
    it.each([1, 40, 70])(`${name}: a batch of %i`, async (batch) => {
      // A batch's sums have 16 bits, a single input's have 32; coefficients up to ±20 in every fifth place are hard for them.
      expect(await int16Error({ nodes }, batch)).toBeLessThanOrEqual(batch === 1 ? 1e-3 : 0.1);
    });
  }
});

const models = [
  'mnist-mlp-512-trained',
  'mnist-lenet-300-100-trained',
  'mnist-mlp-512-q20',
  'mnist-mlp-512-q20-row',
];

describe('memory modes', () => {
  it.each(models)('%s: all give the same answers', async (name) => {
    const file = readWjz(readFileSync(join(DATA, `${name}.wjz`)));
    const oracle = new Oracle(loadNetwork(file, 'coefficient'));
    const values = inputs(20, 784, 6);
    for (const memory of ['speed', 'compact', 'stream'] as const) {
      for (const build of ['simd', 'scalar'] as const) {
        const network = loadNetwork(file, 'coefficient');
        const executor = await createWasmBackend(build).create(network, { ...EXECUTOR_DEFAULTS, memory });
        for (const batch of [1, 20]) {
          const logits = await executor.run(values.subarray(0, batch * 784), batch, 'values');
          for (let i = 0; i < batch; i++) {
            const exact = oracle.run(values.subarray(i * 784, (i + 1) * 784));
            expect(relativeError(logits.subarray(i * 10, i * 10 + 10), exact)).toBeLessThanOrEqual(1e-5);
          }
        }
        expect(executor.peakBytes).toBeGreaterThan(
          executor.residentBytes.host + executor.residentBytes.device,
        );
      }
    }
  });

  it('stream keeps about the file, compact less than speed after a batch', async () => {
    const bytes = readFileSync(join(DATA, 'mnist-mlp-512-trained.wjz'));
    const resident = async (memory: ExecutorOptions['memory']): Promise<number> => {
      const session = await InferenceSession.create(bytes, { memory, backends: ['wasm'] });
      await session.runBatch(inputs(40, 784, 1), 40);
      return session.residentBytes;
    };
    const speed = await resident('speed');
    expect(await resident('compact')).toBeLessThan(speed);
    expect(await resident('stream')).toBeLessThan(3 * bytes.length);
    // 1/60 of the dense net of 784-512-10.
    expect(speed).toBeLessThanOrEqual((1_628_200 - 2_088) / 60);
  });
});
