import { describe, expect, it } from 'vitest';
import { compress } from '../../../src/compress/compress.ts';
import { networkGraph } from '../../../src/exporters/network.ts';
import { exportSafetensors } from '../../../src/exporters/safetensors/index.ts';
import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../../src/format/write.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { chainOf } from '../../../src/graph/passes/chain-of.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import { elementCount } from '../../../src/graph/shape.ts';
import { readNetworkFile } from '../../../src/importers/network-file.ts';
import { readWeights } from '../../../src/importers/read-weights.ts';
import { loadNetwork } from '../../../src/runtime/load-network.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import { safetensorsMetadata } from '../../../src/safetensors/metadata.ts';
import { readSafetensors } from '../../../src/safetensors/read.ts';
import { type Tensor, toFloat32 } from '../../../src/safetensors/tensor.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../../../src/weights/dense-network.ts';
import type { RowsNode } from '../../../src/weights/network.ts';
import { reconstructWeights } from '../../../src/weights/reconstruct.ts';
import { options, randomNetwork } from '../../compress/networks.ts';
import { graphContent } from '../../format/graph-contents.ts';
import { openGraphOn } from '../../graph/backends.ts';
import { seededValues } from '../../operators/case.ts';
import { relativeDifference } from '../onnx/onnxruntime.ts';

const reread = (content: WjzContent): WjzFile => readWjz(writeWjz(content));
const [first, relu, second] = randomNetwork([64, 12, 10]).layers as [
  DenseLinear,
  { type: 'relu' },
  DenseLinear,
];
const network: DenseNetwork = { layers: [first, relu, second] };
const compressed = (given: DenseNetwork, layers = ['fc0']): WjzFile =>
  reread(compress(given, options(8, 8, { layers })).content);

describe('a chain', () => {
  it('has names of PyTorch, the weights that its coefficients stand for, and what the manifest says', async () => {
    const file = compressed(network);
    const bytes = await exportSafetensors(file);
    const tensors = readSafetensors(bytes);
    expect([...tensors].map(([name, { dtype, shape }]) => [name, dtype, ...shape])).toEqual([
      ['fc0.weight', 'F32', 12, 64],
      ['fc0.bias', 'F32', 12],
      ['fc1.weight', 'F32', 10, 12],
      ['fc1.bias', 'F32', 10],
    ]);
    const [node] = loadNetwork(file, 'coefficient').nodes;
    expect(toFloat32(tensors.get('fc0.weight') as Tensor)).toEqual(
      Float32Array.from(reconstructWeights(node as RowsNode)),
    );
    expect(safetensorsMetadata(bytes)).toEqual({
      format: 'pt',
      order: 'fc0.weight,fc0.bias,fc1.weight,fc1.bias',
      'wjpeg.architecture': 'fc0,relu,fc1',
      input: JSON.stringify(file.manifest.input),
    });
  });

  it('is float16 where that is wanted', async () => {
    const bytes = await exportSafetensors(compressed(network), { type: 'float16' });
    expect([...readSafetensors(bytes).values()].map(({ dtype }) => dtype)).toEqual([
      'F16',
      'F16',
      'F16',
      'F16',
    ]);
  });

  const words = (given: DenseNetwork): string[] =>
    given.layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type));

  it.each<[string, DenseNetwork]>([
    ['ReLU between layers', network],
    ['a softmax at the end', { layers: [first, relu, second, { type: 'softmax' }] }],
    ['no activation', { layers: [first, second] }],
    ['layers that fit in any order', randomNetwork([64, 64, 64, 64])],
    [
      'layers that are called as activations are',
      {
        layers: [{ ...first, name: 'fc0' }, relu, { ...second, name: 'relu' }],
      },
    ],
  ])('with %s is read back as the same network', async (_, given) => {
    const bytes = await exportSafetensors(compressed(given));
    const back = readWeights(bytes);
    expect(words(back)).toEqual(words(given));
    expect(back.notes).toEqual([]);
    // What was kept as float16 is exact, and so are expanded weights once more.
    const again = await exportSafetensors(
      reread(compress(back, { ...options(8, 8), layers: [], rest: 'F32' }).content),
    );
    expect(linearLayers(readWeights(again)).map(({ weights }) => weights)).toEqual(
      linearLayers(back).map(({ weights }) => weights),
    );
  });
});

/** Reads an exported file as `wjpeg compress` does; the network answers as that of the model. */
async function expectSame(file: WjzFile, bytes: Uint8Array): Promise<void> {
  const graph = await networkGraph(file);
  const { network, notes } = readNetworkFile(bytes, {});
  expect(notes).toEqual([]);
  const input = seededValues(2 * elementCount(graph.inputs[0].shape), 8);
  const [expected, given] = await Promise.all(
    [graph, planGraph(network as Graph)].map(async (planned) => {
      expect(planned.outputs).toEqual(graph.outputs);
      return (await openGraphOn('reference', planned)).run([input], 2, 'values');
    }),
  );
  given.forEach((values, index) => {
    expect(relativeDifference(values, expected[index])).toBeLessThan(1e-6);
  });
}

describe('a graph', () => {
  it('is read back as the same network', async () => {
    const file = reread(graphContent());
    await expectSame(file, await exportSafetensors(file));
  });

  it('of a chain whose names have commas, too', async () => {
    const layers = [{ ...first, name: 'a,b' }, relu, second] as const;
    const file = compressed({ layers }, ['a,b']);
    const { network } = readNetworkFile(await exportSafetensors(file), {});
    expect(
      chainOf(network as Graph)?.layers.map((layer) => (layer.type === 'linear' ? layer.name : layer.type)),
    ).toEqual(['a,b', 'relu', 'logits']);
  });

  it('has the tensors of its layers', async () => {
    const bytes = await exportSafetensors(reread(graphContent()));
    expect([...readSafetensors(bytes)].map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['a.weight', 16, 6],
      ['b.weight', 16, 16],
      ['p.weight', 16],
      ['c.weight', 3, 16],
      ['c.bias', 3],
    ]);
    expect(safetensorsMetadata(bytes)).toMatchObject({ format: 'pt', labels: '["x","y","z"]' });
    expect(safetensorsMetadata(bytes)).not.toHaveProperty('order');
    expect(JSON.parse(safetensorsMetadata(bytes)['wjpeg.architecture'])).toEqual({
      input: [1, 2, 3],
      layers: [
        { type: 'linear', name: 'a', inputs: ['input'], weight: { tensor: 'a.weight' } },
        { type: 'gelu', name: 'gelu 1', inputs: ['a'], approximate: 'tanh' },
        { type: 'linear', name: 'b', inputs: ['gelu 1'], weight: { tensor: 'b.weight' } },
        { type: 'add', name: 'sum', inputs: ['b', 'gelu 1'] },
        { type: 'leaky-relu', name: 'leaky-relu 4', inputs: ['sum'] },
        { type: 'prelu', name: 'p', inputs: ['leaky-relu 4'], slope: { tensor: 'p.weight' } },
        {
          type: 'linear',
          name: 'c',
          inputs: ['p'],
          weight: { tensor: 'c.weight' },
          bias: { tensor: 'c.bias' },
        },
      ],
      outputs: ['c', 'sum'],
    });
  });

  it('has kernels as O×I×KH×KW, and batch norms that PyTorch reads', async () => {
    const tensor = (shape: readonly number[], seed: number): Tensor =>
      fromFloat32(
        seededValues(
          shape.reduce((a, b) => a * b),
          seed,
        ),
        shape,
        'F32',
      );
    const manifest = parseGraphManifest({
      format: 'wjz',
      version: '2.0',
      requires: ['graph', 'batch-norm', 'conv2d'],
      input: { kind: 'image', width: 5, height: 4, channels: 3 },
      layers: [
        { type: 'batch-norm', name: 'bn', scale: { tensor: 'bn.scale' }, offset: { tensor: 'bn.offset' } },
        { type: 'conv2d', name: 'conv1', weight: { tensor: 'conv1.weight' }, bias: { tensor: 'conv1.bias' } },
      ],
    });
    const tensors = new Map([
      ['bn.scale', tensor([3], 1)],
      ['bn.offset', tensor([3], 2)],
      ['conv1.weight', tensor([6, 3, 2, 3], 3)],
      ['conv1.bias', tensor([6], 4)],
    ]);
    const file = reread({ manifest, jpegs: new Map(), tensors });
    const written = readSafetensors(await exportSafetensors(file));
    const values = (name: string): Float32Array => toFloat32(written.get(name) as Tensor);
    expect(written.get('conv1.weight')?.shape).toEqual([6, 3, 2, 3]);
    expect(values('conv1.weight')).toEqual(seededValues(108, 3));
    // PyTorch: weight·(x − mean) ÷ √(var + 1e-5) + bias.
    expect(values('bn.running_mean')).toEqual(new Float32Array(3));
    expect(Math.sqrt(values('bn.running_var')[0] + 1e-5)).toBeCloseTo(1, 7);
    expect(values('bn.weight')).toEqual(seededValues(3, 1));
    expect(values('bn.bias')).toEqual(seededValues(3, 2));
    await expectSame(file, await exportSafetensors(file));
  });
});
