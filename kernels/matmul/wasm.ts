import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount, type KernelConstant } from '../node.ts';
import { matricesOf, transposedWeight } from './matrices.ts';

export const kernel: WasmBinding<object> = (node, { kernels, write }) => {
  const { weight } = node.constants as { weight?: KernelConstant };
  if (weight) {
    const [columns, inner] = weight.shape;
    const table = write(transposedWeight(weight));
    const rows = elementCount(node.inputs[0]) / inner;
    return ([input], [output], batch) => kernels.matmul(input, table, output, batch * rows, inner, columns);
  }
  const { count, rows, inner, columns, left, right } = matricesOf(node);
  const [a, b] = node.inputs.map(elementCount);
  return (inputs, [output], batch) => {
    for (let product = 0; product < batch * count; product++) {
      const image = Math.floor(product / count);
      kernels.matmul(
        inputs[0] + 4 * (image * a + left[product % count]),
        inputs[1] + 4 * (image * b + right[product % count]),
        output + 4 * product * rows * columns,
        rows,
        inner,
        columns,
      );
    }
  };
};
