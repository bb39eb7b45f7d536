import { readFileSync } from 'node:fs';
import { elementCount } from '../../kernels/node.ts';
import type { GraphNode } from '../../src/graph/graph.ts';
import { foldAffine } from '../../src/graph/passes/fold-affine.ts';
import { fuseRelus } from '../../src/graph/passes/fuse-relus.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { Shape } from '../../src/graph/shape.ts';
import { importOnnx } from '../../src/importers/onnx/index.ts';
import type { WindowAttributes } from '../../src/operators/window.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import type { PeerSpec, Subject } from '../subjects/subject.ts';
import { loadTfjs, type Tfjs, type TfTensor } from './tfjs.ts';

/** Four pairs, as tf.pad takes them and the convolutions of the wasm backend. */
type Padding = readonly (readonly [number, number])[];

interface Layers extends Tfjs {
  readonly fused: Tfjs['fused'] & {
    conv2d(options: ConvolutionOptions): TfTensor;
    depthwiseConv2d(options: ConvolutionOptions): TfTensor;
  };
  tensor4d(values: Float32Array, shape: readonly number[]): TfTensor;
  transpose(tensor: TfTensor, axes?: readonly number[]): TfTensor;
  reshape(tensor: TfTensor, shape: readonly number[]): TfTensor;
  relu(tensor: TfTensor): TfTensor;
  add(a: TfTensor, b: TfTensor): TfTensor;
  softmax(tensor: TfTensor): TfTensor;
  mean(tensor: TfTensor, axes: readonly number[]): TfTensor;
  pad(tensor: TfTensor, paddings: Padding): TfTensor;
  stridedSlice(
    tensor: TfTensor,
    begin: readonly number[],
    end: readonly number[],
    strides: readonly number[],
  ): TfTensor;
  maxPool(tensor: TfTensor, size: readonly number[], strides: readonly number[], pad: 'valid'): TfTensor;
  avgPool(tensor: TfTensor, size: readonly number[], strides: readonly number[], pad: 'valid'): TfTensor;
}

interface ConvolutionOptions {
  readonly x: TfTensor;
  readonly filter: TfTensor;
  readonly strides: readonly number[];
  readonly pad: 'valid';
  readonly bias: TfTensor;
  readonly activation: 'relu' | 'linear';
}

/** What a node gives for what it takes; feature maps are N × height × width × channels there. */
type Run = (inputs: readonly TfTensor[]) => TfTensor;

/**
 * A convolutional network on TensorFlow.js's wasm backend, as its converter would give it: channels last, batch norms and ReLUs in the
 * convolutions before them. Padding is a node of its own, since its kernels pad by their own rule only.
 */
export async function openTfjsGraph({ model, threads, shape }: PeerSpec): Promise<Subject> {
  const tf = (await loadTfjs(threads)) as Layers;
  const graph = planGraph(fuseRelus(foldAffine(importOnnx(readFileSync(model)).graph)));
  const [channels, height, width] = shape as readonly number[];
  const steps = graph.nodes.map((node) => ({ node, run: prepare(tf, node, graph.shapes) }));
  return {
    detail: `tfjs ${tf.version_core} ${tf.getBackend()}`,
    async run(values, batch) {
      const y = tf.tidy(() => {
        const given = tf.tensor4d(values, [batch, channels, height, width]);
        const known = new Map([[graph.inputs[0].name, tf.transpose(given, [0, 2, 3, 1])]]);
        for (const { node, run } of steps)
          known.set(node.outputs[0], run(node.inputs.map((name) => known.get(name) as TfTensor)));
        return known.get(graph.outputs[0]) as TfTensor;
      });
      const logits = await y.data();
      y.dispose();
      return logits;
    },
    dispose: () => {},
  };
}

function prepare(tf: Layers, node: GraphNode, shapes: ReadonlyMap<string, Shape>): Run {
  const { operator, constants } = node;
  const attributes = node.attributes as WindowAttributes & {
    readonly kernel: readonly number[];
    readonly groups: number;
    readonly relu?: boolean;
  };
  const taken = shapes.get(node.inputs[0]) as Shape;
  const padded = (x: TfTensor): TfTensor => {
    const [top, left, bottom, right] = attributes.pads;
    if (Math.max(...attributes.pads) === 0) return x;
    return tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
  };
  switch (operator) {
    case 'conv2d': {
      const { weight, bias } = constants;
      const [outputs, perGroup] = weight.shape;
      const isDepthwise = attributes.groups > 1;
      if (isDepthwise && (perGroup !== 1 || outputs !== attributes.groups))
        throw new Error(`node '${node.name}': no form for ${attributes.groups} groups`);
      // O × I × height × width becomes height × width × I × O; of depthwise kernels, whose I is 1, height × width × O × 1.
      const axes = isDepthwise ? [2, 3, 0, 1] : [2, 3, 1, 0];
      const options = {
        filter: tf.tidy(() => tf.transpose(tf.tensor4d(weight.values, weight.shape), axes)),
        bias: tf.tensor1d(bias?.values ?? new Float32Array(outputs)),
        strides: attributes.strides,
        pad: 'valid' as const,
        activation: attributes.relu ? ('relu' as const) : ('linear' as const),
      };
      const convolve = isDepthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
      return ([x]) => convolve({ x: padded(x), ...options });
    }
    case 'max-pool':
      return ([x]) => tf.maxPool(x, attributes.kernel, attributes.strides, 'valid');
    case 'average-pool':
      return ([x]) => tf.avgPool(x, attributes.kernel, attributes.strides, 'valid');
    case 'global-average-pool':
      return ([x]) => tf.mean(x, [1, 2]);
    case 'slice': {
      const { starts, lengths, steps } = node.attributes as Slice;
      const ends = starts.map((start, axis) => start + (lengths[axis] - 1) * steps[axis] + 1);
      return ([x]) =>
        tf.stridedSlice(x, [0, ...last(starts)], [x.shape[0], ...last(ends)], [1, ...last(steps)]);
    }
    case 'pad': {
      const { pads } = node.attributes as { readonly pads: readonly number[] };
      const pairs = last(taken.map((_, axis) => [pads[axis], pads[axis + taken.length]] as const));
      return ([x]) => tf.pad(x, [[0, 0], ...pairs]);
    }
    case 'relu':
      return ([x]) => tf.relu(x);
    case 'softmax':
      return ([x]) => tf.softmax(x);
    case 'add':
      return ([a, b]) => tf.add(a, b);
    case 'flatten':
    case 'reshape':
      return ([x]) => flat(tf, x, taken);
    case 'linear': {
      const { weights, inFeatures, outFeatures, bias } = node.linear as DenseNode;
      const options = {
        b: tf.tidy(() => tf.transpose(tf.tensor2d(weights, [outFeatures, inFeatures]))),
        ...(bias && { bias: tf.tensor1d(bias) }),
        activation: 'linear' as const,
      };
      return ([x]) => tf.fused.matMul({ a: flat(tf, x, taken), ...options });
    }
    default:
      throw new Error(`no form for operator ${operator} (node '${node.name}')`);
  }
}

interface Slice {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly steps: readonly number[];
}

/** Channels, height and width with the channels last. */
function last<T>([channels, height, width]: readonly T[]): [T, T, T] {
  return [height, width, channels];
}

/** One row per image, in the order channels × height × width. */
function flat(tf: Layers, x: TfTensor, shape: Shape): TfTensor {
  const isMap = shape.length === 3 && x.shape.length === 4;
  return tf.reshape(isMap ? tf.transpose(x, [0, 3, 1, 2]) : x, [x.shape[0], elementCount(shape)]);
}
