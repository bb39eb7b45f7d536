import { coefficientPartsKernel } from '../../../../kernels/coefficient-multiply/gpu.ts';
import type { PackedCoefficients } from '../../../../kernels/coefficient-multiply/packed.ts';
import { densePartsKernel } from '../../../../kernels/dense-multiply/gpu.ts';
import { partSumKernel } from '../../../../kernels/part-sum/gpu.ts';
import { ENOUGH_THREADS } from '../../../../kernels/wgsl.ts';
import type { KernelStep, NodeKernels, RowSplit } from './kernel-step.ts';

/** Minimum words or weights per thread, so that the cost of the second pass is comparatively small. */
const MIN_UNITS = 64;

/**
 * The node for a batch of that size on a GPU: if one thread per row and image would leave the device idle, and rows
 * are long, several threads share a row and a second kernel adds their partial sums. Otherwise the node is unchanged.
 */
export function splitRows(node: NodeKernels, batch: number): NodeKernels {
  const { rows, units, kernels } = node.split;
  const wanted = Math.min(ENOUGH_THREADS / (rows * batch), units / MIN_UNITS);
  if (wanted < 2) return node;
  return { ...node, ...kernels(2 ** Math.floor(Math.log2(wanted))) };
}

/** `whole`: the constants of the kernel with one thread per row. */
export function coefficientSplit(packed: PackedCoefficients, whole: KernelStep['constants']): RowSplit {
  const { rows, words, rowEnd, span } = packed;
  return {
    rows,
    units: words.length / rows,
    kernels: (parts) => {
      const { words: constantWords, inverseSpan, minValue, copyStep, ...epilogue } = whole;
      const { partData, maxLength } = cutParts(words, rowEnd, span, parts);
      return {
        multiply: {
          kernel: coefficientPartsKernel,
          width: rows * parts,
          constants: {
            words: constantWords,
            span,
            inverseSpan,
            minValue,
            copyStep,
            partData,
            parts,
            maxLength,
          },
        },
        partSum: partSum(rows, parts, epilogue),
      };
    },
  };
}

export function denseSplit(rows: number, inFeatures: number, whole: KernelStep['constants']): RowSplit {
  const { weights, bias, min } = whole;
  return {
    rows,
    units: inFeatures,
    kernels: (parts) => {
      const rowData = new Float32Array(rows * 2);
      (bias as Float32Array).forEach((value, row) => {
        rowData[row * 2 + 1] = value;
      });
      return {
        multiply: {
          kernel: densePartsKernel,
          width: rows * parts,
          constants: { weights, inFeatures, parts, maxLength: Math.ceil(inFeatures / parts) },
        },
        partSum: partSum(rows, parts, { rowData, rowStride: 2, scale: 1, offset: 0, min }),
      };
    },
  };
}

function partSum(
  rows: number,
  parts: number,
  { rowData, rowStride, scale, offset, min }: KernelStep['constants'],
): KernelStep {
  return {
    kernel: partSumKernel,
    width: rows,
    constants: { parts, rowData, rowStride, scale, offset, min },
  };
}

/** The end of each part's words and the column before them; parts differ by at most one word. */
function cutParts(
  words: PackedCoefficients['words'],
  rowEnd: Uint32Array,
  span: number,
  parts: number,
): { partData: Float32Array; maxLength: number } {
  const partData = new Float32Array(rowEnd.length * parts * 2);
  let maxLength = 1;
  let at = 0;
  rowEnd.forEach((end, row) => {
    const start = at;
    let column = -1;
    for (let part = 0; part < parts; part++) {
      const index = (row * parts + part) * 2;
      const partEnd = start + Math.floor(((end - start) * (part + 1)) / parts);
      maxLength = Math.max(maxLength, partEnd - at);
      partData[index] = partEnd;
      partData[index + 1] = column;
      for (; at < partEnd; at++) column += Math.floor(words[at] / span) + 1;
    }
  });
  return { partData, maxLength };
}
