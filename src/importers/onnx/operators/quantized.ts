import { dequantize, integerType, WEIGHTS_NOTE } from '../fold/quantized.ts';
import {
  type ComputedValue,
  type ImportedNode,
  INTEGERS,
  isKnown,
  type Quantization,
  UNKNOWN,
  UnsupportedForm,
  type Value,
} from '../node.ts';
import { DATA_TYPES, integerRange, isFloat, type KnownTensor, typeName } from '../tensors.ts';
import { multiplyMatrix } from './linear.ts';
import { convolve } from './window.ts';

/**
 * Quantised networks run on the numbers that their integers stand for: activations are cut off at the ends of their range, as
 * integers are (which may be all that is left of a ReLU), but not rounded.
 */
const NOTE = 'activations are cut off at the ends of their integer ranges, but not rounded to integers';

/** Scale and zero point of a tensor, one each. */
function quantizationOf(node: ImportedNode, scaleAt: number, zeroPointAt: number): Quantization {
  const scale = node.constant(scaleAt).values;
  const zeroPoint = node.inputs[zeroPointAt] ? node.constant(zeroPointAt).values : [0];
  if (scale.length !== 1 || zeroPoint.length !== 1)
    throw new UnsupportedForm('quantises activations with several scales');
  return { scale: scale[0], zeroPoint: zeroPoint[0] };
}

/** The value within the range of its integers, which stand for it from now on. */
function quantized(
  node: ImportedNode,
  value: ComputedValue,
  quantization: Quantization,
  type: number,
): ComputedValue {
  const range = integerRange(type);
  if (range === undefined) throw new UnsupportedForm('quantises to numbers that are no integers');
  const { scale, zeroPoint } = quantization;
  const ends = range.map((end) => end - zeroPoint);
  if (node.context.roundsActivations) {
    const whole = node.emit('round', [node.emit('divide', [value], {}, { operand: single(scale) })]);
    const integers = node.emit('clip', [whole], { min: ends[0], max: ends[1] });
    return { ...node.emit('multiply', [integers], {}, { operand: single(scale) }), quantization };
  }
  const [min, max] = ends.map((end) => Math.fround(end * scale));
  node.note(NOTE);
  return { ...node.emit('clip', [value], { min, max }), quantization };
}

/** The value that integers stand for, read with a quantisation that may be another than they were made with. */
function dequantized(node: ImportedNode, value: ComputedValue, as: Quantization): ComputedValue {
  const { quantization: from = INTEGERS, ...plain } = value;
  if (from.scale === as.scale && from.zeroPoint === as.zeroPoint) return plain;
  if (from.isDynamic) throw new UnsupportedForm('reads integers with another scale than the model computes');
  const factor = as.scale / from.scale;
  const shift = (from.zeroPoint - as.zeroPoint) * as.scale;
  const scaled = node.emit('multiply', [plain], {}, { operand: single(factor) });
  return shift === 0 ? scaled : node.emit('add', [scaled], {}, { operand: single(shift) });
}

function single(value: number): { readonly shape: readonly number[]; readonly values: Float32Array } {
  return { shape: [1], values: Float32Array.of(value) };
}

/** QuantizeLinear of a value. */
export function quantizeLinear(node: ImportedNode): ComputedValue {
  return quantized(node, node.value(), quantizationOf(node, 1, 2), integerType(node, 2));
}

/** Cast to a type with fractions, which all are float32 here. */
export function cast(node: ImportedNode): ComputedValue {
  const to = node.int('to', DATA_TYPES.float);
  if (!isFloat(to)) throw new UnsupportedForm(`casts to ${typeName(to)}`);
  const value = node.value();
  if (value.quantization?.isDynamic)
    throw new UnsupportedForm('casts integers whose scale the model computes');
  const result = value.quantization ? dequantized(node, value, INTEGERS) : value;
  return result.name === value.name ? node.emit('identity', [result]) : result;
}

/** DequantizeLinear of a value. */
export function dequantizeLinear(node: ImportedNode): ComputedValue {
  return dequantized(node, node.value(), quantizationOf(node, 1, 2));
}

/** DynamicQuantizeLinear: the range is that of the value, so nothing is cut off. Its scale stands for 1. */
export function dynamicQuantizeLinear(node: ImportedNode): readonly Value[] {
  const { float, uint8 } = DATA_TYPES;
  node.note(NOTE);
  return [
    { ...node.emit('identity', [node.value()]), quantization: { ...INTEGERS, isDynamic: true } },
    { shape: [], values: Float32Array.of(1), type: float },
    { shape: [], values: Float32Array.of(0), type: uint8 },
  ];
}

/** The real value of a quantised input that an integer operator reads with its own zero point, and its scale. */
function integerInput(node: ImportedNode, zeroPointAt: number): { value: ComputedValue; scale: number } {
  const value = node.value(0);
  const { scale, zeroPoint, isDynamic } = value.quantization ?? INTEGERS;
  if (isDynamic && !node.inputs[zeroPointAt])
    throw new UnsupportedForm('takes integers without the zero point that the model computes');
  const given = node.inputs[zeroPointAt] ? node.constant(zeroPointAt).values : [0];
  if (given.length !== 1) throw new UnsupportedForm('has several zero points for its input');
  if (given[0] === zeroPoint) return { value: dequantized(node, value, { scale, zeroPoint }), scale };
  return { value: dequantized(node, value, { scale: 1, zeroPoint: given[0] }), scale: 1 };
}

/** ConvInteger: the sums of products, which a Cast and a Mul by the scales follow. */
export function convInteger(node: ImportedNode): ComputedValue {
  const { value, scale } = integerInput(node, 2);
  return convolve(node, value, weights(node, 1, { zeroPointAt: 3, factor: 1 / scale, axis: 0 }));
}

/** MatMulInteger. */
export function matMulInteger(node: ImportedNode): ComputedValue {
  const { value, scale } = integerInput(node, 2);
  return multiplyMatrix(node, value, weights(node, 1, { zeroPointAt: 3, factor: 1 / scale, axis: 1 }));
}

/** QLinearConv. */
export function qLinearConv(node: ImportedNode): ComputedValue {
  const input = quantizationOf(node, 1, 2);
  const weight = weights(node, 3, { scaleAt: 4, zeroPointAt: 5, axis: 0 });
  const scale = node.constant(4).values;
  const bias =
    node.inputs[8] && scaled(node, node.constant(8), (at) => input.scale * (scale[at] ?? scale[0]));
  const result = convolve(node, dequantized(node, node.value(0), input), weight, bias);
  return quantized(node, result, quantizationOf(node, 6, 7), integerType(node, 7));
}

/** QLinearMatMul with a constant matrix. */
export function qLinearMatMul(node: ImportedNode): ComputedValue {
  const value = dequantized(node, node.value(0), quantizationOf(node, 1, 2));
  const result = multiplyMatrix(node, value, weights(node, 3, { scaleAt: 4, zeroPointAt: 5, axis: 1 }));
  return quantized(node, result, quantizationOf(node, 6, 7), integerType(node, 7));
}

/** (weight − zeroPoint)·scale·factor, scale and zero point one each or one per index of `axis`. */
function weights(
  node: ImportedNode,
  at: number,
  {
    scaleAt,
    zeroPointAt,
    factor = 1,
    axis,
  }: { scaleAt?: number; zeroPointAt: number; factor?: number; axis: number },
): KnownTensor {
  const tensor = node.constant(at);
  const scale = scaleAt === undefined ? [1] : node.constant(scaleAt).values;
  const zeroPoint = node.inputs[zeroPointAt] ? node.constant(zeroPointAt).values : [0];
  node.note(WEIGHTS_NOTE);
  return dequantize(node, tensor, scale, zeroPoint, axis, { factor });
}

function scaled(
  node: ImportedNode,
  { shape, values }: KnownTensor,
  factor: (at: number) => number,
): KnownTensor {
  node.reserve(values.length);
  return {
    shape,
    values: Float32Array.from(values, (value, at) => value * factor(at)),
    type: DATA_TYPES.float,
  };
}

/** Operators that move or choose numbers, which they do with integers as with what those stand for. */
const KEEP_INTEGERS = new Set([
  'Concat',
  'DepthToSpace',
  'Dropout',
  'Expand',
  'Flatten',
  'Gather',
  'GlobalMaxPool',
  'Identity',
  'MaxPool',
  'ReduceMax',
  'ReduceMin',
  'Reshape',
  'Slice',
  'SpaceToDepth',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unsqueeze',
]);
/** Operators whose result does not leave the range of an integer type, for integers that stand for themselves. */
const CHOOSE_INTEGERS = new Set(['Clip', 'Max', 'Min', 'Relu', 'Sign']);
/** Operators that read integers. */
const READ_INTEGERS = new Set([
  'Cast',
  'ConvInteger',
  'DequantizeLinear',
  'MatMulInteger',
  'QLinearConv',
  'QLinearMatMul',
]);

/** Runs an operator on what the integers of its inputs stand for. */
export function onIntegers(
  node: ImportedNode,
  run: (node: ImportedNode) => Value | readonly Value[],
): Value | readonly Value[] {
  const quantizations = node.inputs.flatMap((value) =>
    value === undefined || value === UNKNOWN || isKnown(value) ? [] : [value.quantization],
  );
  const [first] = quantizations;
  if (quantizations.every((quantization) => quantization === undefined) || READ_INTEGERS.has(node.type)) {
    return run(node);
  }
  const isSame = quantizations.every((other) =>
    // Of two scales that the model computes nothing is known, but that they are one.
    first?.isDynamic || other?.isDynamic
      ? other === first
      : other?.scale === first?.scale && other?.zeroPoint === first?.zeroPoint,
  );
  const isPlain = first?.scale === 1 && first.zeroPoint === 0 && !first.isDynamic;
  if (!isSame || !(KEEP_INTEGERS.has(node.type) || (isPlain && CHOOSE_INTEGERS.has(node.type)))) {
    throw new UnsupportedForm('computes on integers');
  }
  const result = run(node);
  const mark = (value: Value): Value =>
    first === undefined || value === UNKNOWN || isKnown(value) ? value : { ...value, quantization: first };
  return Array.isArray(result) ? result.map(mark) : mark(result as Value);
}
