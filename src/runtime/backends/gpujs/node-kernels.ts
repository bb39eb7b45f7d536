import type { GPU, IKernelRunShortcut } from 'gpu.js';
import { blockDctColumnsKernel, blockDctRowsKernel } from '../../../../kernels/block-dct/gpu.ts';
import {
  coefficientMultiplyKernel,
  dequantizeKernel,
  inputSumKernel,
} from '../../../../kernels/coefficient-multiply/gpu.ts';
import {
  type PackedCoefficients,
  packCoefficients,
  type WordBits,
} from '../../../../kernels/coefficient-multiply/packed.ts';
import { denseMultiplyKernel } from '../../../../kernels/dense-multiply/gpu.ts';
import { inverseRunDctKernel, runDctKernel } from '../../../../kernels/run-dct/gpu.ts';
import { WjpegError } from '../../../errors.ts';
import { DCT_BASIS } from '../../../jpeg/dct/basis.ts';
import type { DenseNode, LinearNode, MatrixNode, RowsNode } from '../../../weights/network.ts';
import type { KernelStep, NodeKernels } from './kernel-step.ts';
import { coefficientSplit, denseSplit } from './split-rows.ts';

/** float32 holds positions exactly below this; a larger weight array would be read at wrong positions. */
const MAX_POSITIONS = 2 ** 24;
const MIN_FLOAT32 = -3.4028234663852886e38;
const BASIS = Float32Array.from(DCT_BASIS);

/** `bits`: width of packed coefficients; 16 if they stay in host memory. */
export function nodeKernels(node: LinearNode, bits: WordBits): NodeKernels {
  switch (node.kind) {
    case 'dense':
      return denseKernels(node);
    case 'rows':
      return rowsKernels(node, bits);
    case 'matrix':
      return matrixKernels(node, bits);
  }
}

/** The steps of a node, in order of use. */
export function nodeSteps(node: NodeKernels): KernelStep[] {
  const { transform, dequantize, sum, multiply, partSum, inverse } = node;
  return [...transform, dequantize, sum, multiply, partSum, inverse].filter((step) => step !== undefined);
}

export function createKernel(gpu: GPU, step: KernelStep, batch: number): IKernelRunShortcut {
  return gpu.createKernel(step.kernel as never, {
    output: step.width === undefined ? [batch] : [step.width, batch, ...(step.depth ? [step.depth] : [])],
    constants: step.constants,
    precision: 'single',
  }) as IKernelRunShortcut;
}

function denseKernels({ name, weights, bias, relu, inFeatures, outFeatures }: DenseNode): NodeKernels {
  if (weights.length > MAX_POSITIONS) {
    throw new WjpegError(
      'unsupported',
      'KERNEL_TOO_LARGE',
      `layer '${name}' has ${weights.length} weights, expected at most ${MAX_POSITIONS} on this backend`,
    );
  }
  const constants = {
    weights,
    bias: bias ?? new Float32Array(outFeatures),
    inFeatures,
    min: lowerBound(relu),
  };
  return {
    name,
    transform: [],
    dequantize: undefined,
    sum: undefined,
    multiply: { kernel: denseMultiplyKernel, width: outFeatures, constants },
    partSum: undefined,
    split: denseSplit(outFeatures, inFeatures, constants),
    inverse: undefined,
  };
}

function rowsKernels(node: RowsNode, bits: WordBits): NodeKernels {
  const { name, tile, coefficients } = node;
  const geometry = {
    basis: BASIS,
    width: tile.width,
    height: tile.height,
    left: tile.x,
    top: tile.y,
    blocksPerRow: tile.blocksPerRow,
  };
  const packed = packCoefficients(coefficients, bits);
  const constants = {
    ...multiplyConstants(packed),
    ...rowConstants(node, packed.rowEnd),
    copyStep: 0,
  };
  return {
    name,
    transform: [
      { kernel: blockDctRowsKernel, width: coefficients.columns, constants: geometry },
      { kernel: blockDctColumnsKernel, width: coefficients.columns, constants: { basis: BASIS } },
    ],
    dequantize: dequantizeStep(node, 64),
    sum: sumStep(node, 64, 8),
    multiply: { kernel: coefficientMultiplyKernel, width: coefficients.rows, constants },
    partSum: undefined,
    split: coefficientSplit(packed, constants),
    inverse: undefined,
  };
}

/** Scale, offset, bias and ReLU are applied after the inverse transform; before it, rows are multiplied unscaled. */
function matrixKernels(node: MatrixNode, bits: WordBits): NodeKernels {
  const { name, coefficients, inFeatures, outFeatures } = node;
  const packed = packCoefficients(coefficients, bits);
  const plainRows = new Float32Array(coefficients.rows * 2);
  packed.rowEnd.forEach((end, row) => {
    plainRows[row * 2] = end;
  });
  const constants = {
    ...multiplyConstants(packed),
    ...{ rowData: plainRows, rowStride: 2, scale: 1, offset: 0, min: MIN_FLOAT32 },
    copyStep: 1,
  };
  return {
    name,
    transform: [
      { kernel: runDctKernel, width: coefficients.columns, constants: { basis: BASIS, inFeatures } },
    ],
    dequantize: dequantizeStep(node, 8),
    sum: sumStep(node, 8, Math.sqrt(8)),
    multiply: { kernel: coefficientMultiplyKernel, width: coefficients.rows, constants },
    partSum: undefined,
    split: coefficientSplit(packed, constants),
    inverse: {
      kernel: inverseRunDctKernel,
      width: outFeatures,
      constants: { basis: BASIS, ...rowConstants(node, undefined) },
    },
  };
}

function multiplyConstants({ words, span, min, maxLength }: PackedCoefficients): KernelStep['constants'] {
  return {
    // gpu.js does not accept an empty array; a layer without nonzeros never reads this one.
    words: words.length > 0 ? words : new Float32Array(1),
    span,
    inverseSpan: 1 / span,
    minValue: min,
    maxLength,
  };
}

/** Per-row data of the last kernel of a node: `CoefficientMultiplyConstants.rowData`. */
function rowConstants(node: RowsNode | MatrixNode, rowEnd: Uint32Array | undefined): KernelStep['constants'] {
  const { outFeatures, scale, offset, bias, relu } = node;
  const perRow = scale.length > 1 || (offset?.length ?? 1) > 1;
  const rowStride = perRow ? 4 : 2;
  const rowData = new Float32Array(outFeatures * rowStride);
  for (let row = 0; row < outFeatures; row++) {
    rowData[row * rowStride] = rowEnd?.[row] ?? 0;
    rowData[row * rowStride + 1] = bias?.[row] ?? 0;
    if (!perRow) continue;
    rowData[row * rowStride + 2] = scale[scale.length === 1 ? 0 : row];
    rowData[row * rowStride + 3] = offset?.[offset.length === 1 ? 0 : row] ?? 0;
  }
  return { rowData, rowStride, scale: scale[0], offset: offset?.[0] ?? 0, min: lowerBound(relu) };
}

/** `period`: 64 for one copy of the inputs, 8 for one per row of the table. */
function dequantizeStep({ coefficients, quantization }: RowsNode | MatrixNode, period: number): KernelStep {
  return {
    kernel: dequantizeKernel,
    width: coefficients.columns,
    depth: 64 / period,
    constants: { table: Float32Array.from(quantization), period },
  };
}

function sumStep(
  { offset, coefficients }: RowsNode | MatrixNode,
  step: number,
  factor: number,
): KernelStep | undefined {
  if (!offset) return undefined;
  return {
    kernel: inputSumKernel,
    width: undefined,
    constants: { step, blocks: coefficients.columns / step, factor },
  };
}

function lowerBound(relu: boolean): number {
  return relu ? 0 : MIN_FLOAT32;
}
