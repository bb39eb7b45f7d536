import { describe, expect, it } from 'vitest';
import { compressGraph } from '../../src/compress/graph/compress-graph.ts';
import { asTrained, mapped, trainedMap } from '../../src/compress/graph/trained-outputs.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { ChannelMoments, Graph, GraphNode } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { mulberry32, normal } from '../../src/random.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { Tensor } from '../../src/runtime/tensor.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import { linearNode, node, vectorGraph } from '../graph/graphs.ts';

const INPUTS = 64;
const OUTPUTS = 32;
/** What the network is meant for: inputs far from 0, as decibels are. */
const [MEAN, DEVIATION] = [-30, 8];

function inputs(count: number, seed: number): Float32Array {
  const random = mulberry32(seed);
  return Float32Array.from({ length: count * INPUTS }, () => MEAN + DEVIATION * normal(random));
}

/** Moments of each output over the inputs. */
function momentsOf({ weights, bias }: DenseNode, values: Float32Array): ChannelMoments {
  const count = values.length / INPUTS;
  const mean = new Float32Array(OUTPUTS);
  const deviation = new Float32Array(OUTPUTS);
  for (let row = 0; row < OUTPUTS; row++) {
    const outputs = Array.from({ length: count }, (_, i) => {
      let sum = bias?.[row] ?? 0;
      for (let k = 0; k < INPUTS; k++) sum += weights[row * INPUTS + k] * values[i * INPUTS + k];
      return sum;
    });
    mean[row] = outputs.reduce((sum, value) => sum + value, 0) / count;
    deviation[row] = Math.sqrt(outputs.reduce((sum, value) => sum + (value - mean[row]) ** 2, 0) / count);
  }
  return { mean, deviation };
}

const plain = linearNode('first', 'x', INPUTS, OUTPUTS, 3);
const first: GraphNode = { ...plain, trained: momentsOf(plain.linear as DenseNode, inputs(500, 1)) };
const network = (node0: GraphNode): Graph =>
  vectorGraph(
    INPUTS,
    ['last'],
    [node0, node('relu', 'r', ['first']), linearNode('last', 'r', OUTPUTS, 64, 5)],
  );

describe('probes of a network with batch norms', () => {
  it('get the mean and deviation that its inputs had', () => {
    const random = mulberry32(2);
    const values = Float32Array.from({ length: 100 * INPUTS }, () => normal(random));
    const moved = asTrained(planGraph(network(first)), { count: 100, size: INPUTS, values }).values;
    const mean = moved.reduce((sum, value) => sum + value, 0) / moved.length;
    const deviation = Math.sqrt(moved.reduce((sum, value) => sum + (value - mean) ** 2, 0) / moved.length);
    expect(mean).toBeCloseTo(MEAN, -0.5);
    expect(deviation / DEVIATION).toBeGreaterThan(0.8);
    expect(deviation / DEVIATION).toBeLessThan(1.25);
  });

  it('stay as they are where no batch norm tells', () => {
    const probes = { count: 1, size: INPUTS, values: new Float32Array(INPUTS) };
    expect(asTrained(planGraph(network(plain)), probes)).toBe(probes);
  });

  it('give outputs with the moments of training, per channel over all pixels', () => {
    const trained = { mean: Float32Array.of(5, -1), deviation: Float32Array.of(2, 0.5) };
    // 2 inputs × 2 channels × 2 pixels.
    const values = Float32Array.of(1, 3, 10, 10, 5, 7, 10, 10);
    const map = trainedMap({ ...plain, trained }, values, 2);
    const result = mapped(values, map, 2);
    const channel = [0, 1, 4, 5].map((at) => result[at]);
    expect(channel.reduce((sum, value) => sum + value) / 4).toBeCloseTo(5, 5);
    expect(Math.sqrt(channel.reduce((sum, value) => sum + (value - 5) ** 2, 0) / 4)).toBeCloseTo(2, 5);
    // A channel that never varies is moved only.
    expect([2, 3, 6, 7].map((at) => result[at])).toEqual([-1, -1, -1, -1]);
    expect(mapped(values, trainedMap(plain, values, 2), 2)).toBe(values);
  });

  it('lead to smaller errors for the inputs that the network is meant for', async () => {
    const count = 50;
    const values = inputs(count, 9);
    const answers = async (wjz: Uint8Array): Promise<Float32Array> => {
      const session = await InferenceSession.create(wjz, { backend: 'reference' });
      const result = await session.run({
        [session.inputNames[0]]: new Tensor('float32', values, [count, INPUTS]),
      });
      return result[session.outputNames[0]].data as Float32Array;
    };
    const stored = async (node0: GraphNode, maxError: number) => {
      const { content } = await compressGraph(network(node0), {
        input: { kind: 'vector', length: INPUTS },
        maxError,
      });
      const wjz = writeWjz(content);
      return { bytes: wjz.length, answers: await answers(wjz) };
    };
    const exact = await stored(plain, 1e-4);
    const error = ({ answers }: typeof exact): number =>
      Math.sqrt(answers.reduce((sum, value, at) => sum + (value - exact.answers[at]) ** 2, 0));
    const [told, untold] = [await stored(first, 0.1), await stored(plain, 0.1)];
    expect(error(told)).toBeLessThan(0.7 * error(untold));
    expect(told.bytes).toBeLessThan(1.05 * untold.bytes);
  });
});
