import type { Buffer32, KernelCall } from '../../kernels/train/kernels.ts';
import { crc32 } from '../crc32.ts';
import { WjpegError } from '../errors.ts';
import type { Graph, GraphNode, PlannedGraph } from '../graph/graph.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';
import type { TrainMemory } from './memory.ts';
import { biasOf, planNode, sheetOf, trainableGraph, weightsOf } from './network.ts';
import type { ShardValue, SheetSamples } from './operators/operator.ts';
import type { ChannelNormalization } from './options.ts';
import { Normalization, TrainedVector } from './parameters.ts';
import { weightPlaces } from './sheet-shape.ts';

/** A trained network whose answers another one learns beside the labels (distillation). */
export interface Teacher {
  /** As it is stored or was imported. */
  readonly graph: Graph;
  /** How it takes samples; as the network in training does, if left out. */
  readonly normalization?: ChannelNormalization | undefined;
  /** Which of its outputs stands for each class, where they are in another order. */
  readonly outputs?: readonly number[] | undefined;
}

/** A teacher as it lies in memory: its weights stand in `graph` and never change. */
export interface TeacherPlan {
  readonly graph: PlannedGraph;
  /** What the input of the network in training is multiplied by and added to per channel; undefined if it is the same. */
  readonly affine: { readonly scale: number[]; readonly offset: number[] } | undefined;
}

/**
 * @param normalization of the network in training
 * @throws WjpegError `TRAIN_OPERATOR` naming nodes that training has no kernels for
 */
export function planTeacher(
  { graph, normalization: own, outputs }: Teacher,
  normalization: ChannelNormalization,
): TeacherPlan {
  const nodes = graph.nodes.map(denseNode);
  const dense = { ...graph, nodes: outputs ? withOutputs(nodes, graph.outputs[0], outputs) : nodes };
  const { mean, std } = own ?? normalization;
  const scale = normalization.std.map((deviation, channel) => deviation / std[channel]);
  const offset = normalization.mean.map((shift, channel) => (shift - mean[channel]) / std[channel]);
  const isSame = scale.every((factor) => factor === 1) && offset.every((addend) => addend === 0);
  return { graph: trainableGraph(dense), affine: isSame ? undefined : { scale, offset } };
}

/** Refuses a teacher of other inputs or outputs than the network in training. */
export function checkTeacher(
  { graph: { inputs, outputs, shapes } }: TeacherPlan,
  student: PlannedGraph,
): void {
  const size = (shape: Shape): string =>
    shape.length === 1 ? String(shape[0]) : `${shape.join('×')} (channels × height × width)`;
  const [taken, wanted] = [inputs[0].shape, student.inputs[0].shape];
  const isFlat = taken.length === 1 || wanted.length === 1;
  const fits = isFlat ? elementCount(taken) === elementCount(wanted) : String(taken) === String(wanted);
  const given = elementCount(shapes.get(outputs[0]) as Shape);
  const asked = elementCount(student.shapes.get(student.outputs[0]) as Shape);
  if (fits && given === asked) return;
  throw new WjpegError(
    'misuse',
    'TRAIN_TEACHER',
    `the teacher takes ${size(taken)} and gives ${given} numbers, expected ${size(wanted)} and ${asked}, as the network in training`,
  );
}

/** By which a checkpoint knows the teacher of its run: CRC-32 over its weights and biases. */
export function teacherChecksum({ graph }: TeacherPlan): number {
  let sum = 0;
  for (const { constants, linear } of graph.nodes) {
    const arrays = Object.values(constants).map(({ values }) => values);
    if (linear?.kind === 'dense') arrays.push(linear.weights, linear.bias ?? new Float32Array());
    for (const { buffer, byteOffset, byteLength } of arrays)
      sum = crc32(new Uint8Array(buffer, byteOffset, byteLength), sum);
  }
  return sum;
}

/** Lays out a teacher: the calls that make its weights ready once, and those of a shard. */
export function layOutTeacher(
  memory: TrainMemory,
  { graph, affine }: TeacherPlan,
  images: number,
): {
  readonly prepare: readonly KernelCall[];
  readonly shard: (index: number, input: Buffer32) => { forward: readonly KernelCall[]; logits: Buffer32 };
} {
  const prepare: KernelCall[] = [];
  const vector = (values: ArrayLike<number>): TrainedVector => {
    const made = new TrainedVector(memory, 0, values);
    if (made.values.values.length > 0) made.prepare();
    return made;
  };
  const plans = graph.nodes.map((node) => {
    const bias = biasOf(node);
    const plan = planNode(
      graph,
      node,
      { memory, images },
      {
        weights: () => ({ sheet: fixedSamples(memory, graph, node), gradients: [] }),
        bias: () => (bias ? vector(bias) : undefined),
        normalization: () => fixedNormalization(memory, node),
      },
    );
    prepare.push(...(plan.prepare ?? []));
    return { node, plan };
  });
  return { prepare, shard };

  function shard(index: number, input: Buffer32) {
    const [{ name, shape }] = graph.inputs;
    const values = new Map<string, ShardValue>();
    const value = (key: string, buffer: Buffer32): ShardValue => {
      const made = { values: buffer, gradient: undefined, isWritten: false };
      values.set(key, made);
      return made;
    };
    const forward: KernelCall[] = [];
    if (affine === undefined) value(name, input);
    else {
      const own = value(name, memory.buffer(elementCount(shape) * images)).values;
      const channels = affine.scale.length;
      forward.push([
        'affine',
        channels,
        (elementCount(shape) / channels) * images,
        input.address,
        vector(affine.scale).values.address,
        vector(affine.offset).values.address,
        own.address,
      ]);
    }
    for (const { node, plan } of plans) {
      const inputs = node.inputs.map((key) => values.get(key) as ShardValue);
      const [output] = node.outputs;
      const count = elementCount(graph.shapes.get(output) as Shape) * images;
      const calls = plan.record({ index, memory, inputs, output: value(output, memory.buffer(count)) });
      forward.push(...(calls.evaluate ?? calls.forward));
    }
    return { forward, logits: (values.get(graph.outputs[0]) as ShardValue).values };
  }
}

/** The weights as they were stored, in samples that no coefficients stand behind. */
function fixedSamples(memory: TrainMemory, graph: PlannedGraph, node: GraphNode): SheetSamples {
  const shape = sheetOf(graph, node, 0) as NonNullable<ReturnType<typeof sheetOf>>;
  const samples = memory.buffer(shape.blocksDown * shape.blocksAcross * 64);
  const places = weightPlaces(shape);
  if (samples.values.length > 0) {
    weightsOf(node).forEach((weight, index) => {
      samples.values[places[index]] = weight;
    });
  }
  return { shape, samples, places };
}

function fixedNormalization(memory: TrainMemory, { constants: { scale, offset } }: GraphNode): Normalization {
  const made = new Normalization(memory, 0, scale.values, offset.values);
  made.fixed = { scale: scale.values, offset: offset.values };
  if (made.affine.scale.values.length > 0) made.prepare();
  return made;
}

/** The nodes with the rows of the last layer in the order of the classes. */
function withOutputs(nodes: readonly GraphNode[], output: string, order: readonly number[]): GraphNode[] {
  return nodes.map((node) => {
    if (!node.outputs.includes(output)) return node;
    const { linear } = node;
    if (linear?.kind !== 'dense')
      throw new WjpegError(
        'unsupported',
        'TRAIN_TEACHER',
        'the teacher has the classes in another order, and its last layer is not linear',
      );
    const { inFeatures, bias } = linear;
    const weights = new Float32Array(linear.weights.length);
    order.forEach((from, to) => {
      weights.set(linear.weights.subarray(from * inFeatures, (from + 1) * inFeatures), to * inFeatures);
    });
    const ordered = bias && Float32Array.from(order, (from) => bias[from]);
    return { ...node, linear: { ...linear, weights, bias: ordered } };
  });
}

/** A node with dense weights instead of coefficients. */
function denseNode(node: GraphNode): GraphNode {
  const { linear } = node;
  if (linear === undefined) {
    if (node.kernels === undefined) return node;
    const { shape, values } = node.constants.weight;
    const { kernels: _, ...rest } = node;
    return { ...rest, constants: { ...node.constants, weight: { shape, values } } };
  }
  if (linear.kind === 'dense') return node;
  const { name, inFeatures, outFeatures, bias } = linear;
  const weights = Float32Array.from(reconstructWeights(linear));
  return {
    ...node,
    linear: { kind: 'dense', name, inFeatures, outFeatures, weights, bias, relu: false },
  };
}
