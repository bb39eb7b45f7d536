import type { WasmBinding } from '../graph-wasm/binding.ts';
import { axisIndex, elementCount } from '../node.ts';

type Along = { readonly axis: number };

const softmax =
  (isLogarithm: boolean): WasmBinding<Along> =>
  ({ inputs: [shape], attributes: { axis } }, { kernels }) => {
    const along = axisIndex(axis, shape);
    const length = shape[along];
    const inner = elementCount(shape.slice(along + 1));
    const outer = elementCount(shape.slice(0, along));
    return ([input], [output], batch) =>
      kernels.softmax(input, output, batch * outer, length, inner, Number(isLogarithm));
  };

export const kernel: WasmBinding<Along> = softmax(false);
export const logarithm: WasmBinding<Along> = softmax(true);
