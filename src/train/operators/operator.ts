import type { Buffer32, KernelCall } from '../../../kernels/train/kernels.ts';
import type { GraphNode } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import type { TrainMemory } from '../memory.ts';
import type { Normalization, TrainedVector } from '../parameters.ts';
import type { SheetShape } from '../sheet-shape.ts';

/** Weights as operators read them. */
export interface SheetSamples {
  readonly shape: SheetShape;
  /** The samples: (8·blocksDown) × (8·blocksAcross), row-major. */
  readonly samples: Buffer32;
  /** Where each weight stands in `samples`. */
  readonly places: Int32Array;
}

/** What a node of a network in training needs to be laid out. Shapes are of one image. */
export interface NodeContext {
  readonly node: GraphNode;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly memory: TrainMemory;
  /** Images of a shard. */
  readonly images: number;
  /** The parameters of this node; each may be asked for once. */
  readonly weights: () => { readonly sheet: SheetSamples; readonly gradients: readonly Buffer32[] };
  readonly bias: () => TrainedVector | undefined;
  readonly normalization: () => Normalization;
}

/**
 * A value of one shard: [channel][image][pixel]. A vector's numbers are channels of one pixel.
 */
export interface ShardValue {
  readonly values: Buffer32;
  /** Undefined where nothing wants it: inputs of the network. */
  readonly gradient: Buffer32 | undefined;
  /** Whether a node has written the gradient; those after it add theirs. Known while passes are laid out. */
  isWritten: boolean;
}

/** A part of a batch, which one thread runs through the network. */
export interface Shard {
  readonly index: number;
  readonly memory: TrainMemory;
  readonly inputs: readonly ShardValue[];
  readonly output: ShardValue;
}

/** The calls of a node for one shard. */
export interface NodeCalls {
  readonly forward: readonly KernelCall[];
  /** Where evaluation differs from training. */
  readonly evaluate?: readonly KernelCall[];
  /** Asked for from the last node to the first, since the first to write a gradient must not add to it. */
  backward(): readonly KernelCall[];
}

/** A node whose tables are made, which all shards share. */
export interface NodePlan {
  /** Calls after the weights have changed. */
  readonly prepare?: readonly KernelCall[];
  record(shard: Shard): NodeCalls;
}

/** How nodes of an operator are trained; a row of the table in index.ts. */
export type TrainOperator = (context: NodeContext) => NodePlan;

/** Where a gradient is to be written, and whether it is to be added; undefined if it is not wanted. */
export function gradientTarget(value: ShardValue): { address: number; add: 0 | 1 } | undefined {
  if (value.gradient === undefined) return undefined;
  const add = value.isWritten ? 1 : 0;
  value.isWritten = true;
  return { address: value.gradient.address, add };
}

/** The gradient of a node's output, which nodes after it have written. */
export function gradientOf({ output }: Shard): Buffer32 {
  return output.gradient as Buffer32;
}
