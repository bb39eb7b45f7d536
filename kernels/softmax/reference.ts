import { axisIndex, elementCount, type ReferenceKernel } from '../node.ts';

type Along = { readonly axis: number };

export const kernel: ReferenceKernel<Along> = softmax((shifted, sum) => Math.exp(shifted) / sum);
export const logarithm: ReferenceKernel<Along> = softmax((shifted, sum) => shifted - Math.log(sum));

/** The maximum is subtracted first, so that no exponential overflows. `give` gets each x − max and Σ exp(x − max). */
function softmax(give: (shifted: number, sum: number) => number): ReferenceKernel<Along> {
  return ({ inputs: [shape], attributes: { axis } }, [input], batch) => {
    const along = axisIndex(axis, shape);
    const length = shape[along];
    const inner = elementCount(shape.slice(along + 1));
    const outer = batch * elementCount(shape.slice(0, along));
    const output = new Float64Array(input.length);
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        const at = (k: number): number => (o * length + k) * inner + i;
        let max = -Infinity;
        for (let k = 0; k < length; k++) max = Math.max(max, input[at(k)]);
        let sum = 0;
        for (let k = 0; k < length; k++) sum += Math.exp(input[at(k)] - max);
        for (let k = 0; k < length; k++) output[at(k)] = give(input[at(k)] - max, sum);
      }
    }
    return [output];
  };
}
