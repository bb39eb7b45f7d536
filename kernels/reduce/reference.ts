import type { ReferenceKernel } from '../node.ts';
import { perReduction, type ReduceAttributes, type Reduction, reducedLines } from './lines.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const COMPUTE: Readonly<Record<Reduction, (values: readonly number[]) => number>> = {
  'reduce-max': (values) => values.reduce((a, b) => Math.max(a, b)),
  'reduce-mean': (values) => sum(values) / values.length,
  'reduce-min': (values) => values.reduce((a, b) => Math.min(a, b)),
  'reduce-sum': sum,
};

export const kernels: Readonly<Record<Reduction, ReferenceKernel<ReduceAttributes>>> = perReduction(
  (reduction) =>
    (node, [input], batch) => {
      const { outer, length, inner } = reducedLines(node);
      const output = new Float64Array(batch * outer * inner);
      for (let at = 0; at < output.length; at++) {
        const first = Math.floor(at / inner) * length * inner + (at % inner);
        output[at] = COMPUTE[reduction](Array.from({ length }, (_, k) => input[first + k * inner]));
      }
      return [output];
    },
);
