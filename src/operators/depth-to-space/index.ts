import { formatShape } from '../../graph/shape.ts';
import { integer, oneOf } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { requireFeatureMap } from '../window.ts';

export interface DepthToSpaceAttributes {
  readonly blockSize: number;
  /** Whether a channel of the input is (block row, block column, channel) or (channel, block row, block column), as in ONNX. */
  readonly mode: 'DCR' | 'CRD';
}

/** Channels to pixels: C·b² × H × W becomes C × H·b × W·b, also called pixel shuffle (`CRD`). */
export const depthToSpace: Operator<DepthToSpaceAttributes> = {
  type: 'depth-to-space',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({ blockSize: [integer(1, 64)], mode: [oneOf('DCR', 'CRD'), 'DCR'] }),
  infer({ inputs: [shape], attributes: { blockSize } }) {
    requireFeatureMap(shape);
    const channels = shape[0] / blockSize ** 2;
    if (!Number.isInteger(channels)) {
      throw shapeError(`${shape[0]} channels of ${formatShape(shape)} are no multiple of ${blockSize}²`);
    }
    return [[channels, shape[1] * blockSize, shape[2] * blockSize]];
  },
};
