import { blockDctReference } from '../../kernels/block-dct/reference.ts';
import { coefficientMultiplyReference } from '../../kernels/coefficient-multiply/reference.ts';
import { SparseBuilder, type SparseCoefficients } from '../../kernels/coefficient-multiply/sparse.ts';
import { denseMultiplyReference } from '../../kernels/dense-multiply/reference.ts';
import { inverseRunDctReference, runDctReference } from '../../kernels/run-dct/reference.ts';
import type { WgslStep } from '../../kernels/wgsl.ts';
import type { KernelStep } from '../../src/runtime/backends/gpujs/kernel-step.ts';
import { nodeKernels } from '../../src/runtime/backends/gpujs/node-kernels.ts';
import { splitRows } from '../../src/runtime/backends/gpujs/split-rows.ts';
import { multiplyStep, nodeSteps } from '../../src/runtime/backends/wgsl/node-steps.ts';
import type { DenseNode, MatrixNode, RowsNode } from '../../src/weights/network.ts';
import { matrixNode, type NodeOptions, randomCoefficients, randomValues, rowsNode } from './random.ts';

/**
 * One operation on one input: the gpu.js kernels that compute it, with the constants that the engine gives them, our WGSL
 * kernels, and the plain reference in float64. The same table runs on every backend, in Node and in a browser.
 */
export interface OperationCase {
  readonly name: string;
  readonly batch: number;
  /** Run one after another; the first takes `input`, batch × its length ÷ batch. */
  readonly steps: readonly KernelStep[];
  /** The same with rows split over several threads, where the rule splits them. */
  readonly splitSteps?: readonly KernelStep[];
  /** The same as WGSL: every way in which weights of this kind can lie on a device. */
  readonly wgsl: readonly WgslStep[];
  /** Σx of each input, for steps that take it as their second argument. */
  readonly sums: Float32Array;
  readonly input: Float32Array;
  readonly expected: () => Float64Array;
  /** Greatest error, relative to the greatest magnitude of the exact result. */
  readonly tolerance: number;
}

/** A DCT adds 8 + 8 products of float32: a few units in the last place (6e-8). */
const DCT_TOLERANCE = 1e-6;
/** A sum of n products of float32 of either sign errs by about √n units; n is up to 3,000 here. */
const SUM_TOLERANCE = 1e-5;

function multiplyCase(
  name: string,
  node: RowsNode | MatrixNode,
  batch: number,
  bits: 16 | 24 = 24,
): OperationCase {
  const { columns, rows } = node.coefficients;
  const kernels = nodeKernels(node, bits);
  const { dequantize, multiply } = kernels;
  const split = splitRows(kernels, batch);
  const input = randomValues(batch * columns, 5);
  const sums = randomValues(batch, 6);
  const expected = (): Float64Array => {
    const products = coefficientMultiplyReference(
      node.coefficients,
      node.quantization,
      node.kind,
      input,
      batch,
    );
    // The matrix layout applies scale, offset and bias after its inverse transform.
    return node.kind === 'matrix' ? products : finish(node, products, sums, rows);
  };
  return {
    name: `coefficient multiply: ${name}`,
    batch,
    steps: [dequantize as KernelStep, multiply],
    ...(split.partSum && { splitSteps: [dequantize as KernelStep, split.multiply, split.partSum] }),
    wgsl: [
      multiplyStep(node, 'parts'),
      ...(node.coefficients.value instanceof Int8Array ? [multiplyStep(node, 'int8')] : []),
    ],
    sums,
    input,
    expected,
    tolerance: SUM_TOLERANCE,
  };
}

/** scale·z + offset·Σx + bias, then ReLU. */
function finish(
  { scale, offset, bias, relu }: RowsNode | MatrixNode,
  products: Float64Array,
  sums: Float32Array,
  width: number,
): Float64Array {
  return products.map((product, index) => {
    const row = index % width;
    const shift = offset ? offset[offset.length === 1 ? 0 : row] * sums[Math.floor(index / width)] : 0;
    const value = scale[scale.length === 1 ? 0 : row] * product + shift + (bias?.[row] ?? 0);
    return relu ? Math.max(0, value) : value;
  });
}

function blockDctCase(width: number, height: number, x: number, y: number, batch: number): OperationCase {
  const node = rowsNode(width, height, { outFeatures: 1, x, y });
  const input = randomValues(batch * width * height, 7);
  return {
    name: `block DCT: ${batch} of ${width}×${height} at (${x}, ${y})`,
    batch,
    steps: nodeKernels(node, 24).transform,
    wgsl: [nodeSteps(node).transform as WgslStep],
    sums: new Float32Array(batch),
    input,
    expected: () => blockDctReference(input, batch, node.tile),
    tolerance: DCT_TOLERANCE,
  };
}

function runDctCase(inFeatures: number, batch: number): OperationCase {
  const node = matrixNode(inFeatures, { outFeatures: 8 });
  const input = randomValues(batch * inFeatures, 8);
  return {
    name: `DCT of runs: ${batch} × ${inFeatures}`,
    batch,
    steps: nodeKernels(node, 24).transform,
    wgsl: [nodeSteps(node).transform as WgslStep],
    sums: new Float32Array(batch),
    input,
    expected: () => runDctReference(input, batch, inFeatures),
    tolerance: DCT_TOLERANCE,
  };
}

function inverseRunDctCase(name: string, batch: number, options: NodeOptions): OperationCase {
  const node = matrixNode(8, options);
  const { outFeatures } = node;
  const input = randomValues(batch * 8 * Math.ceil(outFeatures / 8), 9);
  const sums = randomValues(batch, 10);
  return {
    name: `inverse DCT of runs: ${name}`,
    batch,
    steps: [nodeKernels(node, 24).inverse as KernelStep],
    wgsl: [nodeSteps(node).inverse as WgslStep],
    sums,
    input,
    expected: () =>
      finish(node, inverseRunDctReference(Float64Array.from(input), batch, outFeatures), sums, outFeatures),
    tolerance: DCT_TOLERANCE,
  };
}

function inputSumCase(name: string, node: RowsNode | MatrixNode, batch: number): OperationCase {
  const { columns } = node.coefficients;
  const [step, factor] = node.kind === 'rows' ? [64, 8] : [8, Math.sqrt(8)];
  const input = randomValues(batch * columns, 11);
  return {
    name: `sum of inputs: ${name}`,
    batch,
    steps: [nodeKernels(node, 24).sum as KernelStep],
    // What else goes to a buffer of its own is the answer here.
    wgsl: [{ ...(nodeSteps(node).sum as WgslStep), writesSums: false }],
    sums: new Float32Array(batch),
    input,
    expected: () =>
      Float64Array.from({ length: batch }, (_, image) => {
        let sum = 0;
        for (let k = 0; k < columns; k += step) sum += factor * input[image * columns + k];
        return sum;
      }),
    tolerance: DCT_TOLERANCE,
  };
}

function denseCase(
  name: string,
  inFeatures: number,
  outFeatures: number,
  batch: number,
  relu = false,
): OperationCase {
  const bias = randomValues(outFeatures, 12);
  const weights = randomValues(outFeatures * inFeatures, 13);
  const node: DenseNode = { kind: 'dense', name: 'dense', inFeatures, outFeatures, weights, bias, relu };
  const kernels = nodeKernels(node, 24);
  const split = splitRows(kernels, batch);
  const input = randomValues(batch * inFeatures, 14);
  return {
    name: `dense multiply: ${name}`,
    batch,
    steps: [kernels.multiply],
    ...(split.partSum && { splitSteps: [split.multiply, split.partSum] }),
    wgsl: [nodeSteps(node).multiply],
    sums: new Float32Array(batch),
    input,
    expected: () =>
      denseMultiplyReference(weights, input, batch, inFeatures, outFeatures).map((value, index) => {
        const sum = value + bias[index % outFeatures];
        return relu ? Math.max(0, sum) : sum;
      }),
    tolerance: SUM_TOLERANCE,
  };
}

/** Rows whose only nonzeros sit at given columns. */
function single(columns: number, positions: readonly number[], value: number): SparseCoefficients {
  const builder = new SparseBuilder(columns);
  const row = new Int16Array(columns);
  for (const position of positions) {
    row.fill(0);
    row[position] = value;
    builder.addRow(row);
  }
  return builder.finish();
}

const WIDE = 256 * 280;

export function operationCases(): OperationCase[] {
  const far = [0, 65_535, 65_536, 65_537, 70_000, WIDE - 1];
  return [
    blockDctCase(8, 8, 0, 0, 1),
    blockDctCase(28, 28, 0, 0, 3),
    blockDctCase(28, 28, 2, 2, 1),
    blockDctCase(5, 11, 7, 3, 2),
    blockDctCase(9, 9, 0, 1, 22),
    runDctCase(8, 1),
    runDctCase(20, 130),
    runDctCase(300, 3),
    runDctCase(13, 2),
    inverseRunDctCase('10 outputs', 3, { outFeatures: 10 }),
    inverseRunDctCase('17 outputs, a map a row, ReLU', 2, { outFeatures: 17, perRow: true, relu: true }),
    inverseRunDctCase('130 images', 130, { outFeatures: 13, perRow: true }),
    inverseRunDctCase('symmetric, no bias', 1, { outFeatures: 8, symmetric: true, bias: false }),
    inputSumCase('blocks', rowsNode(28, 28, { outFeatures: 1 }), 3),
    inputSumCase('blocks of 22 images', rowsNode(28, 28, { outFeatures: 1 }), 22),
    inputSumCase('runs', matrixNode(100, { outFeatures: 8 }), 2),
    multiplyCase('rows, one map for the layer', rowsNode(28, 28, { outFeatures: 33 }), 3),
    multiplyCase(
      'rows, a map a row, ReLU',
      rowsNode(28, 28, { outFeatures: 33, perRow: true, relu: true }),
      3,
    ),
    multiplyCase(
      'rows, symmetric, no bias',
      rowsNode(9, 9, { outFeatures: 5, symmetric: true, bias: false }),
      1,
    ),
    multiplyCase('rows, words of 16 bits', rowsNode(28, 28, { outFeatures: 33 }), 3, 16),
    multiplyCase('matrix', matrixNode(100, { outFeatures: 30 }), 3),
    multiplyCase('matrix, words of 16 bits', matrixNode(100, { outFeatures: 30 }), 1, 16),
    multiplyCase(
      'values of 16 bits',
      rowsNode(16, 16, { outFeatures: 4, coefficients: randomCoefficients(4, 256, { max: 2047 }) }),
      1,
    ),
    multiplyCase(
      'no nonzero at all',
      rowsNode(8, 8, { outFeatures: 3, coefficients: randomCoefficients(3, 64, { density: 0 }) }),
      2,
    ),
    multiplyCase(
      'rows of 3,000 nonzeros (loops of gpu.js may stop at 1,000)',
      matrixNode(3000, { outFeatures: 8, coefficients: randomCoefficients(8, 3000, { density: 1 }) }),
      2,
    ),
    multiplyCase(
      'columns above 2^16',
      rowsNode(256, 280, { outFeatures: far.length, coefficients: single(WIDE, far, 3) }),
      1,
    ),
    multiplyCase(
      'columns above 2^16, words of 16 bits, values that leave few bits for gaps',
      rowsNode(256, 280, { outFeatures: far.length, coefficients: single(WIDE, far, 4000) }),
      1,
      16,
    ),
    multiplyCase(
      'nonzeros above 2^16',
      matrixNode(1000, { outFeatures: 120, coefficients: randomCoefficients(120, 1000, { density: 0.7 }) }),
      2,
    ),
    multiplyCase('rows, 20 images', rowsNode(28, 28, { outFeatures: 33, perRow: true, relu: true }), 20),
    multiplyCase('rows, 130 images', rowsNode(9, 9, { outFeatures: 33 }), 130),
    multiplyCase('matrix, 20 images', matrixNode(100, { outFeatures: 30 }), 20),
    denseCase('40 × 100', 100, 40, 3),
    denseCase('70 × 101, 20 images', 101, 70, 20),
    denseCase('rows of 3,000 weights, 70 images, ReLU', 3000, 4, 70, true),
    denseCase('ReLU', 100, 40, 3, true),
    denseCase('rows of 3,000 weights', 3000, 4, 2),
    denseCase('weights above 2^16', 1000, 120, 2),
  ];
}
