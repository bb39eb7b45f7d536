import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount, type KernelCoefficients } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import type { CoefficientConv2dAttributes } from './attributes.ts';

/** A thread for each output. A word is a nonzero: its column in the upper 16 bits, its value in the lower, with sign. */
const source = (vector: boolean): string => `${header(
  vector,
  'width: u32, height: i32, columns: i32, rows: u32, across: u32, channels: u32, kernelWidth: u32, ' +
    'down: i32, stepX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32',
  {
    rowStart: 'array<u32>',
    words: 'array<u32>',
    quantization: 'array<f32>',
    inputs: 'array<V>',
    outputs: 'array<V>',
  },
)}
${perOutput(
  'item',
  'parameters.width',
  `let x = i32(item % parameters.across);
  let y = i32(item / parameters.across % parameters.rows);
  let f = item / (parameters.across * parameters.rows);
  var sum = V(0);
  for (var i = rowStart[f]; i < rowStart[f + 1u]; i++) {
    let word = words[i];
    let column = word >> 16u;
    let k = column % parameters.channels;
    let tap = column / parameters.channels;
    let row = y * parameters.down + i32(tap / parameters.kernelWidth) * parameters.dilationY - parameters.top;
    let place = x * parameters.stepX + i32(tap % parameters.kernelWidth) * parameters.dilationX - parameters.left;
    if (row >= 0 && row < parameters.height && place >= 0 && place < parameters.columns) {
      let value = f32(i32(word << 16u) >> 16u) * quantization[f % 8u * 8u + k % 8u];
      let at = (i32(k) * parameters.height + row) * parameters.columns + place;
      sum += value * inputs[u32(at) * call.lanes + lane];
    }
  }
  outputs[item * call.lanes + lane] = sum;`,
)}
`;

export const kernel: WgslKernel<CoefficientConv2dAttributes> = ({
  inputs: [[channels, height, width]],
  outputs: [shape],
  attributes: { kernel, strides, pads, dilations },
  coefficients,
}) => {
  const { sparse, quantization } = coefficients as KernelCoefficients;
  const [, rows, columns] = shape;
  const packed = Uint32Array.from(
    sparse.value,
    (value, i) => ((sparse.column[i] << 16) | (value & 0xffff)) >>> 0,
  );
  // A device has no buffers of no bytes.
  const words = packed.length > 0 ? packed : new Uint32Array(1);
  const parameters = [
    ...[elementCount(shape), height, width, rows, columns, channels, kernel[1]],
    ...[...strides, ...dilations, pads[0], pads[1]],
  ];
  return [
    outputStep('coefficient-conv2d', source, parameters, {
      width: elementCount(shape),
      weights: [sparse.rowStart, words, Float32Array.from(quantization)],
      reads: [0],
    }),
  ];
};
