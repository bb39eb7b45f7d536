import type { Constant } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import type { AttributesReader } from './attributes.ts';

/** What a node tells its operator. */
export interface NodeContext<A> {
  /** Shapes of the values that the node takes, free of the batch. */
  readonly inputs: readonly Shape[];
  readonly attributes: A;
  readonly constants: Readonly<Record<string, Constant>>;
}

/** How a constant of an operator is called, and whether every node has it. */
export type ConstantNames = Readonly<Record<string, 'required' | 'optional'>>;

/**
 * What float32 rounds on the way to a value: nothing, where values are only chosen or moved; the results of additions and
 * multiplications; or those of exp, tanh or erf besides.
 */
export type Rounding = 'none' | 'arithmetic' | 'transcendental';

/** One operator of graphs: a folder beside this file, and a row of the table in index.ts. */
export interface Operator<A extends object = object> {
  /** Its name in a manifest, such as `hard-swish`. */
  readonly type: string;
  /** Fewest and most values that a node takes. */
  readonly inputs: readonly [min: number, max: number];
  readonly constants?: ConstantNames;
  /** The constant that holds kernels of a convolution, which may be stored as a picture. */
  readonly kernels?: string;
  /** Checks the attributes of a node and fills in their defaults; throws `MANIFEST_FIELD`. */
  readonly attributes: AttributesReader<A>;
  /** Shapes of the values that a node gives. Throws `GRAPH_SHAPE` where its inputs or constants do not fit. */
  infer(node: NodeContext<A>): readonly Shape[];
  /** Whether the value given is the value taken in another shape, so that no memory is moved. */
  readonly isView?: boolean;
  /** How large the errors are that `wjpeg verify` allows for; `arithmetic` if absent. */
  readonly rounding?: Rounding;
}
