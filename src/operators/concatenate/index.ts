import { formatShape } from '../../graph/shape.ts';
import { attributes } from '../attributes.ts';
import { axisAttribute, resolveAxis } from '../axis.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

/** Values one after another along `axis`; their other extents are equal. */
export const concatenate: Operator<{ readonly axis: number }> = {
  type: 'concatenate',
  inputs: [1, Infinity],
  rounding: 'none',
  attributes: attributes({ axis: [axisAttribute, 0] }),
  infer({ inputs, attributes: { axis } }) {
    const along = resolveAxis(axis, inputs[0]);
    for (const shape of inputs) {
      const fits =
        shape.length === inputs[0].length &&
        shape.every((extent, at) => at === along || extent === inputs[0][at]);
      if (fits) continue;
      throw shapeError(`values of ${inputs.map(formatShape).join(' and ')} differ in more than axis ${axis}`);
    }
    const length = inputs.reduce((sum, shape) => sum + shape[along], 0);
    return [inputs[0].map((extent, at) => (at === along ? length : extent))];
  },
};
