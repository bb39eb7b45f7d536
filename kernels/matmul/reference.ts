import { elementCount, type KernelConstant, type ReferenceKernel } from '../node.ts';
import { matricesOf } from './matrices.ts';

export const kernel: ReferenceKernel<object> = (node, inputs, batch) => {
  const { weight } = node.constants as { weight?: KernelConstant };
  const output = new Float64Array(batch * elementCount(node.outputs[0]));
  if (weight) {
    const [columns, inner] = weight.shape;
    for (let at = 0; at < output.length; at++) {
      const row = Math.floor(at / columns) * inner;
      const column = (at % columns) * inner;
      for (let k = 0; k < inner; k++) output[at] += inputs[0][row + k] * weight.values[column + k];
    }
    return [output];
  }
  const { count, rows, inner, columns, left, right } = matricesOf(node);
  const [a, b] = node.inputs.map(elementCount);
  let at = 0;
  for (let image = 0; image < batch; image++) {
    for (let matrix = 0; matrix < count; matrix++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++, at++) {
          const from = image * a + left[matrix] + row * inner;
          const to = image * b + right[matrix] + column;
          for (let k = 0; k < inner; k++) output[at] += inputs[0][from + k] * inputs[1][to + k * columns];
        }
      }
    }
  }
  return [output];
};
