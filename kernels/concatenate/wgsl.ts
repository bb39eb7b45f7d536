import { outputStep } from '../elementwise/wgsl.ts';
import { axisIndex, elementCount } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';

/** Copies one input to its place: runs of `length` elements, `total` apart in the output. */
const source = (vector: boolean): string => `${header(
  vector,
  'width: u32, length: u32, total: u32, start: u32',
  {
    inputs: 'array<V>',
    outputs: 'array<V>',
  },
)}
${perOutput(
  'item',
  'parameters.width',
  `let to = item / parameters.length * parameters.total + parameters.start + item % parameters.length;
  outputs[to * call.lanes + lane] = inputs[item * call.lanes + lane];`,
)}
`;

export const kernel: WgslKernel<{ readonly axis: number }> = ({
  inputs,
  outputs: [shape],
  attributes: { axis },
}) => {
  const along = axisIndex(axis, shape);
  const total = elementCount(shape.slice(along));
  let start = 0;
  return inputs.map((extents, index) => {
    const length = elementCount(extents.slice(along));
    const words = [elementCount(extents), length, total, start];
    start += length;
    return outputStep('concatenate', source, words, {
      width: elementCount(shape),
      outputs: elementCount(extents),
      reads: [index],
    });
  });
};
