import { elementCount } from '../../../graph/shape.ts';
import { type ImportedNode, UnsupportedForm } from '../node.ts';
import { allocate, DATA_TYPES, integerRange, isFloat, type KnownTensor, typeName } from '../tensors.ts';
import { broadcastTo, commonShape, countedAxis } from './strided.ts';

type Fold = (node: ImportedNode) => KnownTensor;

/** Operators that map each element. */
export function unary(change: (value: number) => number): Fold {
  return (node) => mapped(node, node.constant(0), change);
}

function mapped(
  node: ImportedNode,
  { shape, values, type }: KnownTensor,
  change: (value: number) => number,
  as = type,
): KnownTensor {
  node.reserve(values.length);
  const result = allocate(as, values.length);
  for (let at = 0; at < values.length; at++) result[at] = change(values[at]);
  return { shape, values: result, type: as };
}

/** Operators that combine elements, inputs broadcast to each other; integers are divided as integers. */
export function variadic(combine: (a: number, b: number, isInteger: boolean) => number, as?: number): Fold {
  return (node) => {
    const inputs = node.constants();
    const shape = commonShape(inputs);
    const type = as ?? inputs[0].type;
    const isInteger = !isFloat(inputs[0].type);
    const [first, ...rest] = inputs.map((input) => broadcastTo(node, input, shape));
    return rest.reduce((sum, { values }) => {
      node.reserve(values.length);
      const result = allocate(type, values.length);
      for (let at = 0; at < values.length; at++) result[at] = combine(sum.values[at], values[at], isInteger);
      return { shape, values: result, type };
    }, first);
  };
}

/** a ÷ b, towards zero where both are integers. */
export function divide(a: number, b: number, isInteger: boolean): number {
  requireDivisor(b, isInteger);
  return isInteger ? Math.trunc(a / b) : a / b;
}

function requireDivisor(divisor: number, isInteger: boolean): void {
  if (isInteger && divisor === 0) throw new UnsupportedForm('divides an integer by zero');
}

/** The remainder, with the sign of b; with `fmod` that of a. */
export function mod(node: ImportedNode): KnownTensor {
  const keepsSign = node.int('fmod', 0) !== 0;
  return variadic((a, b, isInteger) => {
    requireDivisor(b, isInteger);
    const remainder = a % b;
    return keepsSign || remainder === 0 || remainder < 0 === b < 0 ? remainder : remainder + b;
  })(node);
}

/** a where the condition holds, else b. */
export function where(node: ImportedNode): KnownTensor {
  const inputs = [0, 1, 2].map((index) => node.constant(index));
  const shape = commonShape(inputs);
  const [condition, a, b] = inputs.map((input) => broadcastTo(node, input, shape));
  node.reserve(condition.values.length);
  const values = allocate(a.type, condition.values.length);
  for (let at = 0; at < values.length; at++) values[at] = (condition.values[at] ? a : b).values[at];
  return { shape, values, type: a.type };
}

/** Half to even, as ONNX rounds. */
export function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Cast: fractions are cut off, integers too large for the type wrap around. */
export function cast(node: ImportedNode): KnownTensor {
  return castTo(node, node.int('to', DATA_TYPES.float));
}

/** CastLike: the type of the second input. */
export function castLike(node: ImportedNode): KnownTensor {
  return castTo(node, node.constant(1).type);
}

function castTo(node: ImportedNode, to: number): KnownTensor {
  const tensor = node.constant(0);
  if (isFloat(to)) return mapped(node, tensor, (value) => value, to);
  if (to === DATA_TYPES.bool) return mapped(node, tensor, (value) => (value === 0 ? 0 : 1), to);
  const range = integerRange(to);
  if (range === undefined) throw new UnsupportedForm(`casts to ${typeName(to)}`);
  const [min, max] = range;
  const size = max - min + 1;
  return mapped(
    node,
    tensor,
    (value) => {
      const whole = Math.trunc(value);
      return whole >= min && whole <= max ? whole : ((((whole - min) % size) + size) % size) + min;
    },
    to,
  );
}

/** Reductions over `axes` (an input since opset 13 or 18), or over all of them. */
export function reduce(combine: (a: number, b: number) => number, start: number, isMean = false): Fold {
  return (node) => {
    const { shape, values, type } = node.constant(0);
    const rank = shape.length;
    const given = node.intsOrInput('axes', 1) ?? [];
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) return node.constant(0);
    const axes =
      given.length === 0 ? shape.map((_, axis) => axis) : given.map((axis) => countedAxis(axis, rank));
    const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
    node.reserve(elementCount(kept));
    const result = allocate(type, elementCount(kept)).fill(start);
    const index = new Array<number>(rank).fill(0);
    for (let at = 0; at < values.length; at++) {
      let target = 0;
      for (let axis = 0; axis < rank; axis++)
        target = target * kept[axis] + (kept[axis] === 1 ? 0 : index[axis]);
      result[target] = combine(result[target], values[at]);
      for (let axis = rank - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
    }
    const divisor = values.length / result.length;
    if (isMean)
      for (let at = 0; at < result.length; at++) result[at] = divide(result[at], divisor, !isFloat(type));
    const keeps = node.int('keepdims', 1) !== 0;
    return { shape: keeps ? kept : shape.filter((_, axis) => !axes.includes(axis)), values: result, type };
  };
}
