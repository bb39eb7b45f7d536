import type { Constant } from '../../../graph/graph.ts';
import { type ComputedValue, constantOf, type ImportedNode, isKnown, UnsupportedForm } from '../node.ts';
import type { KnownTensor } from '../tensors.ts';

type Import = (node: ImportedNode) => ComputedValue;

/** An operator of ours that takes one value and attributes read from the node. */
export function unary(type: string, attributes: (node: ImportedNode) => object = () => ({})): Import {
  return (node) => node.emit(type, [node.value()], attributes(node));
}

/** Clip: bounds are attributes before opset 11, constant inputs since. */
export function clipBounds(node: ImportedNode): object {
  const bound = (name: string, index: number): object => {
    const value = node.inputs[index] ? node.constant(index).values[0] : node.float(name, Number.NaN);
    return Number.isFinite(value) ? { [name]: Math.fround(value) } : {};
  };
  return { ...bound('min', 1), ...bound('max', 2) };
}

/** The constant without its batch axis, which must be 1. */
function operand(tensor: KnownTensor, rank: number, change: (value: number) => number): Constant {
  const { shape } = tensor;
  const free = shape.length > rank && shape[0] === 1 ? shape.slice(1) : shape;
  if (free.length > rank) throw new UnsupportedForm(`has a constant of ${shape.join('×')}`);
  return { shape: free, values: Float32Array.from(tensor.values, change) };
}

const same = (value: number): number => value;

/** Add, Sub, Mul and Div of two values, or of one and a constant. */
export function binary(type: 'add' | 'multiply', isInverse: boolean): Import {
  const invert = type === 'add' ? (value: number) => -value : (value: number) => 1 / value;
  return (node) => {
    const [a, b] = node.inputs;
    if (a && b && isKnown(b)) {
      const value = node.value(0);
      return node.emit(
        type,
        [value],
        {},
        { operand: operand(b, value.shape.length, isInverse ? invert : same) },
      );
    }
    if (isInverse && type === 'multiply') throw new UnsupportedForm('divides by a value');
    const negated = isInverse ? minus(node, node.value(1)) : node.value(1);
    if (a && isKnown(a)) {
      return node.emit(type, [negated], {}, { operand: operand(a, negated.shape.length, same) });
    }
    return node.emit(type, [node.value(0), negated]);
  };
}

function minus(node: ImportedNode, value: ComputedValue): ComputedValue {
  return node.emit('multiply', [value], {}, { operand: { shape: [1], values: Float32Array.of(-1) } });
}

/** BatchNormalization at inference, as scale and offset per channel. */
export function batchNormalization(node: ImportedNode): ComputedValue {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => node.constant(index).values);
  const epsilon = node.float('epsilon', 1e-5);
  const factors = Array.from(gamma, (value, at) => value / Math.sqrt(variance[at] + epsilon));
  const offsets = factors.map((factor, at) => beta[at] - mean[at] * factor);
  const constant = (values: readonly number[]): Constant => ({
    shape: [values.length],
    values: Float32Array.from(values),
  });
  return node.emit('batch-norm', [node.value()], {}, { scale: constant(factors), offset: constant(offsets) });
}

/** PRelu with a slope per channel, or one. */
export function prelu(node: ImportedNode): ComputedValue {
  const slope = constantOf(node.constant(1));
  return node.emit('prelu', [node.value()], {}, { slope: { ...slope, shape: [slope.values.length] } });
}
