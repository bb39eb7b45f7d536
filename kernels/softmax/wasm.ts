import type { WasmBinding } from '../graph-wasm/binding.ts';
import { count } from '../node.ts';

export const kernel: WasmBinding<{ readonly axis: number }> = (
  { inputs: [shape], attributes: { axis } },
  { kernels },
) => {
  const along = axis < 0 ? axis + shape.length : axis;
  const length = shape[along];
  const inner = count(shape.slice(along + 1));
  const outer = count(shape.slice(0, along));
  return ([input], [output], batch) => kernels.softmax(input, output, batch * outer, length, inner);
};
