import { elementCount, type KernelConstant, type KernelNode } from '../node.ts';
import {
  header,
  packParameters,
  perOutput,
  planOutputs,
  type WgslKernel,
  type WgslNodeStep,
  type Word,
} from '../wgsl.ts';
import { broadcastRows } from './rows.ts';

/** A step of which every output is computed by a thread of its own. */
export function outputStep(
  name: string,
  source: (vector: boolean) => string,
  words: readonly Word[],
  step: { readonly width: number; readonly reads: readonly number[]; readonly outputs?: number } & Partial<
    Pick<WgslNodeStep, 'weights'>
  >,
): WgslNodeStep {
  const { width, reads, weights = [], outputs = width } = step;
  return {
    name,
    source,
    parameters: packParameters(words),
    weights,
    readsSums: false,
    width,
    reads,
    plan: (lanes) => planOutputs(outputs, lanes),
  };
}

/**
 * A kernel that computes each element from the same element of its input: `body` returns a value of type V for `x`, and may
 * use `parameters.p0` to `parameters.p2` and the WGSL `functions`.
 */
export function unaryWgsl<A>(
  name: string,
  body: string,
  parameters: (attributes: A) => readonly number[] = () => [],
  functions = '',
): WgslKernel<A> {
  const source = (vector: boolean): string => `${header(vector, 'width: u32, p0: f32, p1: f32, p2: f32', {
    inputs: 'array<V>',
    outputs: 'array<V>',
  })}
${functions}
fn compute(x: V) -> V {
  ${body}
}
${perOutput('item', 'parameters.width', 'outputs[item * call.lanes + lane] = compute(inputs[item * call.lanes + lane]);')}
`;
  return ({ inputs: [shape], attributes }) => {
    const width = elementCount(shape);
    const words = [width, ...[...parameters(attributes), 0, 0, 0].slice(0, 3).map((float) => ({ float }))];
    return [outputStep(name, source, words, { width, reads: [0] })];
  };
}

/**
 * A kernel that combines two operands, of which one may be the constant `operand`; `expression` of `a` and `b`, of type V, may use
 * the WGSL `functions`.
 */
export function binaryWgsl<A extends { readonly constantFirst: boolean }>(
  name: string,
  expression: string,
  functions = '',
): WgslKernel<A> {
  return (node) => {
    const [shape] = node.outputs;
    const { operand } = node.constants as { operand?: KernelConstant };
    const sides = operandsOf(node, operand);
    const { length, offsets, steps } = broadcastRows(
      shape,
      sides.map((side) => side.shape),
    );
    const source = (vector: boolean): string => {
      const value = (side: (typeof sides)[number], index: string): string =>
        side.buffer === 'operand' ? `V(operand[${index}])` : `${side.buffer}[(${index}) * call.lanes + lane]`;
      const [a, b] = sides.map((side, k) =>
        value(side, `${'ab'[k]}Offsets[row] + column * parameters.${'ab'[k]}Step`),
      );
      return `${header(vector, 'width: u32, length: u32, aStep: u32, bStep: u32', {
        aOffsets: 'array<u32>',
        bOffsets: 'array<u32>',
        ...(operand && { operand: 'array<f32>' }),
        ...Object.fromEntries(node.inputs.map((_, k) => [`input${k}`, 'array<V>'])),
        outputs: 'array<V>',
      })}
${functions}
${perOutput(
  'item',
  'parameters.width',
  `let row = item / parameters.length;
  let column = item % parameters.length;
  let a = ${a};
  let b = ${b};
  outputs[item * call.lanes + lane] = ${expression};`,
)}
`;
    };
    const width = elementCount(shape);
    // Offsets of rows are in bytes for other backends.
    const tables = offsets.map((table) => table.map((offset) => offset / 4));
    const weights = [...tables, ...(operand ? [operand.values] : [])];
    return [
      outputStep(name, source, [width, length, ...steps], {
        width,
        weights,
        reads: node.inputs.map((_, k) => k),
      }),
    ];
  };
}

function operandsOf<A extends { readonly constantFirst: boolean }>(
  { inputs, attributes: { constantFirst } }: KernelNode<A>,
  operand: KernelConstant | undefined,
): readonly { readonly shape: readonly number[]; readonly buffer: string }[] {
  const given = inputs.map((shape, index) => ({ shape, buffer: `input${index}` }));
  if (operand === undefined) return given;
  const constant = { shape: operand.shape, buffer: 'operand' };
  return constantFirst ? [constant, ...given] : [...given, constant];
}
