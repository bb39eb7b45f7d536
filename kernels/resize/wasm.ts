import type { WasmBinding, WasmPlace } from '../graph-wasm/binding.ts';
import { type ResizeAttributes, resizeTaps, type Taps } from './taps.ts';

/** Rows are put together first, whole vectors at a time, then the elements of a row: or these first, where there are fewer rows then. */
export const kernel: WasmBinding<ResizeAttributes> = (node, place) => {
  const [[channels, height, width]] = node.inputs;
  const [[, rows, columns]] = node.outputs;
  const down = resizeTaps(node, 0);
  const across = resizeTaps(node, 1);
  const columnsFirst = rows > height;
  const rowTable = writeTaps(place, down, 4 * (columnsFirst ? columns : width));
  const columnTable = writeTaps(place, across, 4);
  const line = place.work(4 * ((columnsFirst ? height * columns : width) + 4));
  return ([input], [output], batch) =>
    place.kernels.resize(
      ...[input, output, batch * channels, height, width, rows, columns],
      ...[rowTable, down.count, columnTable, across.count, line(), Number(columnsFirst)],
    );
};

/** Pairs of an offset in bytes and a weight. */
function writeTaps(place: WasmPlace, { indices, weights }: Taps, bytes: number): number {
  const table = new DataView(new ArrayBuffer(8 * indices.length));
  indices.forEach((index, at) => {
    table.setUint32(8 * at, index * bytes, true);
    table.setFloat32(8 * at + 4, weights[at], true);
  });
  return place.write(table);
}
