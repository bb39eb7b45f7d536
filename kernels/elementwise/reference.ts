import { elementCount, type KernelConstant, type KernelNode, type ReferenceKernel } from '../node.ts';

/** A kernel that computes each element of its output from the same element of its input. */
export function unaryReference<A>(compute: (x: number, attributes: A) => number): ReferenceKernel<A> {
  return ({ attributes }, [input]) => [input.map((x) => compute(x, attributes))];
}

/**
 * A kernel that combines two operands, broadcast as in ONNX: two inputs, or one input and the constant `operand`, on the
 * side that `constantFirst` says.
 */
export function binaryReference<A extends { readonly constantFirst: boolean }>(
  compute: (a: number, b: number) => number,
): ReferenceKernel<A> {
  return (node, inputs, batch) => {
    const [shape] = node.outputs;
    const [a, b] = operands(node, inputs);
    const output = new Float64Array(batch * elementCount(shape));
    const size = elementCount(shape);
    for (let image = 0; image < batch; image++) {
      for (let at = 0; at < size; at++) {
        output[image * size + at] = compute(
          a.values[image * a.perImage + broadcastIndex(at, shape, a.shape)],
          b.values[image * b.perImage + broadcastIndex(at, shape, b.shape)],
        );
      }
    }
    return [output];
  };
}

interface Operand {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
  /** Elements from one image to the next; 0 for a constant. */
  readonly perImage: number;
}

function operands<A extends { readonly constantFirst: boolean }>(
  { inputs: shapes, attributes, constants }: KernelNode<A>,
  inputs: readonly Float64Array[],
): readonly [Operand, Operand] {
  const given = inputs.map((values, index) => ({
    shape: shapes[index],
    values,
    perImage: elementCount(shapes[index]),
  }));
  if (given.length === 2) return [given[0], given[1]];
  const operand = constants.operand as KernelConstant;
  const constant = { shape: operand.shape, values: operand.values, perImage: 0 };
  return attributes.constantFirst ? [constant, given[0]] : [given[0], constant];
}

/** Index into an operand for element `at` of the output: axes of extent 1 and missing ones repeat. */
function broadcastIndex(at: number, output: readonly number[], operand: readonly number[]): number {
  let rest = at;
  let index = 0;
  let step = 1;
  for (let axis = output.length - 1, own = operand.length - 1; own >= 0; axis--, own--) {
    const coordinate = rest % output[axis];
    rest = (rest - coordinate) / output[axis];
    if (operand[own] !== 1) index += coordinate * step;
    step *= operand[own];
  }
  return index;
}
