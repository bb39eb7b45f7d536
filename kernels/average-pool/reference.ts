import type { ReferenceKernel } from '../node.ts';
import { eachWindow, outputCount } from '../pool/reference.ts';
import { type AveragePoolAttributes, counted } from './divisor.ts';

export const kernel: ReferenceKernel<AveragePoolAttributes> = (node, [input], batch) => {
  const [[, height, width]] = node.inputs;
  const output = new Float64Array(outputCount(node, batch));
  eachWindow(node, batch, (at, elements, y, x) => {
    const count = counted(node.attributes, 0, height, y) * counted(node.attributes, 1, width, x);
    output[at] = elements.reduce((sum, element) => sum + input[element], 0) / count;
  });
  return [output];
};
