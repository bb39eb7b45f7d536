export { elementCount } from '../../kernels/node.ts';

/**
 * Extents of a value without its batch, outermost first: [C, H, W] for a feature map, [N] for a vector.
 * Values are stored row-major, a batch of B of them as B × elements.
 */
export type Shape = readonly number[];

/** `16×8×8`; `a number` for the empty shape. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? 'a number' : shape.join('×');
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** The shape that two operands broadcast to, aligned at their last axes as in ONNX; undefined where they do not fit. */
export function broadcast(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result.push(left === 1 ? right : left);
  }
  return result;
}
