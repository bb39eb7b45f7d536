import { axisIndex, elementCount, type ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<{ readonly axis: number }> = (
  { inputs: shapes, outputs: [shape], attributes: { axis } },
  inputs,
  batch,
) => {
  const along = axisIndex(axis, shape);
  const outer = batch * elementCount(shape.slice(0, along));
  const output = new Float64Array(batch * elementCount(shape));
  let to = 0;
  for (let block = 0; block < outer; block++) {
    inputs.forEach((values, index) => {
      const length = elementCount(shapes[index].slice(along));
      output.set(values.subarray(block * length, (block + 1) * length), to);
      to += length;
    });
  }
  return [output];
};
