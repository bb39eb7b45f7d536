import { type ResizeAttributes, resizeTaps } from '../../../../kernels/resize/taps.ts';
import type { Export, ExportedNode } from '../node.ts';

/** Where an element of the result lies, as opset 17 knows it. */
const COORDINATES: readonly string[] = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];

/**
 * Resize where its scales, numbers of float32, say the same: `nearest` with whole scales, `linear` and `cubic` where the size
 * follows from them. Else the elements are gathered (`nearest`), or height and width are multiplied by a matrix each.
 */
export const resize: Export<ResizeAttributes> = (node) => {
  const { mode, coordinates, rounding, cubicA, excludeOutside, antialias } = node.attributes;
  const scales = [0, 1].map((axis) => scaleOf(node, axis));
  // Opset 17 does not know antialiasing, which only smaller maps have.
  const isSmoothed = antialias && scales.some((scale) => scale === undefined || scale < 1);
  const isWhole = scales.every((scale) => scale !== undefined && Number.isInteger(scale));
  const isKnown = COORDINATES.includes(coordinates) && !scales.includes(undefined);
  if (isKnown && (mode === 'nearest' ? isWhole : !isSmoothed)) {
    const values = Float32Array.from([1, 1, ...(scales as number[])]);
    return node.emit('Resize', [node.node.inputs[0], '', node.constant('scales', [4], values)], {
      mode,
      coordinate_transformation_mode: coordinates,
      ...(mode === 'nearest' && { nearest_mode: rounding }),
      ...(mode === 'cubic' && { cubic_coeff_a: cubicA, exclude_outside: excludeOutside ? 1n : 0n }),
    });
  }
  return mode === 'nearest' ? gathered(node) : multiplied(node);
};

/** The scale as float32, if it gives the size in float32 arithmetic. */
function scaleOf(
  { attributes, inputShapes, shape }: ExportedNode<ResizeAttributes>,
  axis: number,
): number | undefined {
  const scale = Math.fround(attributes.scales[axis]);
  const size = Math.floor(Math.fround(inputShapes[0][axis + 1] * scale));
  return size === shape[axis + 1] ? scale : undefined;
}

/** Rows, then columns. */
function gathered(node: ExportedNode<ResizeAttributes>): string {
  return ([0, 1] as const).reduce((value, axis) => {
    const places = node.integers(axis === 0 ? 'rows' : 'columns', [...tapsOf(node, axis).indices]);
    return node.emit('Gather', [value, places], { axis: BigInt(axis + 2) });
  }, node.node.inputs[0]);
}

/** (rows × height)·x·(width × columns). */
function multiplied(node: ExportedNode<ResizeAttributes>): string {
  const [, height, width] = node.inputShapes[0];
  const [, rows, columns] = node.shape;
  const down = node.constant('rows', [rows, height], matrixOf(node, 0));
  const across = node.constant('columns', [columns, width], matrixOf(node, 1));
  const scaled = node.emit('MatMul', [down, node.node.inputs[0]]);
  return node.emit('MatMul', [scaled, node.emit('Transpose', [across], { perm: [1n, 0n] })]);
}

/** What each place of the result is made of, as rows of a matrix. */
function matrixOf(node: ExportedNode<ResizeAttributes>, axis: 0 | 1): Float32Array {
  const extent = node.inputShapes[0][axis + 1];
  const { count, indices, weights } = tapsOf(node, axis);
  const matrix = new Float32Array((indices.length / count) * extent);
  indices.forEach((index, tap) => {
    matrix[Math.floor(tap / count) * extent + index] += weights[tap];
  });
  return matrix;
}

function tapsOf(node: ExportedNode<ResizeAttributes>, axis: 0 | 1): ReturnType<typeof resizeTaps> {
  const { attributes, inputShapes, shape } = node;
  return resizeTaps({ inputs: inputShapes, outputs: [shape], attributes, constants: {} }, axis);
}
