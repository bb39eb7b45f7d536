import { elementCount, type Shape } from '../../graph/shape.ts';
import { DATA_TYPES } from '../../importers/onnx/tensors.ts';
import { DCT_BASIS } from '../../jpeg/dct/basis.ts';
import type { MatrixNode, RowsNode } from '../../weights/network.ts';
import type { ExportedNode } from './node.ts';
import type { PackedPicture } from './packed.ts';
import { int64 } from './writer.ts';

/** How weights lie in the samples of a picture. */
export interface PictureLayout {
  /** The picture's height × width in other words: its first axis is that of rows, or begins with it. */
  readonly grid: Shape;
  /** Where the weights begin and end along each axis of the grid. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Order of the axes afterwards, the rows first; as they are if absent. */
  readonly order?: readonly number[];
  readonly shape: Shape;
}

/** The nodes that make weights of quantised coefficients: Q, inverse DCT, the part of the picture that is used, affine map. */
export function inverseDct(
  node: ExportedNode,
  picture: RowsNode | MatrixNode,
  packed: PackedPicture,
  { grid, from, to, order, shape }: PictureLayout,
): string {
  const { down, across } = packed;
  const dequantized = node.emit('Mul', [coefficients(node, packed), steps(node, picture)]);
  const { basis, inverse } = bases(node);
  // C∘Q is [down, 8, across, 8]: its last axis first, then the other, with the rest of the row beside it.
  const halfway = node.emit('MatMul', [dequantized, basis]);
  const lines = node.emit('Reshape', [halfway, node.integers('lines', [down, 8, 8 * across])]);
  let value = node.emit('MatMul', [inverse, lines]);
  value = node.emit('Reshape', [value, node.integers('grid', grid)]);
  const cut = grid.map((_, axis) => axis).filter((axis) => from[axis] > 0 || to[axis] < grid[axis]);
  if (cut.length > 0) {
    value = node.emit('Slice', [
      value,
      node.integers(
        'from',
        cut.map((axis) => from[axis]),
      ),
      node.integers(
        'to',
        cut.map((axis) => to[axis]),
      ),
      node.integers('axes', cut),
    ]);
  }
  if (order) value = node.emit('Transpose', [value], { perm: order.map(BigInt) });
  const perRow = (key: string, values: Float32Array): string =>
    node.constant(key, values.length === 1 ? [] : [values.length, ...grid.slice(1).map(() => 1)], values);
  const { scale, offset } = picture;
  if (scale.length > 1) value = node.emit('Mul', [value, perRow('scale', scale)]);
  if (offset) value = node.emit('Add', [value, perRow('offset', offset)]);
  const isShaped = grid.length === shape.length && order === undefined;
  return isShaped ? value : node.emit('Reshape', [value, node.integers('shape', shape)]);
}

/** What coefficients are multiplied by, [8, 1, 8]: the table, and the scale where one is that of all rows. */
function steps(node: ExportedNode, { quantization, scale }: RowsNode | MatrixNode): string {
  const shape = [8, 1, 8];
  if (scale.length === 1)
    return node.constant(
      'steps',
      shape,
      Float32Array.from(quantization, (step) => step * scale[0]),
    );
  const table = quantization.every((step) => step <= 255) ? Uint8Array.from(quantization) : quantization;
  return float(node, node.writer.tensor(`${node.output}.steps`, shape, table));
}

/** The quantised coefficients as float32, [down, 8, across, 8]. */
function coefficients(node: ExportedNode, { down, across, values, gaps }: PackedPicture): string {
  const picture = [down, 8, across, 8];
  const name = `${node.output}.coefficients`;
  if (gaps === undefined) return float(node, node.writer.tensor(name, picture, values));
  const { writer } = node;
  const stored = writer.tensor(name, [values.length], values);
  const distances = writer.tensor(`${node.output}.gaps`, [gaps.length], gaps);
  const first = writer.shared('first axis', () => writer.tensor('first axis', [], int64([0])));
  const wide = node.emit('Cast', [distances], { to: BigInt(DATA_TYPES.int64) });
  const places = node.emit('CumSum', [wide, first]);
  const zeros = node.emit('ConstantOfShape', [node.integers('size', [elementCount(picture)])]);
  const flat = node.emit('ScatterElements', [zeros, places, float(node, stored)]);
  return node.emit('Reshape', [flat, node.integers('picture', picture)]);
}

function float(node: ExportedNode, value: string): string {
  return node.emit('Cast', [value], { to: BigInt(DATA_TYPES.float) });
}

/** The DCT's matrix, frequency × sample, and its transpose. */
function bases({ writer }: ExportedNode): { readonly basis: string; readonly inverse: string } {
  const table = (name: string, values: Float32Array): string =>
    writer.shared(name, () => writer.tensor(name, [8, 8], values));
  const turned = Float32Array.from(DCT_BASIS, (_, at) => DCT_BASIS[(at % 8) * 8 + Math.floor(at / 8)]);
  return {
    basis: table('DCT', Float32Array.from(DCT_BASIS)),
    inverse: table('inverse DCT', turned),
  };
}
