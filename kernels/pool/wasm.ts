import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { KernelNode } from '../node.ts';
import type { PoolWindow } from '../window.ts';
import { windowSpans } from './spans.ts';

/** Strides of windows of which four are joined at a time. */
const MAX_STRIDE = 2;

/** `factors`: absent for the maximum, else by row and column of the output what a sum is multiplied by. */
export function poolWasm<A extends PoolWindow>(
  factors?: (node: KernelNode<A>) => Float32Array,
): WasmBinding<A> {
  return (node, { kernels, write, work }) => {
    const [[channels, height, width]] = node.inputs;
    const [[, rows, columns]] = node.outputs;
    const { dilations, kernel, strides, pads } = node.attributes;
    const isPairs = [...kernel, ...strides, ...dilations, ...pads].join() === '2,2,2,2,1,1,0,0,0,0';
    if (!factors && isPairs && 2 * rows <= height && 2 * columns <= width) {
      return ([input], [output], batch) =>
        kernels.maxPairs(input, output, batch * channels, height, width, rows, columns);
    }
    const rowTable = write(windowSpans(node.attributes, 0, height, rows));
    const spans = windowSpans(node.attributes, 1, width, columns);
    const columnTable = write(spans);
    // Unless that takes more steps than each window by itself, as where strides pass most columns over.
    const joinsRows = width <= 4 * columns * kernel[1];
    const [start, end] = joinsRows ? wholeWindows(spans, node.attributes) : [0, 0];
    const line = joinsRows ? work(4 * (width + 8)) : () => 0;
    const table = factors ? write(factors(node)) : 0;
    return ([input], [output], batch) =>
      kernels.pool(
        ...[input, output, batch * channels, height, width, rows, columns],
        ...[rowTable, columnTable, dilations[0], dilations[1], table],
        ...[line(), start, end, kernel[1], strides[1]],
      );
  };
}

/** From which output along a row to below which windows lie on the map whole: a multiple of four, or none. */
function wholeWindows(spans: Uint32Array, { kernel, strides }: PoolWindow): readonly [number, number] {
  const isWhole = Array.from({ length: spans.length / 2 }, (_, at) => spans[2 * at + 1] === kernel[1]);
  const start = isWhole.indexOf(true);
  if (start < 0 || strides[1] > MAX_STRIDE) return [0, 0];
  const end = isWhole.lastIndexOf(true) + 1;
  return [start, end - ((end - start) % 4)];
}
