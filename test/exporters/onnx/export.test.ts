import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compress } from '../../../src/compress/compress.ts';
import { networkGraph } from '../../../src/exporters/network.ts';
import { exportOnnx } from '../../../src/exporters/onnx/index.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../../src/format/write.ts';
import { chainOf } from '../../../src/graph/passes/chain-of.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { elementCount } from '../../../src/graph/shape.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { InferenceSession } from '../../../src/runtime/session.ts';
import { Tensor } from '../../../src/runtime/tensor.ts';
import { integers, lengths, readFields, texts } from '../../bench/wire-format.ts';
import { options, randomNetwork } from '../../compress/networks.ts';
import { graphContent } from '../../format/graph-contents.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { seededValues } from '../../operators/case.ts';
import { hasOnnxRuntime, relativeDifference, runOnnx, WHERE } from './onnxruntime.ts';

const DATA = join(import.meta.dirname, '../../../data');
const BATCH = 3;

const reread = (content: WjzContent): WjzFile => readWjz(writeWjz(content));

const softmaxChain = (): WjzFile => {
  const network = randomNetwork([48, 20, 6]);
  const { content } = compress({ layers: [...network.layers, { type: 'softmax' }] }, options(8, 6));
  return reread(content);
};

/** Names of models and how to open them: chains of both layouts, affine maps with and without offsets, tables, graphs. */
const MODELS: readonly (readonly [name: string, open: () => WjzFile])[] = [
  ...readdirSync(DATA)
    .filter((name) => name.endsWith('.wjz'))
    .map((name) => [name, () => readWjz(new Uint8Array(readFileSync(join(DATA, name))))] as const),
  ['a chain that ends in a softmax', softmaxChain],
  [
    'a chain of high quality',
    () =>
      reread(
        compress(randomNetwork([64, 40, 30]), options(8, 8, { quality: 98, layers: ['fc0', 'fc1'] })).content,
      ),
  ],
  [
    'a chain of matrices, one map for each',
    () =>
      reread(
        compress(
          randomNetwork([64, 40, 30]),
          options(8, 8, { layout: 'matrix', scope: 'layer', layers: ['fc0', 'fc1'] }),
        ).content,
      ),
  ],
  ['a graph that was trained here', () => readWjz(readFileSync(join(DATA, 'mnist-lenet5-trained.jpg')))],
  ['a graph with two outputs', () => reread(graphContent())],
];

/** Bounds on the largest difference over the largest output: float16 rounds weights to 11 bits. */
const MODES = [
  { type: 'float32', coefficients: false, max: 1e-5 },
  { type: 'float32', coefficients: true, max: 1e-5 },
  { type: 'float16', coefficients: false, max: 2e-3 },
] as const;

describe.each(MODELS)('%s', (_, open) => {
  const file = open();
  const { input } = file.manifest;
  const shape = input.kind === 'image' ? [input.channels, input.height, input.width] : [input.length];
  const values = seededValues(BATCH * elementCount(shape), 5);
  /** What a session gives by the names of the exported outputs. */
  const exact = async (names: readonly string[]): Promise<Record<string, Tensor>> => {
    const session = await InferenceSession.fromFile(file, { backends: ['reference'] });
    return session.run({ input: new Tensor(values, [BATCH, ...shape]) }, names);
  };

  it.skipIf(!hasOnnxRuntime).each(MODES)(
    `$type, coefficients $coefficients: ${WHERE}`,
    async ({ max, ...mode }) => {
      const exported = await exportOnnx(file, mode);
      expect(exported.inputs).toEqual([{ name: 'input', shape }]);
      const names = exported.outputs.map(({ name }) => name);
      const expected = await exact(names);
      for (const optimization of ['disabled', 'all'] as const) {
        const results = await runOnnx(exported, [values], BATCH, optimization);
        expect([...results.keys()].sort()).toEqual([...names].sort());
        for (const { name, shape: extents } of exported.outputs) {
          expect(results.get(name)?.dims).toEqual([BATCH, ...extents]);
          expect(relativeDifference(results.get(name)?.data ?? [], expected[name].data)).toBeLessThanOrEqual(
            max,
          );
        }
      }
    },
  );

  it.each(MODES)('$type, coefficients $coefficients: imported again', async ({ max, ...mode }) => {
    const { bytes, outputs } = await exportOnnx(file, mode);
    const { graph, outputNames } = importOnnx(bytes);
    expect(outputNames).toEqual(outputs.map(({ name }) => name));
    expect(graph.inputs).toEqual([{ name: 'input', shape }]);
    const executor = await openGraphOn('reference', planGraph(graph));
    const results = await executor.run([values], BATCH, 'values');
    const expected = await exact(outputNames);
    outputNames.forEach((name, index) => {
      expect(relativeDifference(results[index], expected[name].data)).toBeLessThanOrEqual(max);
    });
  });
});

describe('exportOnnx', () => {
  it('names the outputs of chains as sessions do, and reads back as a chain', async () => {
    const { outputs, bytes } = await exportOnnx(softmaxChain());
    expect(outputs).toEqual([{ name: 'softmax 3', shape: [6] }]);
    const chain = chainOf(importOnnx(bytes).graph);
    expect(chain?.layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type))).toEqual([
      'fc0',
      'relu',
      'fc1',
      'softmax',
    ]);
  });

  it('keeps labels, how pictures are prepared, description and licence', async () => {
    const content = graphContent();
    const input = { ...content.manifest.input, mean: 0.5, std: 0.25 } as ImageInputSpec;
    const manifest = { ...content.manifest, input, name: 'n', description: 'Two answers.', license: 'MIT' };
    const { bytes } = await exportOnnx(reread({ ...content, manifest }));
    const model = readFields(bytes);
    expect([integers(model, 1), texts(model, 2)]).toEqual([[8], ['wjpeg']]);
    const opsets = lengths(model, 8).map(readFields);
    expect(opsets.map((opset) => [texts(opset, 1), integers(opset, 2)])).toEqual([[[''], [17]]]);
    expect(texts(model, 6)).toEqual([
      "Two answers. The input is a 3×2 picture, 1×2×3 (grey): (sample ÷ 255 − 0.5) ÷ 0.25. The labels of 'c' are in the metadata.",
    ]);
    const metadata = Object.fromEntries(
      lengths(model, 14).map((entry) => {
        const fields = readFields(entry);
        return [texts(fields, 1)[0], texts(fields, 2)[0]];
      }),
    );
    expect(metadata).toEqual({
      description: 'Two answers.',
      license: 'MIT',
      labels: '["x","y","z"]',
      input: JSON.stringify(input),
    });
    const [graph] = lengths(model, 7).map(readFields);
    expect(texts(graph, 2)).toEqual(['n']);
  });

  it('names the output of a graph that was trained here logits', async () => {
    const file = readWjz(readFileSync(join(DATA, 'mnist-lenet5-trained.jpg')));
    expect((await exportOnnx(file)).outputs).toEqual([{ name: 'logits', shape: [10] }]);
  });

  it('gives outputs that are the input, or listed twice, names of their own', async () => {
    const content = graphContent();
    const outputs = ['c', 'sum', 'sum', 'input'];
    const file = reread({ ...content, manifest: { ...content.manifest, outputs } });
    expect((await networkGraph(file)).outputs).toEqual(outputs);
    const exported = await exportOnnx(file);
    expect(exported.outputs.map(({ name }) => name)).toEqual(['c', 'sum', 'sum_2', 'input_2']);
    const { graph, outputNames } = importOnnx(exported.bytes);
    expect(outputNames).toEqual(['c', 'sum', 'sum_2', 'input_2']);
    expect(graph.outputs).toEqual(['c', 'sum', 'sum_2', 'input_2']);
  });

  it('tells the part that is done', async () => {
    const parts: number[] = [];
    await exportOnnx(softmaxChain(), { onProgress: (part) => parts.push(part) });
    expect(parts).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('refuses numbers beyond float16, naming the tensor, and unknown options', async () => {
    const network = randomNetwork([8, 4]);
    const layers = network.layers.map((layer) =>
      layer.type === 'linear' ? { ...layer, weights: layer.weights.map((value) => value * 1e7) } : layer,
    );
    const input = { kind: 'vector', length: 8 } as const;
    const file = reread(compress({ layers }, { input, layers: [], rest: 'F32' }).content);
    await expect(exportOnnx(file, { type: 'float16' })).rejects.toThrow(
      /^'logits.weight': element \d+ is -?\d+(\.\d+)?, beyond float16's 65504: keep the tensor as float32$/,
    );
    await expect(exportOnnx(file, { type: 'int8' as 'float16' })).rejects.toThrow(
      "exportOnnx: option 'type' is 'int8', expected one of: float32, float16",
    );
  });
});
