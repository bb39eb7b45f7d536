import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GraphStep } from '../../src/graph/passes/linear-chains.ts';
import { InferenceSession, type SessionOptions } from '../../src/index.ts';
import { mulberry32 } from '../../src/random.ts';
import { BatchCuts } from '../../src/runtime/backends/wasm/graph-parts.ts';
import { isForInt8 } from '../../src/runtime/backends/wasm/int8-rule.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import type { DenseNode, Network } from '../../src/weights/network.ts';
import { randomCoefficients, rowsNode } from '../kernels/random.ts';

const data = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '..', '..', 'data', name)));
/** A quarter of its weights is kept as coefficients. */
const PER_ROW = data('mnist-mlp-512-q20-row.wjz');
/** An eighth, and some hundredths. */
const SPARSER = [data('mnist-mlp-512-q20.wjz'), data('mnist-mlp-512-trained.wjz')];
const inputs = Float32Array.from({ length: 50 * 784 }, mulberry32(5)).map((value) =>
  Math.max(0, 2 * value - 1),
);

async function withSession<T>(
  model: Uint8Array,
  options: SessionOptions,
  use: (session: InferenceSession) => Promise<T>,
): Promise<T> {
  const session = await InferenceSession.create(model, options);
  try {
    return await use(session);
  } finally {
    session.dispose();
  }
}

const batch = (session: InferenceSession): Promise<Float32Array> => session.runBatch(inputs, 50);
const bytes = async (session: InferenceSession): Promise<number> => session.residentBytes;

describe("a session with precision 'int8'", () => {
  it('multiplies layers of many coefficients as bytes: a byte for a weight, answers off by some percent', async () => {
    const rounded = await withSession(PER_ROW, { precision: 'int8' }, batch);
    const exact = await withSession(PER_ROW, {}, batch);
    expect(relativeError(rounded, Float64Array.from(exact))).toBeLessThan(0.05);
    expect(rounded).not.toEqual(exact);
    const weights = 784 * 512 + 512 * 10;
    const resident = await withSession(PER_ROW, { precision: 'int8' }, bytes);
    expect(resident).toBeGreaterThan(weights);
    expect(resident).toBeLessThan(1.03 * weights);
  });

  it('answers a picture in a batch as it does alone', async () => {
    await withSession(PER_ROW, { precision: 'int8' }, async (session) => {
      const together = await session.runBatch(inputs, 50);
      for (const at of [0, 17, 49]) {
        const alone = await session.runBatch(inputs.slice(at * 784, (at + 1) * 784), 1);
        expect(alone).toEqual(together.slice(at * 10, (at + 1) * 10));
      }
    });
  });

  it('takes JPEGs by their coefficients, as other precisions do', async () => {
    const digit = data('pictures/digit-3-grey.jpg');
    const [rounded, exact] = await Promise.all(
      (['int8', 'float32'] as const).map((precision) =>
        withSession(PER_ROW, { precision }, async (session) => (await session.infer(digit)).logits),
      ),
    );
    expect(relativeError(rounded, Float64Array.from(exact))).toBeLessThan(0.05);
    expect(rounded).not.toEqual(exact);
  });

  it('leaves layers of few coefficients as they are in int16', async () => {
    for (const model of SPARSER) {
      expect(await withSession(model, { precision: 'int8' }, batch)).toEqual(
        await withSession(model, { precision: 'int16' }, batch),
      );
    }
  });

  it('multiplies dense weights as bytes: a quarter of their memory', async () => {
    const whole = await withSession(PER_ROW, { path: 'expanded' }, bytes);
    for (const memory of ['speed', 'compact', 'stream'] as const) {
      const quarter = await withSession(PER_ROW, { path: 'expanded', precision: 'int8', memory }, bytes);
      expect(quarter).toBeLessThan(0.27 * whole);
    }
  });

  it("keeps coefficients with memory 'compact' where they take less, and the JPEG with 'stream'", async () => {
    for (const memory of ['compact', 'stream'] as const) {
      const sizes = await Promise.all(
        (['int8', 'int16'] as const).map((precision) => withSession(PER_ROW, { precision, memory }, bytes)),
      );
      expect(sizes[0]).toBe(sizes[1]);
    }
  });
});

describe('the rule of bytes', () => {
  const dense = (inFeatures: number, outFeatures: number): DenseNode => ({
    ...{ kind: 'dense', name: 'fc', inFeatures, outFeatures, bias: null, relu: false },
    weights: new Float32Array(inFeatures * outFeatures),
  });

  it.each([
    ['a small layer, which would gain nothing', [dense(64, 10)], false],
    ['layers that are large enough together', [dense(400, 16), dense(16, 112)], true],
    ['a layer whose sums could leave int32', [dense(133_145, 1)], false],
    ['one whose sums cannot', [dense(133_144, 1)], true],
  ] as const)('%s: %o', (_, [first, ...rest], isFor) => {
    expect(isForInt8({ nodes: [first, ...rest] }, 'speed')).toBe(isFor);
  });

  it('counts nonzeros: a fifth of the weights, a third where memory counts', () => {
    const kept = (density: number): Network => ({
      nodes: [
        rowsNode(32, 32, {
          ...{ outFeatures: 64 },
          coefficients: randomCoefficients(64, 1024, { density, max: 1e4, seed: 1 }),
        }),
      ],
    });
    expect([0.19, 0.21, 0.32, 0.35].map((density) => isForInt8(kept(density), 'speed'))).toEqual([
      ...[false, true, true, true],
    ]);
    expect([0.19, 0.21, 0.32, 0.35].map((density) => isForInt8(kept(density), 'compact'))).toEqual([
      ...[false, false, false, true],
    ]);
  });
});

describe('batches of graphs', () => {
  const step = (network: Network): GraphStep => ({
    ...{ kind: 'chain', network, input: 'x', output: 'y', takesInput: true },
  });
  const pictures = rowsNode(32, 32, {
    ...{ outFeatures: 64, coefficients: randomCoefficients(64, 1024, { density: 0.5, max: 1e4 }) },
  });

  it('are cut anywhere where chains go in bytes, and at whole groups where they do not', () => {
    for (const [precision, together, filled] of [
      ['int8', 1, 50],
      ['int16', 48, 96],
    ] as const) {
      const cuts = new BatchCuts([step({ nodes: [pictures] })], { precision, memory: 'speed' }, 1000);
      expect([cuts.imagesTogether(100), cuts.filledImages(50, 96)]).toEqual([together, filled]);
    }
  });
});
