import { array, eitherBy, object, oneOf, type Reader, variant } from '../options/structure.ts';
import { kernelPictureSize } from '../weights/kernel-picture.ts';
import {
  type AffineMap,
  inconsistent,
  type KernelPicture,
  type LinearSpec,
  STRUCTURE,
  type TensorReference,
} from './manifest.ts';

// The names of entries, sizes and affine maps are those of linear layers.
const { jpeg, tilesPerRow: size, affineMap } = STRUCTURE.rows.fields;

const picture = <const L extends KernelPicture['layout']>(layout: L) =>
  object({ jpeg, layout: oneOf(layout), shape: array(size, 4), affineMap });

/** The kernels of a convolution: a tensor, or a picture that is laid out as src/weights/kernel-picture.ts says. */
export const kernels: Reader<TensorReference | KernelPicture> = eitherBy(
  'tensor',
  STRUCTURE.tensorReference,
  variant('layout', { taps: picture('taps'), matrix: picture('matrix') }),
) as Reader<TensorReference | KernelPicture>;

/** A picture of kernels as the linear layer that is stored in the same way: a row of it is an output channel. */
export function asLinear(
  name: string,
  { shape, layout, jpeg, affineMap }: KernelPicture,
): LinearSpec & {
  readonly weight: { readonly jpeg: string; readonly layout: 'matrix'; readonly affineMap: AffineMap };
} {
  if (shape.length !== 4)
    throw inconsistent(`layer '${name}' has a shape of ${shape.length} extents, expected 4`);
  const { rows, columns } = kernelPictureSize(shape, layout);
  return {
    type: 'linear',
    name,
    inFeatures: columns,
    outFeatures: rows,
    weight: { jpeg, layout: 'matrix', affineMap },
  };
}

/** Whether a constant of a layer is stored as a picture. */
export function isPicture(stored: TensorReference | KernelPicture): stored is KernelPicture {
  return 'layout' in stored;
}
