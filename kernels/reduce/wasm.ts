import type { WasmBinding } from '../graph-wasm/binding.ts';
import { perReduction, type ReduceAttributes, type Reduction, reducedLines, sumFactor } from './lines.ts';

/** Numbers of what is done, see the assembly. */
const CODES: Readonly<Record<Reduction, number>> = {
  'reduce-sum': 0,
  'reduce-mean': 0,
  'reduce-max': 1,
  'reduce-min': 2,
};

export const kernels: Readonly<Record<Reduction, WasmBinding<ReduceAttributes>>> = perReduction(
  (reduction) =>
    (node, { kernels }) => {
      const lines = reducedLines(node);
      const { outer, length, inner } = lines;
      const factor = sumFactor(reduction, lines);
      return ([input], [output], batch) =>
        kernels.reduce(CODES[reduction], input, output, batch * outer, length, inner, factor);
    },
);
