import { stridedIndices } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

/** How a broadcast falls into rows along which every operand either runs or stays. */
export interface BroadcastRows {
  readonly rows: number;
  /** Elements of a row. */
  readonly length: number;
  /** By operand: where each of its rows begins, in bytes. */
  readonly offsets: readonly Uint32Array[];
  /** By operand: 1 where it runs along a row, 0 where it stays. */
  readonly steps: readonly (0 | 1)[];
}

/** Finds the longest rows for operands that broadcast to `shape`. */
export function broadcastRows(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
): BroadcastRows {
  const aligned = operands.map((operand) => [
    ...Array.from({ length: shape.length - operand.length }, () => 1),
    ...operand,
  ]);
  const runs = (axis: number): string =>
    shape[axis] === 1 ? '' : aligned.map((operand) => (operand[axis] === 1 ? 0 : 1)).join();
  // Axes from the last on are one row for as long as the same operands repeat along them.
  let first = shape.length;
  let pattern = '';
  while (first > 0 && (pattern === '' || runs(first - 1) === '' || runs(first - 1) === pattern)) {
    first--;
    pattern ||= runs(first);
  }
  const length = elementCount(shape.slice(first));
  const rows = elementCount(shape.slice(0, first));
  const offsets = aligned.map((operand) => {
    const strides = operand.map((extent, axis) => (extent === 1 ? 0 : elementCount(operand.slice(axis + 1))));
    return Uint32Array.from(stridedIndices(shape.slice(0, first), strides), (offset) => 4 * offset);
  });
  const steps = aligned.map((operand) => (elementCount(operand.slice(first)) === length ? 1 : 0) as 0 | 1);
  return { rows, length, offsets, steps };
}
