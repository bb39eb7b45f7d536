import type { ReferenceKernel } from '../node.ts';
import { eachWindow, outputCount } from '../pool/reference.ts';
import type { PoolWindow } from '../window.ts';

export const kernel: ReferenceKernel<PoolWindow> = (node, [input], batch) => {
  const output = new Float64Array(outputCount(node, batch));
  eachWindow(node, batch, (at, elements) => {
    output[at] = elements.reduce((max, element) => Math.max(max, input[element]), -Infinity);
  });
  return [output];
};
