import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount, perChannel } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';

/** A kernel with one number per channel in each constant; `expression` of `x` (V) and the constants' names (f32). */
export function perChannelWgsl<A>(
  name: string,
  constants: readonly string[],
  expression: string,
): WgslKernel<A> {
  const source = (vector: boolean): string => `${header(vector, 'width: u32, inner: u32', {
    ...Object.fromEntries(constants.map((constant) => [`${constant}s`, 'array<f32>'])),
    inputs: 'array<V>',
    outputs: 'array<V>',
  })}
${perOutput(
  'item',
  'parameters.width',
  `let x = inputs[item * call.lanes + lane];
  ${constants.map((constant) => `let ${constant} = ${constant}s[item / parameters.inner];`).join('\n  ')}
  outputs[item * call.lanes + lane] = ${expression};`,
)}
`;
  return (node) => {
    const [shape] = node.inputs;
    const weights = constants.map((constant) => perChannel(node.constants[constant], shape[0]));
    const width = elementCount(shape);
    return [outputStep(name, source, [width, elementCount(shape.slice(1))], { width, weights, reads: [0] })];
  };
}
