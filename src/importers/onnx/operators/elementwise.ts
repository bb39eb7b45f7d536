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

/** The constant without the axis of the value's batch, which must have 1 element. */
export function operand(tensor: KnownTensor, { shape: valueShape, batchAxis }: ComputedValue): Constant {
  const { shape } = tensor;
  const rank = valueShape.length + (batchAxis === null ? 0 : 1);
  const at = batchAxis === null ? -1 : batchAxis - rank + shape.length;
  if (shape.length > rank) throw new UnsupportedForm('has a constant of more axes than the value');
  if (at >= 0 && shape[at] !== 1) throw new UnsupportedForm('has a constant that differs along the batch');
  return constantOf(tensor, at >= 0 ? shape.toSpliced(at, 1) : shape);
}

/** Operators that combine two inputs element by element. */
export function binary(type: string): Import {
  const combine = variadic(type);
  return (node) => {
    if (node.inputs.length === 2) return combine(node);
    throw new UnsupportedForm(`has ${node.inputs.length} inputs, expected 2`);
  };
}

/** The same for any number of inputs, from the left; constants come last where they may. */
export function variadic(type: string): Import {
  return (node) => {
    const [first, ...rest] = node.inputs.map((_, index) => index);
    if (rest.length === 0) return node.emit('identity', [node.value(first)]);
    const isValue = (index: number): boolean => !isKnown(node.inputs[index]);
    if (isValue(first)) {
      return rest.reduce((value, index) => combined(node, type, value, index), node.value(first));
    }
    const [second, ...others] = rest;
    const value = node.value(second);
    const start = node.emit(
      type,
      [value],
      { constantFirst: true },
      { operand: operand(node.constant(first), value) },
    );
    return others.reduce((sum, index) => combined(node, type, sum, index), start);
  };
}

/** A value and an input of the node, which may be a constant. */
export function combined(
  node: ImportedNode,
  type: string,
  value: ComputedValue,
  index: number,
): ComputedValue {
  if (isKnown(node.inputs[index])) {
    return node.emit(type, [value], {}, { operand: operand(node.constant(index), value) });
  }
  return node.emit(type, aligned(node, value, node.value(index)));
}

/** Mean of inputs, element by element. */
export function mean(node: ImportedNode): ComputedValue {
  const share = { shape: [], values: Float32Array.of(1 / node.inputs.length) };
  return node.emit('multiply', [variadic('add')(node)], {}, { operand: share });
}

/** Pow; the exponents that networks have are simpler operators, which are exact. */
export function power(node: ImportedNode): ComputedValue {
  const exponent = node.inputs[1];
  const value = node.inputs[0];
  const isCommon = value && !isKnown(value) && exponent && isKnown(exponent) && exponent.values.length === 1;
  if (!isCommon || exponent.shape.length > node.fullShape(node.value()).length) return binary('power')(node);
  const base = node.value();
  switch (exponent.values[0]) {
    case -1:
      return node.emit('reciprocal', [base]);
    case 0.5:
      return node.emit('sqrt', [base]);
    case 1:
      return node.emit('identity', [base]);
    case 2:
      return node.emit('multiply', [base, base]);
    case 3:
      return node.emit('multiply', [node.emit('multiply', [base, base]), base]);
    default:
      return binary('power')(node);
  }
}

/** Two values of as many axes; those that broadcasting adds are put before the others. */
export function aligned(
  node: ImportedNode,
  a: ComputedValue,
  b: ComputedValue,
): readonly [ComputedValue, ComputedValue] {
  if (a.batchAxis !== b.batchAxis || (a.batchAxis !== null && a.shape.length !== b.shape.length)) {
    throw new UnsupportedForm('combines values with their batches on different axes');
  }
  const rank = Math.max(a.shape.length, b.shape.length);
  const raised = (value: ComputedValue): ComputedValue => {
    const added = rank - value.shape.length;
    return added === 0
      ? value
      : node.emit('reshape', [value], { shape: [...new Array<number>(added).fill(1), ...value.shape] });
  };
  return [raised(a), raised(b)];
}

/** BatchNormalization at inference, as scale and offset per channel. */
export function batchNormalization(node: ImportedNode): ComputedValue {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => node.constant(index).values);
  if (node.int('training_mode', 0) !== 0)
    throw new UnsupportedForm('normalises by its batch (training_mode)');
  if (node.int('spatial', 1) === 0) throw new UnsupportedForm('has a mean for each element (spatial 0)');
  const epsilon = node.float('epsilon', 1e-5);
  const factors = Array.from(gamma, (value, at) => value / Math.sqrt(variance[at] + epsilon));
  const offsets = factors.map((factor, at) => beta[at] - mean[at] * factor);
  const constant = (values: readonly number[]): Constant => ({
    shape: [values.length],
    values: Float32Array.from(values),
  });
  return node.emit(
    'batch-norm',
    [node.batchFirst()],
    {},
    { scale: constant(factors), offset: constant(offsets) },
    { trained: { mean: Float32Array.from(beta), deviation: Float32Array.from(gamma, Math.abs) } },
  );
}

/** Dropout, which does nothing but in training. */
export function dropout(node: ImportedNode): ComputedValue {
  requireInference(node);
  return node.emit('identity', [node.value()]);
}

/** Refuses a Dropout that drops values. */
export function requireInference(node: ImportedNode): void {
  const isTraining = node.inputs[2] !== undefined && node.constant(2).values[0] !== 0;
  const ratio = node.inputs[1] === undefined ? 0.5 : node.constant(1).values[0];
  if (isTraining && ratio !== 0) throw new UnsupportedForm('drops values at random (training_mode)');
}

/** PRelu: a slope per channel, or one, has a kernel of its own; others broadcast as in all operators of two inputs. */
export function prelu(node: ImportedNode): ComputedValue {
  const value = node.value();
  const slope = node.inputs[1];
  if (slope !== undefined && isKnown(slope) && isPerChannel(slope, value)) {
    return node.emit('prelu', [value], {}, { slope: constantOf(slope, [slope.values.length]) });
  }
  const zero = { operand: { shape: [], values: Float32Array.of(0) } };
  const below = combined(node, 'multiply', node.emit('minimum', [value], {}, zero), 1);
  return node.emit('add', aligned(node, node.emit('relu', [value]), below));
}

function isPerChannel({ shape, values }: KnownTensor, value: ComputedValue): boolean {
  const rank = value.shape.length;
  if (value.batchAxis !== 0 || rank === 0) return false;
  const isSpread = shape.every((extent, axis) => extent === 1 || axis - shape.length === -rank);
  return values.length === 1 || (isSpread && values.length === value.shape[0]);
}
