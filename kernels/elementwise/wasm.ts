import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount, type KernelConstant, type KernelNode } from '../node.ts';
import { broadcastRows } from './rows.ts';

/** A kernel `name(input, output, elements, ...parameters)` that computes each element from the same element of its input. */
export function unaryWasm<A>(
  name: string,
  parameters: (attributes: A) => number[] = () => [],
): WasmBinding<A> {
  return ({ inputs: [shape], attributes }, { kernels }) => {
    const kernel = kernels[name];
    const elements = elementCount(shape);
    const values = parameters(attributes);
    return ([input], [output], batch) => kernel(input, output, batch * elements, ...values);
  };
}

/**
 * The kernel `arithmetic(code, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep)` combines two operands a row at a time:
 * rows of the output are contiguous, those of the operands begin where the offsets (in bytes) say; a step of 0 repeats one
 * element along a row. Axes that neither operand repeats are one long row.
 */
export function binaryWasm<A extends { readonly constantFirst: boolean }>(code: number): WasmBinding<A> {
  return (node, place) => {
    const { arithmetic } = place.kernels;
    const [shape] = node.outputs;
    const [left, right, constant] = operandShapes(node);
    const { rows, length, offsets, steps } = broadcastRows(shape, [left, right]);
    const [aOffsets, bOffsets] = offsets.map((table) => place.write(table));
    const fixed = constant && place.write(constant.operand.values);
    const size = 4 * elementCount(shape);
    return (inputs, [output], batch) => {
      for (let image = 0; image < batch; image++) {
        const given = inputs.map((address, index) => address + image * 4 * elementCount(node.inputs[index]));
        const [a, b] =
          constant === undefined
            ? given
            : constant.isFirst
              ? [fixed as number, given[0]]
              : [given[0], fixed as number];
        arithmetic(code, a, b, output + image * size, aOffsets, bOffsets, rows, length, ...steps);
      }
    };
  };
}

interface FixedOperand {
  readonly operand: KernelConstant;
  readonly isFirst: boolean;
}

function operandShapes<A extends { readonly constantFirst: boolean }>({
  inputs,
  attributes: { constantFirst },
  constants,
}: KernelNode<A>): readonly [readonly number[], readonly number[], FixedOperand?] {
  if (inputs.length === 2) return [inputs[0], inputs[1]];
  const { operand } = constants;
  const fixed = { operand, isFirst: constantFirst };
  return constantFirst ? [operand.shape, inputs[0], fixed] : [inputs[0], operand.shape, fixed];
}
