import type { KernelCoefficients } from '../../kernels/node.ts';
import type { PictureKernels } from '../weights/kernel-picture.ts';
import type { LinearNode } from '../weights/network.ts';
import type { Shape } from './shape.ts';

/**
 * A network as a graph: nodes that take values by name and give values by name. Nothing here knows files or backends.
 * Shapes are free of the batch, which is the only extent that may vary.
 */
export interface Graph {
  readonly inputs: readonly GraphInput[];
  /** Names of the values that the network answers with. */
  readonly outputs: readonly string[];
  /** In any order; `sortNodes` puts them into one in which they can run. */
  readonly nodes: readonly GraphNode[];
  /** What the first node gives, which may be given in place of the only input: `coefficients` are this value then. */
  readonly entry?: string;
}

/** An input of a graph. */
export interface GraphInput {
  readonly name: string;
  readonly shape: Shape;
}

/** An operator with its attributes and tensors, and the values that it takes and gives. */
export interface GraphNode {
  /** Unique; what messages and reports call the node. */
  readonly name: string;
  /** A row of the table in src/operators/index.ts. */
  readonly operator: string;
  /** Names of the values that the node takes, in the operator's order. */
  readonly inputs: readonly string[];
  /** Names of the values that it gives; each name is given once in a graph. */
  readonly outputs: readonly string[];
  /** As the operator's `attributes` has read them, defaults filled in. */
  readonly attributes: object;
  /** Tensors that belong to the node, by the operator's names for them. */
  readonly constants: Readonly<Record<string, Constant>>;
  /** Weights that are multiplied as they are stored; nodes of the operator `linear` only. */
  readonly linear?: LinearNode;
  /** Kernels of a convolution that a JPEG holds; its constant `weight` is then what they expand to. */
  readonly kernels?: PictureKernels;
  /** Of the operator `coefficient-conv2d`, which only passes make. */
  readonly coefficients?: KernelCoefficients;
  /** What a batch norm said of the outputs; compression without data goes by it. */
  readonly trained?: ChannelMoments;
}

/** Mean and standard deviation of a node's outputs in training, one per channel: β and |γ| of a batch norm. */
export interface ChannelMoments {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** A tensor of numbers that is part of the network. */
export interface Constant {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float32Array;
}

/** A graph whose nodes stand in an order in which they can run, the shapes of all values known. */
export interface PlannedGraph extends Graph {
  readonly shapes: ReadonlyMap<string, Shape>;
}
