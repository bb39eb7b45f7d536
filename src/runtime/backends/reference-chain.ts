import { blockDctReference } from '../../../kernels/block-dct/reference.ts';
import { coefficientMultiplyReference } from '../../../kernels/coefficient-multiply/reference.ts';
import { sparseBytes } from '../../../kernels/coefficient-multiply/sparse.ts';
import { denseMultiplyReference } from '../../../kernels/dense-multiply/reference.ts';
import { inverseRunDctReference, runDctReference } from '../../../kernels/run-dct/reference.ts';
import type { MatrixStage, Network, RowsStage, Stage } from '../../weights/network.ts';
import type { InputKind } from './backend.ts';

/** Runs a linear chain in float64; `input` as `Executor.run` takes it. */
export function runChain(
  network: Network,
  input: Float64Array,
  batch: number,
  kind: InputKind,
): Float64Array {
  let values = input;
  network.stages.forEach((stage, index) => {
    values = runStage(stage, values, batch, index === 0 && kind === 'coefficients');
  });
  return values;
}

/** `transformed`: whether `inputs` are block-DCT coefficients already. */
function runStage(stage: Stage, inputs: Float64Array, batch: number, transformed: boolean): Float64Array {
  const { inFeatures, outFeatures, bias, relu } = stage;
  let outputs: Float64Array;
  if (stage.kind === 'dense') {
    outputs = denseMultiplyReference(stage.weights, inputs, batch, inFeatures, outFeatures);
  } else {
    const columns = transformed ? inputs : transform(stage, inputs, batch);
    const sums = inputSums(stage, columns, batch);
    const { coefficients, quantization, kind, scale, offset } = stage;
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

function transform(stage: RowsStage | MatrixStage, inputs: Float64Array, batch: number): Float64Array {
  return stage.kind === 'rows'
    ? blockDctReference(inputs, batch, stage.tile)
    : runDctReference(inputs, batch, stage.inFeatures);
}

/** Σx of each input from its DC coefficients alone: a block's DC is Σx ÷ 8, a run's is Σx ÷ √8. */
function inputSums(stage: RowsStage | MatrixStage, columns: Float64Array, batch: number): Float64Array {
  const { columns: count } = stage.coefficients;
  const [step, factor] = stage.kind === 'rows' ? [64, 8] : [8, Math.sqrt(8)];
  const sums = new Float64Array(batch);
  for (let b = 0; b < batch; b++) {
    for (let k = 0; k < count; k += step) sums[b] += factor * columns[b * count + k];
  }
  return sums;
}

/** Columns of a stage's transformed inputs; 0 where there is no transform. */
export function stageColumns(stage: Stage): number {
  return stage.kind === 'dense' ? 0 : stage.coefficients.columns;
}

/** Bytes that a stage's weights, tables and bias occupy on this backend. */
export function stageBytes(stage: Stage): number {
  const bias = stage.bias?.byteLength ?? 0;
  if (stage.kind === 'dense') return stage.weights.byteLength + bias;
  const { coefficients, quantization, scale, offset } = stage;
  const map = scale.byteLength + (offset?.byteLength ?? 0);
  return sparseBytes(coefficients) + quantization.byteLength + map + bias;
}
