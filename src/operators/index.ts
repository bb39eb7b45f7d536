import { arithmetic } from './arithmetic/index.ts';
import { averagePool } from './average-pool/index.ts';
import { batchNorm } from './batch-norm/index.ts';
import { clip } from './clip/index.ts';
import { coefficientConv2d } from './coefficient-conv2d/index.ts';
import { concatenate } from './concatenate/index.ts';
import { conv2d } from './conv2d/index.ts';
import { depthToSpace } from './depth-to-space/index.ts';
import { flatten } from './flatten/index.ts';
import { functions } from './functions/index.ts';
import { gather } from './gather/index.ts';
import { gelu } from './gelu/index.ts';
import { globalAveragePool } from './global-average-pool/index.ts';
import { globalMaxPool } from './global-max-pool/index.ts';
import { hardSigmoid } from './hard-sigmoid/index.ts';
import { hardSwish } from './hard-swish/index.ts';
import { identity } from './identity/index.ts';
import { leakyRelu } from './leaky-relu/index.ts';
import { linear } from './linear/index.ts';
import { matmul } from './matmul/index.ts';
import { maxPool } from './max-pool/index.ts';
import type { Operator } from './operator.ts';
import { pad } from './pad/index.ts';
import { prelu } from './prelu/index.ts';
import { reductions } from './reduce/index.ts';
import { relu } from './relu/index.ts';
import { reshape } from './reshape/index.ts';
import { resize } from './resize/index.ts';
import { sigmoid } from './sigmoid/index.ts';
import { silu } from './silu/index.ts';
import { slice } from './slice/index.ts';
import { logSoftmax, softmax } from './softmax/index.ts';
import { spaceToDepth } from './space-to-depth/index.ts';
import { tanh } from './tanh/index.ts';
import { tile } from './tile/index.ts';
import { transformedConv2d } from './transformed-conv2d/index.ts';
import { transpose } from './transpose/index.ts';

/** All operators that a file may have: one row each. */
const OPERATORS = [
  ...arithmetic,
  averagePool,
  batchNorm,
  clip,
  concatenate,
  conv2d,
  depthToSpace,
  flatten,
  ...functions,
  gather,
  gelu,
  globalAveragePool,
  globalMaxPool,
  hardSigmoid,
  hardSwish,
  identity,
  leakyRelu,
  linear,
  logSoftmax,
  matmul,
  maxPool,
  pad,
  prelu,
  ...reductions,
  relu,
  reshape,
  resize,
  sigmoid,
  silu,
  slice,
  softmax,
  spaceToDepth,
  tanh,
  tile,
  transpose,
] as unknown as readonly Operator[];

/** Operators that only passes make. */
const INTERNAL = [coefficientConv2d, transformedConv2d] as unknown as readonly Operator[];

const byType: ReadonlyMap<string, Operator> = new Map(
  [...OPERATORS, ...INTERNAL].map((operator) => [operator.type, operator]),
);

/** Names of all operators that a file may have, as manifests use them. */
export const OPERATOR_TYPES: readonly string[] = OPERATORS.map(({ type }) => type);

/** The operator of that name; undefined where there is none. */
export function findOperator(type: string): Operator | undefined {
  return byType.get(type);
}
