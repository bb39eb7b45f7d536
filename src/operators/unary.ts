import type { AttributesReader } from './attributes.ts';
import type { Operator, Rounding } from './operator.ts';

/** An operator that computes each element of its output from the same element of its one input. */
export function unary<A extends object>(
  type: string,
  attributes: AttributesReader<A>,
  rounding: Rounding = 'arithmetic',
): Operator<A> {
  return { type, inputs: [1, 1], attributes, infer: ({ inputs: [shape] }) => [shape], rounding };
}
