import { formatShape } from '../../graph/shape.ts';
import { integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { requireFeatureMap } from '../window.ts';

/** Pixels to channels: C × H·b × W·b becomes C·b² × H × W, its channels in the order (block row, block column, channel). */
export const spaceToDepth: Operator<{ readonly blockSize: number }> = {
  type: 'space-to-depth',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({ blockSize: [integer(1, 64)] }),
  infer({ inputs: [shape], attributes: { blockSize } }) {
    requireFeatureMap(shape);
    const [channels, height, width] = shape;
    const [rows, columns] = [height / blockSize, width / blockSize];
    if (!Number.isInteger(rows) || !Number.isInteger(columns)) {
      throw shapeError(`height and width of ${formatShape(shape)} are no multiples of ${blockSize}`);
    }
    return [[channels * blockSize ** 2, rows, columns]];
  },
};
