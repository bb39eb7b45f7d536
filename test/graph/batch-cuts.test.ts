import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import type { PlannedGraph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { ExecutorOptions } from '../../src/runtime/backends/backend.ts';
import { planWasmGraph, WasmGraphExecutor } from '../../src/runtime/backends/wasm/graph.ts';
import { wasmBackend } from '../../src/runtime/backends/wasm/index.ts';
import { valueNames } from '../../src/runtime/graph/chain-graph.ts';
import { graphOfValues, storedGraph } from '../../src/runtime/graph/stored-graph.ts';
import { seededValues } from '../operators/case.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

const file = (name: string) => readWjz(readFileSync(join(import.meta.dirname, '../../data', name)));

const stored = async (name: string): Promise<PlannedGraph> =>
  (await storedGraph(file(name), 'coefficient', {})).graph;

/** Dense layers, of which groups of a few images are run singly, between nodes that are no chains. */
const DENSE = planGraph(
  vectorGraph(
    40,
    ['out', 's'],
    [
      linearNode('a', 'x', 40, 64, 1),
      node('sigmoid', 's', ['a']),
      linearNode('b', 's', 64, 64, 2),
      node('relu', 'r', ['b']),
      linearNode('c', 'r', 64, 7, 3),
      node('tanh', 'out', ['c']),
    ],
  ),
);

/** The same behind a map so large that few images make a part. */
const WIDE = planGraph(
  vectorGraph(
    30_000,
    ['out'],
    [
      node('silu', 's', ['x']),
      node('slice', 'few', ['s'], { starts: [0], lengths: [40], steps: [1] }),
      linearNode('a', 'few', 40, 64, 1),
      node('sigmoid', 'out', ['a']),
    ],
  ),
);

const GRAPHS: Readonly<Record<string, () => Promise<PlannedGraph> | PlannedGraph>> = {
  dense: () => DENSE,
  'parts of few images': () => WIDE,
  'LeNet-5': () => stored('mnist-lenet5-trained.jpg'),
  'LeNet of 8 and 16 channels': () => stored('mnist-lenet-8-16-trained.jpg'),
  'ResNet-8': () => stored('cifar10-resnet8-trained.jpg'),
  'a picture layer, and a value within': () => {
    const mlp = file('mnist-mlp-512-q20.wjz');
    const names = valueNames(mlp.manifest);
    return graphOfValues(
      mlp,
      'coefficient',
      {},
      ['relu 1', 'logits'].map((name) => names.get(name) as string),
    );
  },
};

const WAYS: readonly ExecutorOptions[] = [
  { precision: 'float32', memory: 'speed', threads: 1 },
  { precision: 'int16', memory: 'speed', threads: 1 },
  { precision: 'int8', memory: 'speed', threads: 1 },
  { precision: 'float32', memory: 'compact', threads: 1 },
];

describe.each(Object.entries(GRAPHS))('wherever a batch is cut: %s', (name, graphOf) => {
  test.each(WAYS)('$precision, $memory: the same answers, to the bit', async (options) => {
    const graph = await planWasmGraph(await graphOf(), options);
    const executor = await WasmGraphExecutor.create(graph, options, wasmBackend.create);
    const [{ shape }] = graph.inputs;
    const width = shape.reduce((product, extent) => product * extent, 1);
    const batches = name === 'ResNet-8' ? [2, 7, 26] : [2, 7, 23, 24, 25, 30, 47, 50, 64, 82, 130];
    const all = seededValues(130 * width, 5);
    for (const batch of batches) {
      const input = all.subarray(0, batch * width);
      const whole = await executor.run([input], batch, 'values');
      const together = executor.imagesTogether(batch);
      for (const part of [0, 1 / 3, 1 / 2, 1]) {
        const first = together * Math.floor((part * (batch - 1)) / together) || together;
        if (first >= batch) continue;
        const shares = [
          await executor.run([input.subarray(0, first * width)], first, 'values', batch),
          await executor.run([input.subarray(first * width)], batch - first, 'values', batch),
        ];
        for (const [output, values] of whole.entries()) {
          const joined = Float32Array.from(shares.flatMap((share) => [...share[output]]));
          expect(joined, `${batch} cut at ${first}`).toEqual(values);
        }
      }
    }
    executor.dispose();
  });
});
