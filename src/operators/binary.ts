import { broadcast, formatShape, type Shape } from '../graph/shape.ts';
import { flag } from '../options/structure.ts';
import { attributes } from './attributes.ts';
import type { NodeContext, Operator, Rounding } from './operator.ts';
import { shapeError } from './shape-error.ts';

/** Which side the constant `operand` is on, where there is one: the second, or with `constantFirst` the first. */
export interface BinaryAttributes {
  readonly constantFirst: boolean;
}

/** An operator that combines two values element by element, or a value and the constant `operand`, broadcast as in ONNX. */
export function binary(type: string, rounding: Rounding = 'arithmetic'): Operator<BinaryAttributes> {
  return {
    type,
    inputs: [1, 2],
    constants: { operand: 'optional' },
    attributes: attributes({ constantFirst: [flag, false] }),
    infer: (node) => [combinedShape(node)],
    rounding,
  };
}

function combinedShape({ inputs, constants: { operand } }: NodeContext<BinaryAttributes>): Shape {
  if ((inputs.length === 1) !== (operand !== undefined)) {
    throw shapeError(`takes two values, or one and the constant 'operand'`);
  }
  const [a, b] = operand === undefined ? inputs : [inputs[0], operand.shape];
  const shape = broadcast(a, b);
  // A batch is the outermost axis of values, so an operand of other rank would align it with another axis.
  const fits = operand === undefined ? a.length === b.length : b.length <= a.length;
  if (shape === undefined || !fits) {
    const why = operand === undefined ? '' : `: a constant cannot have more axes than the value`;
    throw shapeError(
      `operands of ${formatShape(a)} and ${formatShape(b)} do not broadcast to each other${fits ? '' : why}`,
    );
  }
  return shape;
}
