import type { GpuJsKernel, GpuJsNodeStep } from '../gpujs.ts';
import { reduceMaxKernel, reduceMinKernel, reduceSumKernel } from './gpu.ts';
import { perReduction, type ReduceAttributes, type Reduction, reducedLines, sumFactor } from './lines.ts';

const KERNELS: Readonly<Record<Reduction, GpuJsNodeStep['kernel']>> = {
  'reduce-max': reduceMaxKernel,
  'reduce-mean': reduceSumKernel,
  'reduce-min': reduceMinKernel,
  'reduce-sum': reduceSumKernel,
};

export const kernels: Readonly<Record<Reduction, GpuJsKernel<ReduceAttributes>>> = perReduction(
  (reduction) => (node) => {
    const lines = reducedLines(node);
    const { outer, length, inner } = lines;
    const constants = { span: length, inner, factor: sumFactor(reduction, lines) };
    return [{ kernel: KERNELS[reduction], width: outer * inner, constants, reads: [0] }];
  },
);
