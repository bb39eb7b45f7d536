import { blockDctReference } from '../../../kernels/block-dct/reference.ts';
import { coefficientMultiplyReference } from '../../../kernels/coefficient-multiply/reference.ts';
import { sparseBytes } from '../../../kernels/coefficient-multiply/sparse.ts';
import { denseMultiplyReference } from '../../../kernels/dense-multiply/reference.ts';
import { inverseRunDctReference, runDctReference } from '../../../kernels/run-dct/reference.ts';
import type { LinearNode, MatrixNode, Network, RowsNode } from '../../weights/network.ts';
import type { InputKind } from './backend.ts';

/** Runs a linear chain in float64; `input` as `Executor.run` takes it. */
export function runChain(
  network: Network,
  input: Float64Array,
  batch: number,
  kind: InputKind,
): Float64Array {
  let values = input;
  network.nodes.forEach((node, index) => {
    values = runNode(node, values, batch, index === 0 && kind === 'coefficients');
  });
  return values;
}

/** `transformed`: whether `inputs` are block-DCT coefficients already. */
function runNode(node: LinearNode, inputs: Float64Array, batch: number, transformed: boolean): Float64Array {
  const { inFeatures, outFeatures, bias, relu } = node;
  let outputs: Float64Array;
  if (node.kind === 'dense') {
    outputs = denseMultiplyReference(node.weights, inputs, batch, inFeatures, outFeatures);
  } else {
    const columns = transformed ? inputs : transform(node, inputs, batch);
    const sums = inputSums(node, columns, batch);
    const { coefficients, quantization, kind, scale, offset } = node;
    outputs = coefficientMultiplyReference(coefficients, quantization, kind, columns, batch);
    if (kind === 'matrix') outputs = inverseRunDctReference(outputs, batch, outFeatures);
    for (let i = 0; i < outputs.length; i++) {
      const row = i % outFeatures;
      outputs[i] *= scale[scale.length === 1 ? 0 : row];
      if (offset) outputs[i] += offset[offset.length === 1 ? 0 : row] * sums[Math.floor(i / outFeatures)];
    }
  }
  for (let i = 0; i < outputs.length; i++) {
    if (bias) outputs[i] += bias[i % outFeatures];
    if (relu) outputs[i] = Math.max(0, outputs[i]);
  }
  return outputs;
}

function transform(node: RowsNode | MatrixNode, inputs: Float64Array, batch: number): Float64Array {
  return node.kind === 'rows'
    ? blockDctReference(inputs, batch, node.tile)
    : runDctReference(inputs, batch, node.inFeatures);
}

/** Σx of each input from its DC coefficients alone: a block's DC is Σx ÷ 8, a run's is Σx ÷ √8. */
function inputSums(node: RowsNode | MatrixNode, columns: Float64Array, batch: number): Float64Array {
  const { columns: count } = node.coefficients;
  const [step, factor] = node.kind === 'rows' ? [64, 8] : [8, Math.sqrt(8)];
  const sums = new Float64Array(batch);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < count; k += step) sums[b] += factor * columns[b * count + k];
  }
  return sums;
}

/** Columns of a node's transformed inputs; 0 where there is no transform. */
export function nodeColumns(node: LinearNode): number {
  return node.kind === 'dense' ? 0 : node.coefficients.columns;
}

/** Bytes that a node's weights, tables and bias occupy on this backend. */
export function nodeBytes(node: LinearNode): number {
  const bias = node.bias?.byteLength ?? 0;
  if (node.kind === 'dense') return node.weights.byteLength + bias;
  const { coefficients, quantization, scale, offset } = node;
  const map = scale.byteLength + (offset?.byteLength ?? 0);
  return sparseBytes(coefficients) + quantization.byteLength + map + bias;
}
