import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import type { Conv2dAttributes } from './attributes.ts';

const source = (vector: boolean): string => `${header(
  vector,
  'width: u32, height: i32, columns: i32, rows: u32, across: u32, perGroup: u32, perGroupOutputs: u32, kernelHeight: i32, kernelWidth: i32, ' +
    'down: i32, stepX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32',
  { weight: 'array<f32>', bias: 'array<f32>', inputs: 'array<V>', outputs: 'array<V>' },
)}
${perOutput(
  'item',
  'parameters.width',
  `let x = i32(item % parameters.across);
  let y = i32(item / parameters.across % parameters.rows);
  let o = item / (parameters.across * parameters.rows);
  let first = o / parameters.perGroupOutputs * parameters.perGroup;
  var w = o * parameters.perGroup * u32(parameters.kernelHeight * parameters.kernelWidth);
  var sum = V(bias[o]);
  for (var i = 0u; i < parameters.perGroup; i++) {
    for (var ky = 0; ky < parameters.kernelHeight; ky++) {
      let row = y * parameters.down + ky * parameters.dilationY - parameters.top;
      for (var kx = 0; kx < parameters.kernelWidth; kx++) {
        let column = x * parameters.stepX + kx * parameters.dilationX - parameters.left;
        if (row >= 0 && row < parameters.height && column >= 0 && column < parameters.columns) {
          let at = (i32(first + i) * parameters.height + row) * parameters.columns + column;
          sum += weight[w] * inputs[u32(at) * call.lanes + lane];
        }
        w++;
      }
    }
  }
  outputs[item * call.lanes + lane] = sum;`,
)}
`;

export const kernel: WgslKernel<Conv2dAttributes> = ({
  inputs: [[, height, width]],
  outputs: [shape],
  attributes: { strides, pads, dilations, groups },
  constants: { weight, bias },
}) => {
  const [outputs, rows, columns] = shape;
  const [, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const words = [
    ...[
      elementCount(shape),
      height,
      width,
      rows,
      columns,
      perGroup,
      outputs / groups,
      kernelHeight,
      kernelWidth,
    ],
    ...[...strides, ...dilations, pads[0], pads[1]],
  ];
  return [
    outputStep('conv2d', source, words, {
      width: elementCount(shape),
      weights: [weight.values, bias?.values ?? new Float32Array(outputs)],
      reads: [0],
    }),
  ];
};
