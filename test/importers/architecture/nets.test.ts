import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/graph/graph.ts';
import { planGraph } from '../../../src/graph/plan.ts';
import type { Architecture } from '../../../src/importers/architecture/description.ts';
import { importStateDict } from '../../../src/importers/architecture/import.ts';
import { withNamesOf } from '../../../src/importers/architecture/rename.ts';
import { architectureOf } from '../../../src/importers/architecture/zoo/index.ts';
import { readNetworkFile } from '../../../src/importers/network-file.ts';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { naturalOrder } from '../../../src/importers/state-dict/order.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import { readSafetensors } from '../../../src/safetensors/read.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';
import { linearLayers } from '../../../src/weights/dense-network.ts';
import type { DenseNode } from '../../../src/weights/network.ts';
import { openGraphOn } from '../../graph/backends.ts';

/** Networks trained by other people, with outputs of onnxruntime: the folder `nets` of the shared data. */
const NETS = process.env.WJPEG_NETS_DIR;

interface StoredArray {
  readonly offset: number;
  readonly bytes: number;
  readonly shape: readonly number[];
}
interface Reference {
  readonly cases: readonly {
    readonly inputs: Record<string, StoredArray>;
    readonly outputs: Record<string, StoredArray>;
  }[];
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(NETS as string, name)));
}

/** Largest difference from the reference over the largest output. */
async function relativeError(graph: Graph, file: string, backend: 'reference' | 'wasm'): Promise<number> {
  const { cases } = JSON.parse(Buffer.from(read(`ref/${file}.ref.json`)).toString()) as Reference;
  const data = read(`ref/${file}.ref.bin`);
  const array = ({ offset, bytes }: StoredArray): Float32Array =>
    new Float32Array(data.slice(offset, offset + bytes).buffer);
  const executor = await openGraphOn(backend, planGraph(graph));
  let [error, scale] = [0, 0];
  for (const { inputs, outputs } of cases) {
    const [input] = Object.values(inputs);
    const [answers] = await executor.run([array(input)], input.shape[0], 'values');
    const expected = array(Object.values(outputs)[0]);
    expect(answers.length).toBe(expected.length);
    expected.forEach((value, at) => {
      error = Math.max(error, Math.abs(answers[at] - value));
      scale = Math.max(scale, Math.abs(value));
    });
  }
  executor.dispose();
  return error / scale;
}

/** The description with another layer at its end. */
const endingIn = ({ layers, ...rest }: Architecture, type: string): Architecture => ({
  ...rest,
  layers: [...layers, { type }],
});

/** How this LeNet of docs/architectures.md is described by hand. */
const KHUSHBU: Architecture = {
  input: [1, 32, 32],
  layers: [
    { type: 'conv2d', weights: 'convnet.c1' },
    { type: 'relu' },
    { type: 'max-pool', kernel: 2, strides: 2 },
    { type: 'conv2d', weights: 'convnet.c3' },
    { type: 'relu' },
    { type: 'max-pool', kernel: 2, strides: 2 },
    { type: 'conv2d', weights: 'convnet.c5' },
    { type: 'relu' },
    { type: 'linear', weights: 'fc.f6' },
    { type: 'relu' },
    { type: 'linear', weights: 'fc.f7' },
    { type: 'log-softmax' },
  ],
};

/** The weights of an ONNX model as a state dict, in the order of the graph or of the numbers in the names of nodes. */
function stateDictOf({ nodes }: Graph, order: 'graph' | 'names'): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const add = (name: string, values: Float32Array, shape: readonly number[]): void => {
    tensors.set(name, fromFloat32(values, shape, 'F32'));
  };
  let last = '';
  for (const { name, operator, constants, linear } of order === 'names'
    ? [...nodes].sort((a, b) => naturalOrder(a.name, b.name))
    : nodes) {
    const { weight, bias, scale, offset, operand } = constants;
    if (operator === 'linear') {
      const { weights, outFeatures, inFeatures, bias } = linear as DenseNode;
      add(`${name}.weight`, weights, [outFeatures, inFeatures]);
      if (bias) add(`${name}.bias`, bias, [outFeatures]);
      last = name;
    } else if (operator === 'conv2d') {
      add(`${name}.weight`, weight.values, weight.shape);
      if (bias) add(`${name}.bias`, bias.values, bias.shape);
    } else if (operator === 'batch-norm') {
      // Statistics that give this scale and offset, with the default epsilon of these names.
      add(`${name}.weight`, scale.values, scale.shape);
      add(`${name}.bias`, offset.values, offset.shape);
      add(`${name}.running_mean`, new Float32Array(scale.values.length), scale.shape);
      add(`${name}.running_var`, new Float32Array(scale.values.length).fill(1 - 1e-5), scale.shape);
    } else if (operator === 'add' && operand) {
      add(`${last}.bias`, operand.values, [operand.values.length]);
    }
  }
  return tensors;
}

describe.skipIf(NETS === undefined)('state dicts by other people (WJPEG_NETS_DIR)', () => {
  const rows: [string, () => Architecture][] = [
    ['resnet20_cifar10', () => architectureOf('resnet20')],
    ['lenet_khushbu', () => KHUSHBU],
    [
      'lenet_webmnist',
      () => withNamesOf(architectureOf('lenet5-28'), readSafetensors(read('lenet_webmnist.safetensors'))),
    ],
  ];
  for (const [net, architecture] of rows) {
    for (const backend of ['reference', 'wasm'] as const) {
      it(`${net} on ${backend} agrees with onnxruntime`, async () => {
        const file = `${net}.safetensors`;
        const { graph } = importStateDict(readSafetensors(read(file)), architecture());
        const error = await relativeError(graph, file, backend);
        if (process.env.WJPEG_PRINT) console.log(`${net} ${backend} ${error.toExponential(1)}`);
        expect(error).toBeLessThanOrEqual(1e-5);
      });
    }
  }

  it.each(['reference', 'wasm'] as const)('mlp_dfdx on %s, as sizes say', async (backend) => {
    const file = 'mlp_dfdx.safetensors';
    const { network, architecture } = readNetworkFile(read(file), {});
    expect(architecture).toEqual(['0.0', 'relu', '1.0', 'relu', '2.0', 'relu', '3']);
    if ('nodes' in network) throw new Error('a chain was expected');
    expect(linearLayers(network)).toHaveLength(4);
    const layers = (architecture as string[]).map((name) =>
      name === 'relu' ? { type: name } : { type: 'linear', weights: name },
    );
    const { graph } = importStateDict(readSafetensors(read(file)), { input: [784], layers });
    const error = await relativeError(graph, file, backend);
    if (process.env.WJPEG_PRINT) console.log(`mlp_dfdx ${backend} ${error.toExponential(1)}`);
    expect(error).toBeLessThanOrEqual(1e-5);
  });

  // The zoo has the structure of networks of which there are ONNX models only.
  it.each([
    // Files have shortcuts after the block, whatever their place in the graph.
    ['mlperf_tiny_resnet8', 'resnet8', 'names', 'softmax'],
    ['mlperf_tiny_vww', 'mobilenetv1-0.25', 'graph', 'softmax'],
    ['mlperf_tiny_ad', 'autoencoder', 'graph', 'identity'],
    ['resnet44_cifar10_torch113', 'resnet44', 'graph', 'identity'],
    ['resnet20_cifar10', 'resnet20', 'graph', 'identity'],
  ] as const)('%s.onnx is %s', async (net, name, order, last) => {
    const file = `${net}.onnx`;
    const tensors = stateDictOf(importOnnx(read(file)).graph, order);
    const architecture = endingIn(withNamesOf(architectureOf(name), tensors), last);
    const error = await relativeError(importStateDict(tensors, architecture).graph, file, 'wasm');
    if (process.env.WJPEG_PRINT) console.log(`${net} as ${name} ${error.toExponential(1)}`);
    expect(error).toBeLessThanOrEqual(1e-5);
  });
});
