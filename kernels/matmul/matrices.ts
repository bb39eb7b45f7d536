import { stridedIndices } from '../gather/indices.ts';
import { elementCount, type KernelConstant, type KernelNode } from '../node.ts';

/** The matrices that a node multiplies, per image: `count` times M × K by K × N. */
export interface Matrices {
  readonly count: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  /** Where the matrices of each product begin, in elements. */
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** Of two values. */
export function matricesOf({ inputs: [a, b], outputs: [shape] }: KernelNode<object>): Matrices {
  const leading = shape.slice(0, -2);
  const starts = (operand: readonly number[]): Int32Array =>
    stridedIndices(
      leading,
      leading.map((_, axis) => (operand[axis] === 1 ? 0 : elementCount(operand.slice(axis + 1)))),
    );
  return {
    count: elementCount(leading),
    rows: a[a.length - 2],
    inner: a[a.length - 1],
    columns: b[b.length - 1],
    left: starts(a),
    right: starts(b),
  };
}

/** The constant matrix, N × K, as K × N: neighbouring outputs side by side. */
export function transposedWeight({ shape: [columns, inner], values }: KernelConstant): Float32Array {
  const turned = new Float32Array(values.length);
  for (let column = 0; column < columns; column++) {
    for (let k = 0; k < inner; k++) turned[k * columns + column] = values[column * inner + k];
  }
  return turned;
}
