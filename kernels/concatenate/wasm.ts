import type { WasmBinding } from '../graph-wasm/binding.ts';
import { axisIndex, elementCount } from '../node.ts';

export const kernel: WasmBinding<{ readonly axis: number }> = (
  { inputs: shapes, outputs: [shape], attributes: { axis } },
  { kernels },
) => {
  const along = axisIndex(axis, shape);
  const outer = elementCount(shape.slice(0, along));
  const lengths = shapes.map((extents) => 4 * elementCount(extents.slice(along)));
  const total = 4 * elementCount(shape.slice(along));
  return (inputs, [output], batch) => {
    let to = output;
    inputs.forEach((input, index) => {
      kernels.copyBlocks(input, to, batch * outer, lengths[index], total);
      to += lengths[index];
    });
  };
};
