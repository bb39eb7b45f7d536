import type { Buffer32, BufferInt, KernelCall } from '../../kernels/train/kernels.ts';
import type { GraphNode, PlannedGraph } from '../graph/graph.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import { AdamVector } from './adam.ts';
import type { TrainMemory } from './memory.ts';
import { biasOf, planNode, sheetOf } from './network.ts';
import type { NodeCalls, Shard, ShardValue } from './operators/operator.ts';
import { Normalization, TrainedVector, type TrainedWeights } from './parameters.ts';
import { type LearntTable, WeightSheet } from './sheet.ts';
import { layOutTeacher, type TeacherPlan } from './teacher.ts';

/** What determines how a run lies in memory. */
export interface LayoutOptions {
  readonly graph: PlannedGraph;
  /** Parts of a batch, and images of each. */
  readonly shards: number;
  readonly images: number;
  /** Offset of a picture in its blocks, see `TrainOptions`. */
  readonly offset: number;
  /** Initial steps by the sheet's layout. */
  readonly step: Readonly<Record<'rows' | 'matrix' | 'taps', number>>;
  /** Whether all sheets share one table. */
  readonly isShared: boolean;
  readonly classWeights: readonly number[];
  readonly distillation?: DistillationPlan | undefined;
}

/** A teacher, and how much it counts. */
export interface DistillationPlan {
  readonly teacher: TeacherPlan;
  /** See `TrainOptions`. */
  readonly part: number;
  readonly temperature: number;
}

/** The parameters of one node. */
export interface NodeParameters {
  readonly node: GraphNode;
  readonly weights?: TrainedWeights;
  readonly bias?: TrainedVector;
  readonly normalization?: Normalization;
}

/** Where a shard's images come in, and what comes of them. */
export interface ShardEnds {
  /** [channel][image][pixel]. */
  readonly input: Buffer32;
  /** One class per image; negative where there is none. */
  readonly labels: BufferInt;
  /** [class][image]. */
  readonly logits: Buffer32;
  /** Sum of losses, and how many images have their maximum logit at their label. */
  readonly result: Buffer32;
}

/** A run laid out in memory: parameters, and passes as lists of calls. */
export interface Layout {
  readonly parameters: readonly NodeParameters[];
  readonly tables: readonly LearntTable[];
  /** After the weights have changed. */
  readonly prepare: readonly KernelCall[];
  /** Once. */
  readonly begin: readonly KernelCall[];
  readonly shards: readonly ShardEnds[];
  /** By shard: forward, loss and backward. */
  readonly train: readonly (readonly KernelCall[])[];
  /** By shard: forward with the running moments, and the unweighted loss. */
  readonly evaluate: readonly (readonly KernelCall[])[];
}

/** Lays out a run. Called twice: once to count memory. */
export function layOut(memory: TrainMemory, options: LayoutOptions): Layout {
  const { graph, shards, images, offset, step, isShared, classWeights, distillation } = options;
  const tables: LearntTable[] = [];
  const nextTable = (): LearntTable => {
    if (!isShared || tables.length === 0) {
      tables.push({ logSteps: new AdamVector(64), quantization: undefined });
      if (isShared) tables[0].logSteps.values.fill(Math.log(step.matrix));
    }
    return tables[tables.length - 1];
  };
  const prepare: KernelCall[] = [];
  const parameters: NodeParameters[] = [];
  const plans = graph.nodes.map((node) => {
    const own = parametersOf(node);
    if (own.weights ?? own.normalization) parameters.push(own);
    const plan = planNode(
      graph,
      node,
      { memory, images },
      {
        weights: () => own.weights as TrainedWeights,
        bias: () => own.bias,
        normalization: () => own.normalization as Normalization,
      },
    );
    prepare.push(...(plan.prepare ?? []));
    return { node, plan };
  });
  const weightsPerClass = constant(memory, classWeights);
  const ones = constant(
    memory,
    classWeights.map(() => 1),
  );
  const teacher = distillation && layOutTeacher(memory, distillation.teacher, images);
  const laidOut = Array.from({ length: shards }, (_, index) => layOutShard(index));
  return {
    parameters,
    tables,
    prepare,
    begin: teacher?.prepare ?? [],
    shards: laidOut.map(({ ends }) => ends),
    train: laidOut.map(({ train }) => train),
    evaluate: laidOut.map(({ evaluate }) => evaluate),
  };

  function parametersOf(node: GraphNode): NodeParameters {
    const vector = (values: ArrayLike<number>): TrainedVector => new TrainedVector(memory, shards, values);
    const shape = sheetOf(graph, node, offset);
    if (shape) {
      const sheet = new WeightSheet(memory, shape, nextTable(), isShared, step[shape.layout]);
      const gradients = Array.from({ length: shards }, () => memory.buffer(sheet.places.length));
      const bias = biasOf(node);
      return { node, weights: { sheet, gradients }, ...(bias && { bias: vector(bias) }) };
    }
    if (node.operator !== 'batch-norm') return { node };
    const { scale, offset: shift } = node.constants;
    return { node, normalization: new Normalization(memory, shards, scale.values, shift.values) };
  }

  function layOutShard(index: number) {
    const [{ name: inputName, shape: inputShape }] = graph.inputs;
    const [outputName] = graph.outputs;
    const values = new Map<string, ShardValue>();
    const value = (name: string, shape: Shape): ShardValue => {
      const count = elementCount(shape) * images;
      const gradient = name === inputName ? undefined : memory.buffer(count);
      const made = { values: memory.buffer(count), gradient, isWritten: false };
      values.set(name, made);
      return made;
    };
    const input = value(inputName, inputShape);
    const recorded = plans.map(({ node, plan }): NodeCalls => {
      const [output] = node.outputs;
      const shard: Shard = {
        index,
        memory,
        inputs: node.inputs.map((name) => values.get(name) as ShardValue),
        output: value(output, graph.shapes.get(output) as Shape),
      };
      return plan.record(shard);
    });
    const output = values.get(outputName) as ShardValue;
    output.isWritten = true;
    const labels = memory.integers(images);
    const result = memory.buffer(2);
    const loss = (weights: Buffer32): KernelCall => [
      'crossEntropy',
      classWeights.length,
      images,
      output.values.address,
      labels.address,
      weights.address,
      1 / (shards * images),
      (output.gradient as Buffer32).address,
      result.address,
    ];
    const taught = teacher?.shard(index, input.values);
    const distil: KernelCall[] =
      taught && distillation
        ? [
            ...taught.forward,
            [
              'distil',
              classWeights.length,
              images,
              output.values.address,
              taught.logits.address,
              labels.address,
              distillation.part,
              distillation.temperature,
              1 / (shards * images),
              (output.gradient as Buffer32).address,
            ],
          ]
        : [];
    return {
      ends: { input: input.values, labels, logits: output.values, result },
      train: [
        ...recorded.flatMap(({ forward }) => forward),
        loss(weightsPerClass),
        ...distil,
        ...[...recorded].reverse().flatMap((node) => node.backward()),
      ],
      evaluate: [...recorded.flatMap(({ forward, evaluate = forward }) => evaluate), loss(ones)],
    };
  }
}

function constant(memory: TrainMemory, values: readonly number[]): Buffer32 {
  const buffer = memory.buffer(values.length);
  if (buffer.values.length > 0) buffer.values.set(values);
  return buffer;
}
