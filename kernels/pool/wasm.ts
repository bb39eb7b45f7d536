import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { KernelNode } from '../node.ts';
import type { PoolWindow } from '../window.ts';
import { windowSpans } from './spans.ts';

/** `factors`: absent for the maximum, else by row and column of the output what a sum is multiplied by. */
export function poolWasm<A extends PoolWindow>(
  factors?: (node: KernelNode<A>) => Float32Array,
): WasmBinding<A> {
  return (node, { kernels, write }) => {
    const [[channels, height, width]] = node.inputs;
    const [[, rows, columns]] = node.outputs;
    const { dilations, kernel, strides, pads } = node.attributes;
    const isPairs = [...kernel, ...strides, ...dilations, ...pads].join() === '2,2,2,2,1,1,0,0,0,0';
    if (!factors && isPairs && 2 * rows <= height && 2 * columns <= width) {
      return ([input], [output], batch) =>
        kernels.maxPairs(input, output, batch * channels, height, width, rows, columns);
    }
    const rowTable = write(windowSpans(node.attributes, 0, height, rows));
    const columnTable = write(windowSpans(node.attributes, 1, width, columns));
    const table = factors ? write(factors(node)) : 0;
    return ([input], [output], batch) =>
      kernels.pool(
        ...[input, output, batch * channels, height, width, rows, columns],
        ...[rowTable, columnTable, dilations[0], dilations[1], table],
      );
  };
}
