import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount, type KernelConstant } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import { matricesOf, transposedWeight } from './matrices.ts';

const byWeight = (vector: boolean): string => `${header(vector, 'width: u32, inner: u32, columns: u32', {
  weights: 'array<f32>',
  inputs: 'array<V>',
  outputs: 'array<V>',
})}
${perOutput(
  'item',
  'parameters.width',
  `let row = item / parameters.columns * parameters.inner;
  let column = item % parameters.columns;
  var sum = V(0);
  for (var k = 0u; k < parameters.inner; k++) {
    sum += weights[k * parameters.columns + column] * inputs[(row + k) * call.lanes + lane];
  }
  outputs[item * call.lanes + lane] = sum;`,
)}
`;

const byValue = (vector: boolean): string => `${header(
  vector,
  'width: u32, rows: u32, inner: u32, columns: u32',
  {
    lefts: 'array<u32>',
    rights: 'array<u32>',
    a: 'array<V>',
    b: 'array<V>',
    outputs: 'array<V>',
  },
)}
${perOutput(
  'item',
  'parameters.width',
  `let product = item / (parameters.rows * parameters.columns);
  let row = lefts[product] + item / parameters.columns % parameters.rows * parameters.inner;
  let column = rights[product] + item % parameters.columns;
  var sum = V(0);
  for (var k = 0u; k < parameters.inner; k++) {
    sum += a[(row + k) * call.lanes + lane] * b[(column + k * parameters.columns) * call.lanes + lane];
  }
  outputs[item * call.lanes + lane] = sum;`,
)}
`;

export const kernel: WgslKernel<object> = (node) => {
  const { weight } = node.constants as { weight?: KernelConstant };
  const width = elementCount(node.outputs[0]);
  if (weight) {
    const [columns, inner] = weight.shape;
    const weights = [transposedWeight(weight)];
    return [outputStep('matmul', byWeight, [width, inner, columns], { width, weights, reads: [0] })];
  }
  const { rows, inner, columns, left, right } = matricesOf(node);
  const weights = [left, right].map((starts) => Uint32Array.from(starts));
  return [outputStep('matmul', byValue, [width, rows, inner, columns], { width, weights, reads: [0, 1] })];
};
