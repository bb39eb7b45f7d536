import { elementCount, formatShape } from '../../graph/shape.ts';
import { array, integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

/** The same elements, row-major, in another shape. One extent of `shape` may be −1: it is what is left over. */
export const reshape: Operator<{ readonly shape: readonly number[] }> = {
  type: 'reshape',
  inputs: [1, 1],
  attributes: attributes({ shape: [array(integer(-1, 2 ** 24))] }),
  infer({ inputs: [from], attributes: { shape } }) {
    const elements = elementCount(from);
    const known = elementCount(shape.filter((extent) => extent !== -1));
    const open = shape.filter((extent) => extent === -1).length;
    const result = shape.map((extent) => (extent === -1 ? elements / known : extent));
    if (open > 1 || elementCount(result) !== elements || !result.every(Number.isInteger)) {
      throw shapeError(
        `${formatShape(from)} has ${elements} elements and cannot take shape [${shape.join(', ')}]`,
      );
    }
    return [result];
  },
  isView: true,
};
