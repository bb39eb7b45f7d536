import { coefficientPartsKernel } from '../../../../kernels/coefficient-multiply/gpu.ts';
import type { PackedCoefficients } from '../../../../kernels/coefficient-multiply/packed.ts';
import { densePartsKernel } from '../../../../kernels/dense-multiply/gpu.ts';
import { partSumKernel } from '../../../../kernels/part-sum/gpu.ts';
import { ENOUGH_THREADS } from '../../../../kernels/wgsl.ts';
import type { KernelStep, RowSplit, StageKernels } from './kernel-step.ts';

/** Minimum words or weights per thread, so that the cost of the second pass is comparatively small. */
const LEAST_UNITS = 64;

/**
 * The stage for a batch of that size on a GPU: if one thread per row and image would leave the device idle, and rows
 * are long, several threads share a row and a second kernel adds their partial sums. Otherwise the stage is unchanged.
 */
export function splitRows(stage: StageKernels, batch: number): StageKernels {
  const { rows, units, kernels } = stage.split;
  const wanted = Math.min(ENOUGH_THREADS / (rows * batch), units / LEAST_UNITS);
  if (wanted < 2) return stage;
  return { ...stage, ...kernels(2 ** Math.floor(Math.log2(wanted))) };
}

/** `whole`: the constants of the kernel with one thread per row. */
export function coefficientSplit(packed: PackedCoefficients, whole: KernelStep['constants']): RowSplit {
  const { rows, words, rowEnd, span } = packed;
  return {
    rows,
    units: words.length / rows,
    kernels: (parts) => {
      const { words: constantWords, inverseSpan, leastValue, copyStep, ...finish } = whole;
      const { partData, longest } = cutParts(words, rowEnd, span, parts);
      return {
        multiply: {
          kernel: coefficientPartsKernel,
          width: rows * parts,
          constants: {
            words: constantWords,
            span,
            inverseSpan,
            leastValue,
            copyStep,
            partData,
            parts,
            longest,
          },
        },
        partSum: partSum(rows, parts, finish),
      };
    },
  };
}

export function denseSplit(rows: number, inFeatures: number, whole: KernelStep['constants']): RowSplit {
  const { weights, bias, least } = whole;
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
          constants: { weights, inFeatures, parts, longest: Math.ceil(inFeatures / parts) },
        },
        partSum: partSum(rows, parts, { rowData, rowStride: 2, scale: 1, offset: 0, least }),
      };
    },
  };
}

function partSum(
  rows: number,
  parts: number,
  { rowData, rowStride, scale, offset, least }: KernelStep['constants'],
): KernelStep {
  return {
    kernel: partSumKernel,
    width: rows,
    constants: { parts, rowData, rowStride, scale, offset, least },
  };
}

/** The end of each part's words and the column before them; parts differ by at most one word. */
function cutParts(
  words: PackedCoefficients['words'],
  rowEnd: Uint32Array,
  span: number,
  parts: number,
): { partData: Float32Array; longest: number } {
  const partData = new Float32Array(rowEnd.length * parts * 2);
  let longest = 1;
  let at = 0;
  rowEnd.forEach((end, row) => {
    const start = at;
    let column = -1;
    for (let part = 0; part < parts; part++) {
      const index = (row * parts + part) * 2;
      const partEnd = start + Math.floor(((end - start) * (part + 1)) / parts);
      longest = Math.max(longest, partEnd - at);
      partData[index] = partEnd;
      partData[index + 1] = column;
      for (; at < partEnd; at++) column += Math.floor(words[at] / span) + 1;
    }
  });
  return { partData, longest };
}
