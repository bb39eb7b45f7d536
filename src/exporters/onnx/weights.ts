import { elementCount, type Shape } from '../../graph/shape.ts';
import { DATA_TYPES } from '../../importers/onnx/tensors.ts';
import { kernelsOfMatrix, type PictureKernels } from '../../weights/kernel-picture.ts';
import type { MatrixNode, RowsNode } from '../../weights/network.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';
import { tensorOf } from '../tensor.ts';
import { inverseDct, type PictureLayout } from './inverse-dct.ts';
import type { ExportedNode } from './node.ts';
import { type PackedPicture, packPicture } from './packed.ts';

/** About what the nodes and shapes take that make weights of coefficients, in bytes. */
const NODE_BYTES = 1200;

/** A tensor of weights: float32, or float16 that is cast, as few engines compute in float16. */
export function weight(node: ExportedNode, key: string, shape: Shape, values: Float32Array): string {
  const { type } = node.writer.weights;
  if (type === 'float32') return node.constant(key, shape, values);
  const name = `${node.output}.${key}`;
  const { data } = tensorOf(name, shape, values, type);
  const stored = node.writer.rawTensor(name, shape, DATA_TYPES.float16, data);
  return node.emit('Cast', [stored], { to: BigInt(DATA_TYPES.float) });
}

/** The matrix of a linear layer that a picture holds. */
export function pictureWeight(node: ExportedNode, picture: RowsNode | MatrixNode, shape: Shape): string {
  const { rows, columns } = picture.coefficients;
  const [outFeatures, inFeatures] = shape;
  const expand = (): Float64Array => reconstructWeights(picture);
  if (picture.kind === 'matrix') {
    const layout = { grid: [rows, columns], from: [0, 0], to: [outFeatures, inFeatures], shape };
    return fromPicture(node, picture, layout, expand);
  }
  const { x, y, width, height, blocksPerRow, blocksPerColumn } = picture.tile;
  const layout = {
    grid: [rows, 8 * blocksPerColumn, 8 * blocksPerRow],
    from: [0, y, x],
    to: [rows, y + height, x + width],
    shape,
  };
  return fromPicture(node, picture, layout, expand);
}

/** The kernels of a convolution that a picture holds, O×I×KH×KW. */
export function kernelWeight(node: ExportedNode, { matrix, layout, shape }: PictureKernels): string {
  const { rows, columns } = matrix.coefficients;
  const [outputs, inputs, height, width] = shape;
  const taps = height * width;
  const place: PictureLayout =
    layout === 'matrix'
      ? { grid: [rows, columns], from: [0, 0], to: [outputs, inputs * taps], shape }
      : {
          grid: [rows, taps, columns / taps],
          from: [0, 0, 0],
          to: [outputs, taps, inputs],
          order: [0, 2, 1],
          shape,
        };
  return fromPicture(node, matrix, place, () => kernelsOfMatrix(reconstructWeights(matrix), shape, layout));
}

/** Coefficients where they are wanted and take fewer bytes than the weights that they make. */
function fromPicture(
  node: ExportedNode,
  picture: RowsNode | MatrixNode,
  layout: PictureLayout,
  expand: () => Float64Array,
): string {
  const { coefficients, type } = node.writer.weights;
  const packed = coefficients ? packPicture(picture) : undefined;
  const bytes = elementCount(layout.shape) * (type === 'float16' ? 2 : 4);
  if (packed && bytesOf(packed) < bytes) return inverseDct(node, picture, packed, layout);
  return weight(node, 'weight', layout.shape, Float32Array.from(expand()));
}

function bytesOf({ values, gaps }: PackedPicture): number {
  return values.byteLength + (gaps?.byteLength ?? 0) + NODE_BYTES;
}
