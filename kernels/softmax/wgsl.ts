import { outputStep } from '../elementwise/wgsl.ts';
import { axisIndex, elementCount } from '../node.ts';
import { alongAxis, header, perOutput, type WgslKernel } from '../wgsl.ts';

/** A thread goes along the whole axis: maximum, sum of exponentials, quotients. */
const source =
  (isLogarithm: boolean) =>
  (vector: boolean): string =>
    `${header(vector, 'lines: u32, length: u32, inner: u32', {
      inputs: 'array<V>',
      outputs: 'array<V>',
    })}
${perOutput(
  'line',
  'parameters.lines',
  `${alongAxis('line')}
  var most = inputs[first];
  for (var k = 1u; k < parameters.length; k++) {
    most = max(most, inputs[first + k * step]);
  }
  var sum = V(0);
  for (var k = 0u; k < parameters.length; k++) {
    // The least exponential that float32 holds stands for smaller ones: drivers differ in what they give there.
    let e = exp(max(inputs[first + k * step] - most, V(-87.0)));
    sum += e;
    outputs[first + k * step] = e;
  }
  let logarithm = log(sum);
  for (var k = 0u; k < parameters.length; k++) {
    outputs[first + k * step] = ${isLogarithm ? 'inputs[first + k * step] - most - logarithm' : 'outputs[first + k * step] / sum'};
  }`,
)}
`;

type Along = { readonly axis: number };

const softmax =
  (name: string, isLogarithm: boolean): WgslKernel<Along> =>
  ({ inputs: [shape], attributes: { axis } }) => {
    const along = axisIndex(axis, shape);
    const length = shape[along];
    const width = elementCount(shape);
    const words = [width / length, length, elementCount(shape.slice(along + 1))];
    return [outputStep(name, source(isLogarithm), words, { width, outputs: width / length, reads: [0] })];
  };

export const kernel: WgslKernel<Along> = softmax('softmax', false);
export const logarithm: WgslKernel<Along> = softmax('log softmax', true);
