import { elementCount, type Shape } from '../../../graph/shape.ts';
import {
  type ComputedValue,
  constantOf,
  type ImportedNode,
  isKnown,
  UnsupportedForm,
  type Value,
} from '../node.ts';
import type { KnownTensor } from '../tensors.ts';
import { aligned, operand } from './elementwise.ts';
import { reshaped } from './layout.ts';

/** MatMul of two values, or of a value and a constant matrix on either side. */
export function matMul(node: ImportedNode): ComputedValue {
  const [a, b] = node.inputs as readonly Value[];
  if (b !== undefined && isKnown(b)) return multiplyMatrix(node, node.value(0), b);
  if (a !== undefined && isKnown(a)) return multiplyByMatrix(node, a, node.value(1));
  return multiplyValues(node, node.value(0), node.value(1));
}

/** The product of vectors, along the last axis of a value, with a matrix [I, O]. */
export function multiplyMatrix(node: ImportedNode, value: ComputedValue, matrix: KnownTensor): ComputedValue {
  if (matrix.shape.length === 1) {
    const product = byWeight(node, value, weightOf(node, { ...matrix, shape: [...matrix.shape, 1] }));
    return reshaped(node, product, product.shape.slice(0, -1));
  }
  const shape = matrix.shape.slice(-2);
  const fullRank = node.fullShape(value).length;
  if (elementCount(shape) !== matrix.values.length || matrix.shape.length > Math.max(2, fullRank))
    throw new UnsupportedForm(`has a constant of several matrices, ${matrix.shape.join('×')}`);
  return byWeight(node, value, weightOf(node, { ...matrix, shape }));
}

/** The product of a matrix and a value: (xᵀ·Aᵀ)ᵀ. */
function multiplyByMatrix(node: ImportedNode, matrix: KnownTensor, value: ComputedValue): ComputedValue {
  const { shape, batchAxis } = value;
  if (matrix.shape.length > 2) throw new UnsupportedForm('has a constant of several matrices first');
  const rank = node.fullShape(value).length;
  if (batchAxis !== null && batchAxis >= rank - 2) throw new UnsupportedForm('multiplies along the batch');
  // A weight has a row per output, which the matrix has already.
  const weight = constantOf(matrix, matrix.shape.length === 1 ? [1, ...matrix.shape] : matrix.shape);
  if (shape.length === 1) return byWeight(node, value, weight);
  const product = turned(node, byWeight(node, turned(node, value), weight));
  return matrix.shape.length === 1
    ? reshaped(node, product, product.shape.toSpliced(product.shape.length - 2, 1))
    : product;
}

/** The product of two values; vectors are matrices of one row or one column. */
function multiplyValues(node: ImportedNode, a: ComputedValue, b: ComputedValue): ComputedValue {
  const rank = Math.max(node.fullShape(a).length, node.fullShape(b).length);
  const isAlongBatch = [a, b].some(
    (value) => value.batchAxis !== null && value.batchAxis >= node.fullShape(value).length - 2,
  );
  if (isAlongBatch && rank > 1) throw new UnsupportedForm('multiplies values along the batch');
  const left = a.shape.length === 1 ? reshaped(node, a, [1, ...a.shape]) : a;
  const right = b.shape.length === 1 ? reshaped(node, b, [...b.shape, 1]) : b;
  const product = node.emit('matmul', aligned(node, left, right));
  const kept = product.shape.filter(
    (_, axis) =>
      !(left !== a && axis === product.shape.length - 2) &&
      !(right !== b && axis === product.shape.length - 1),
  );
  return left === a && right === b ? product : reshaped(node, product, kept);
}

/** Gemm: alpha·A·B + beta·C, A and B perhaps transposed. */
export function gemm(node: ImportedNode): ComputedValue {
  const isTurned = (name: string): boolean => node.int(name, 0) !== 0;
  const alpha = node.float('alpha', 1);
  const beta = node.float('beta', 1);
  const value = node.value();
  const [, second, third] = node.inputs as readonly (Value | undefined)[];
  const bias = third && isKnown(third) ? third : undefined;
  if (!isTurned('transA') && value.batchAxis === 0 && second && isKnown(second) && (!third || bias)) {
    const weight = isTurned('transB') ? constantOf(second) : weightOf(node, second);
    return linear(
      node,
      value,
      scaled(node, weight, alpha),
      bias && spread(node, bias, beta, weight.shape[0]),
    );
  }
  if (value.shape.length !== 2) throw new UnsupportedForm('multiplies along the batch');
  const a = isTurned('transA') ? turned(node, value) : value;
  const product =
    second && isKnown(second)
      ? byWeight(node, a, isTurned('transB') ? constantOf(second) : weightOf(node, second))
      : node.emit('matmul', [a, isTurned('transB') ? turned(node, node.value(1)) : node.value(1)]);
  const result = times(node, product, alpha);
  if (bias) return node.emit('add', [result], {}, { operand: scaled(node, operand(bias, result), beta) });
  return third ? node.emit('add', aligned(node, result, times(node, node.value(2), beta))) : result;
}

type Weight = ReturnType<typeof constantOf>;

/** The matrix [I, O] as O × I. */
function weightOf(node: ImportedNode, { shape, values }: KnownTensor): Weight {
  if (shape.length !== 2)
    throw new UnsupportedForm(`has a constant of ${shape.join('×')}, expected a matrix`);
  const [inFeatures, outFeatures] = shape;
  node.reserve(values.length);
  const weights = new Float32Array(values.length);
  for (let o = 0; o < outFeatures; o++) {
    for (let i = 0; i < inFeatures; i++) weights[o * inFeatures + i] = values[i * outFeatures + o];
  }
  return { shape: [outFeatures, inFeatures], values: weights };
}

/** Vectors along the last axis times a weight; one vector per image is a linear layer. */
function byWeight(node: ImportedNode, value: ComputedValue, weight: Weight): ComputedValue {
  const { shape, batchAxis } = value;
  if (batchAxis !== null && batchAxis === shape.length)
    throw new UnsupportedForm('multiplies along the batch');
  if (batchAxis === 0 && shape.length > 0 && elementCount(shape.slice(0, -1)) === 1) {
    const result = linear(node, value, weight);
    return shape.length === 1 ? result : reshaped(node, result, [...shape.slice(0, -1), weight.shape[0]]);
  }
  return node.emit('matmul', [value], {}, { weight });
}

/** A linear layer of all elements of a value. */
function linear(
  node: ImportedNode,
  value: ComputedValue,
  { shape: [outFeatures, inFeatures], values: weights }: Weight,
  bias: Float32Array | null = null,
): ComputedValue {
  if (inFeatures !== elementCount(value.shape))
    throw new UnsupportedForm(`multiplies ${value.shape.join('×')} by a matrix for ${inFeatures} inputs`);
  const layer = {
    kind: 'dense',
    name: node.name,
    inFeatures,
    outFeatures,
    bias,
    relu: false,
    weights,
  } as const;
  return node.emit('linear', [value], { inFeatures, outFeatures }, {}, { linear: layer });
}

/** One bias per output. */
function spread(
  node: ImportedNode,
  { values }: KnownTensor,
  factor: number,
  outFeatures: number,
): Float32Array {
  if (values.length !== 1 && values.length !== outFeatures)
    throw new UnsupportedForm(`has ${values.length} biases for ${outFeatures} outputs`);
  node.reserve(outFeatures);
  return Float32Array.from({ length: outFeatures }, (_, at) => factor * values[values.length === 1 ? 0 : at]);
}

function scaled(node: ImportedNode, constant: Weight, factor: number): Weight {
  if (factor === 1) return constant;
  node.reserve(constant.values.length);
  return { shape: constant.shape, values: constant.values.map((value) => value * factor) };
}

function times(node: ImportedNode, value: ComputedValue, factor: number): ComputedValue {
  const operand = { shape: [], values: Float32Array.of(factor) };
  return factor === 1 ? value : node.emit('multiply', [value], {}, { operand });
}

/** The last two axes exchanged. */
function turned(node: ImportedNode, value: ComputedValue): ComputedValue {
  const axes: Shape = value.shape.map((_, axis) => axis);
  const [row, column] = axes.slice(-2);
  return node.emit('transpose', [value], { permutation: [...axes.slice(0, -2), column, row] });
}
