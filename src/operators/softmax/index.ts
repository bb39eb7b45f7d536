import { attributes } from '../attributes.ts';
import { axisAttribute, resolveAxis } from '../axis.ts';
import type { Operator } from '../operator.ts';

/** exp(x) ÷ Σ exp(x) along `axis`. */
export const softmax: Operator<{ readonly axis: number }> = alongAxis('softmax');

/** Its logarithm, x − log Σ exp(x). */
export const logSoftmax: Operator<{ readonly axis: number }> = alongAxis('log-softmax');

function alongAxis(type: string): Operator<{ readonly axis: number }> {
  return {
    type,
    inputs: [1, 1],
    rounding: 'transcendental',
    attributes: attributes({ axis: [axisAttribute, -1] }),
    infer({ inputs: [shape], attributes: { axis } }) {
      resolveAxis(axis, shape);
      return [shape];
    },
  };
}
