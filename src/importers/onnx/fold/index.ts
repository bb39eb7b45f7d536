import { type ImportedNode, isKnown } from '../node.ts';
import { requireInference } from '../operators/elementwise.ts';
import { DATA_TYPES, type KnownTensor } from '../tensors.ts';
import {
  cast,
  castLike,
  divide,
  mod,
  reduce,
  roundHalfToEven,
  unary,
  variadic,
  where,
} from './arithmetic.ts';
import { cumSum, matMul, scatterElements } from './combine.ts';
import { constant, constantOfShape, nonZero, range } from './generate.ts';
import {
  concat,
  expand,
  flatten,
  gather,
  pad,
  reshape,
  shapeOf,
  size,
  slice,
  split,
  squeeze,
  tile,
  transpose,
  unsqueeze,
} from './layout.ts';
import { foldDequantizeLinear, foldQuantizeLinear } from './quantized.ts';

type Fold = (node: ImportedNode) => KnownTensor | readonly KnownTensor[];

const { bool } = DATA_TYPES;
const dropout: Fold = (node) => {
  requireInference(node);
  return node.constant(0);
};
const identity: Fold = (node) => node.constant(0);

/** Operators computed at import where their inputs are constants. */
const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Abs', unary(Math.abs)],
  ['Add', variadic((a, b) => a + b)],
  ['And', variadic((a, b) => a && b)],
  ['Cast', cast],
  ['CastLike', castLike],
  ['Ceil', unary(Math.ceil)],
  ['Concat', concat],
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['CumSum', cumSum],
  ['DequantizeLinear', foldDequantizeLinear],
  ['Div', variadic(divide)],
  ['Dropout', dropout],
  ['Equal', variadic((a, b) => Number(a === b), bool)],
  ['Exp', unary(Math.exp)],
  ['Expand', expand],
  ['Flatten', flatten],
  ['Floor', unary(Math.floor)],
  ['Gather', gather],
  ['Greater', variadic((a, b) => Number(a > b), bool)],
  ['GreaterOrEqual', variadic((a, b) => Number(a >= b), bool)],
  ['Identity', identity],
  ['Less', variadic((a, b) => Number(a < b), bool)],
  ['LessOrEqual', variadic((a, b) => Number(a <= b), bool)],
  ['Log', unary(Math.log)],
  ['MatMul', matMul],
  ['Max', variadic((a, b) => Math.max(a, b))],
  ['Min', variadic((a, b) => Math.min(a, b))],
  ['Mod', mod],
  ['Mul', variadic((a, b) => a * b)],
  ['Neg', unary((value) => -value)],
  ['NonZero', nonZero],
  ['Not', unary((value) => Number(value === 0))],
  ['Or', variadic((a, b) => a || b)],
  ['Pad', pad],
  ['Pow', variadic((a, b) => a ** b)],
  ['QuantizeLinear', foldQuantizeLinear],
  ['Range', range],
  ['Reciprocal', unary((value) => 1 / value)],
  ['ReduceMax', reduce(Math.max, -Infinity)],
  ['ReduceMean', reduce((a, b) => a + b, 0, true)],
  ['ReduceMin', reduce(Math.min, Infinity)],
  ['ReduceProd', reduce((a, b) => a * b, 1)],
  ['ReduceSum', reduce((a, b) => a + b, 0)],
  ['Reshape', reshape],
  ['Round', unary(roundHalfToEven)],
  ['ScatterElements', scatterElements],
  ['Shape', shapeOf],
  ['Sign', unary(Math.sign)],
  ['Size', size],
  ['Slice', slice],
  ['Split', split],
  ['Sqrt', unary(Math.sqrt)],
  ['Squeeze', squeeze],
  ['Sub', variadic((a, b) => a - b)],
  ['Sum', variadic((a, b) => a + b)],
  ['Tile', tile],
  ['Transpose', transpose],
  ['Unsqueeze', unsqueeze],
  ['Where', where],
]);

/** Names of the operators that can be folded. */
export const FOLDED_OPERATORS: readonly string[] = [...FOLDS.keys()];

/** Operators that look at the shape of their input only. */
const LOOK_AT_SHAPE = ['Shape', 'Size'];

/** The values of a node that are known at import; undefined where they depend on the network's input. */
export function fold(node: ImportedNode): readonly KnownTensor[] | undefined {
  const known =
    LOOK_AT_SHAPE.includes(node.type) || node.inputs.every((value) => value === undefined || isKnown(value));
  const result = known ? FOLDS.get(node.type)?.(node) : undefined;
  return result && (isList(result) ? result : [result]);
}

function isList(result: KnownTensor | readonly KnownTensor[]): result is readonly KnownTensor[] {
  return Array.isArray(result);
}
