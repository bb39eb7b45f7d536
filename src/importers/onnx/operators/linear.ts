import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';
import type { KnownTensor } from '../tensors.ts';

/** MatMul with a constant matrix [I, O]. */
export function matMul(node: ImportedNode): ComputedValue {
  return multiplyMatrix(node, node.value(), node.constant(1));
}

/** The product of vectors with a matrix [I, O]. */
export function multiplyMatrix(node: ImportedNode, value: ComputedValue, matrix: KnownTensor): ComputedValue {
  return multiply(node, value, matrix, false, 1, null);
}

/** Gemm with constant weights. */
export function gemm(node: ImportedNode): ComputedValue {
  if (node.int('transA', 0) !== 0) throw new UnsupportedForm('transposes its input');
  const beta = node.float('beta', 1);
  const value = node.value();
  const matrix = node.constant(1);
  const bias = node.inputs[2] === undefined ? null : node.constant(2).values;
  return multiply(
    node,
    value,
    matrix,
    node.int('transB', 0) !== 0,
    node.float('alpha', 1),
    bias && Float32Array.from(bias, (value) => value * beta),
  );
}

function multiply(
  node: ImportedNode,
  input: ComputedValue,
  matrix: KnownTensor,
  transposed: boolean,
  alpha: number,
  bias: Float32Array | null,
): ComputedValue {
  const { shape, values } = matrix;
  if (shape.length !== 2 || input.shape.length !== 1 || input.batchAxis !== 0)
    throw new UnsupportedForm('is no product of vectors with a matrix');
  const [outFeatures, inFeatures] = transposed ? shape : [shape[1], shape[0]];
  node.reserve(values.length);
  const weights = new Float32Array(values.length);
  for (let o = 0; o < outFeatures; o++) {
    for (let i = 0; i < inFeatures; i++) {
      const at = o * inFeatures + i;
      weights[at] = alpha * values[transposed ? at : i * outFeatures + o];
    }
  }
  const full = bias?.length === 1 ? new Float32Array(outFeatures).fill(bias[0]) : bias;
  if (full !== null && full.length !== outFeatures)
    throw new UnsupportedForm(`has ${full.length} biases for ${outFeatures} outputs`);
  const layer = {
    kind: 'dense',
    name: node.name,
    inFeatures,
    outFeatures,
    bias: full,
    relu: false,
    weights,
  } as const;
  return node.emit('linear', [input], { inFeatures, outFeatures }, {}, layer);
}
