import { outputStep } from '../elementwise/wgsl.ts';
import { alongAxis, header, perOutput, type WgslKernel } from '../wgsl.ts';
import { perReduction, type ReduceAttributes, type Reduction, reducedLines, sumFactor } from './lines.ts';

const JOIN: Readonly<Record<Reduction, string>> = {
  'reduce-max': 'max(value, element)',
  'reduce-mean': 'value + element',
  'reduce-min': 'min(value, element)',
  'reduce-sum': 'value + element',
};

/** A thread goes along the whole axis. */
const source =
  (reduction: Reduction) =>
  (vector: boolean): string =>
    `${header(vector, 'width: u32, length: u32, inner: u32, factor: f32', {
      inputs: 'array<V>',
      outputs: 'array<V>',
    })}
${perOutput(
  'item',
  'parameters.width',
  `${alongAxis('item')}
  var value = inputs[first];
  for (var k = 1u; k < parameters.length; k++) {
    let element = inputs[first + k * step];
    value = ${JOIN[reduction]};
  }
  outputs[item * call.lanes + lane] = value * parameters.factor;`,
)}
`;

export const kernels: Readonly<Record<Reduction, WgslKernel<ReduceAttributes>>> = perReduction(
  (reduction) => (node) => {
    const lines = reducedLines(node);
    const { outer, length, inner } = lines;
    const width = outer * inner;
    const words = [width, length, inner, { float: sumFactor(reduction, lines) }];
    return [outputStep(reduction, source(reduction), words, { width, reads: [0] })];
  },
);
