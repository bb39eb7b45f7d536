import { elementCount } from '../../../graph/shape.ts';
import { type ImportedNode, UnsupportedForm } from '../node.ts';
import { allocate, DATA_TYPES, integerRange, type KnownTensor } from '../tensors.ts';
import { roundHalfToEven } from './arithmetic.ts';
import { countedAxis } from './strided.ts';

/** What the user reads of integer weights. */
export const WEIGHTS_NOTE = 'integer weights are dequantised';

/** The type of the integers that a zero point belongs to. */
export function integerType(node: ImportedNode, zeroPointAt: number): number {
  const given = node.int('output_dtype', 0);
  if (given !== 0) return given;
  return node.inputs[zeroPointAt] ? node.constant(zeroPointAt).type : DATA_TYPES.uint8;
}

/** (value − zeroPoint)·scale·factor, scale and zero point one each or one per index of `axis`. */
export function dequantize(
  node: ImportedNode,
  { shape, values }: KnownTensor,
  scale: ArrayLike<number>,
  zeroPoint: ArrayLike<number>,
  axis: number,
  factor = 1,
): KnownTensor {
  const extent = shape[axis] ?? 1;
  const inner = elementCount(shape.slice(axis + 1));
  for (const { length } of [scale, zeroPoint]) {
    if (length !== 1 && length !== extent)
      throw new UnsupportedForm(`has ${length} scales for an axis of ${extent} elements`);
  }
  node.reserve(values.length);
  const result = allocate(DATA_TYPES.float, values.length);
  for (let at = 0; at < values.length; at++) {
    const index = Math.floor(at / inner) % extent;
    result[at] =
      (values[at] - zeroPoint[zeroPoint.length === 1 ? 0 : index]) *
      scale[scale.length === 1 ? 0 : index] *
      factor;
  }
  return { shape, values: result, type: DATA_TYPES.float };
}

/** DequantizeLinear of constants: scales one, one per index of `axis`, or one per block of it (opset 21). */
export function foldDequantizeLinear(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const scale = node.constant(1);
  const zeroPoint = node.inputs[2] ? node.constant(2).values : [0];
  const axis = scale.values.length === 1 ? 0 : countedAxis(node.int('axis', 1), tensor.shape.length);
  const block = node.int('block_size', 0);
  node.note(WEIGHTS_NOTE);
  if (block === 0) return dequantize(node, tensor, scale.values, zeroPoint, axis);
  return dequantizeBlocks(node, tensor, scale, zeroPoint, axis, block);
}

function dequantizeBlocks(
  node: ImportedNode,
  { shape, values }: KnownTensor,
  scale: KnownTensor,
  zeroPoint: ArrayLike<number>,
  axis: number,
  block: number,
): KnownTensor {
  const blocks = Math.ceil(shape[axis] / block);
  if (scale.shape.join() !== shape.with(axis, blocks).join())
    throw new UnsupportedForm(`has scales of ${scale.shape.join('×')} for blocks of ${block}`);
  node.reserve(values.length);
  const inner = elementCount(shape.slice(axis + 1));
  const result = allocate(DATA_TYPES.float, values.length);
  for (let at = 0; at < values.length; at++) {
    const row = Math.floor(at / inner);
    const outer = Math.floor(row / shape[axis]);
    const from = (outer * blocks + Math.floor((row % shape[axis]) / block)) * inner + (at % inner);
    result[at] = (values[at] - zeroPoint[zeroPoint.length === 1 ? 0 : from]) * scale.values[from];
  }
  return { shape, values: result, type: DATA_TYPES.float };
}

/** QuantizeLinear of constants. */
export function foldQuantizeLinear(node: ImportedNode): KnownTensor {
  const { shape, values } = node.constant(0);
  const scale = node.constant(1).values;
  const zeroPoint = node.inputs[2] ? node.constant(2).values : [0];
  const type = integerType(node, 2);
  const range = integerRange(type);
  if (range === undefined || node.int('block_size', 0) !== 0)
    throw new UnsupportedForm('quantises to numbers that are no integers, or in blocks');
  const axis = scale.length === 1 ? 0 : countedAxis(node.int('axis', 1), shape.length);
  const extent = shape[axis] ?? 1;
  const inner = elementCount(shape.slice(axis + 1));
  if (scale.length !== 1 && scale.length !== extent)
    throw new UnsupportedForm(`has ${scale.length} scales for an axis of ${extent} elements`);
  node.reserve(values.length);
  const result = allocate(type, values.length);
  for (let at = 0; at < values.length; at++) {
    const index = Math.floor(at / inner) % extent;
    const offset = zeroPoint[zeroPoint.length === 1 ? 0 : index];
    const rounded = roundHalfToEven(values[at] / scale[scale.length === 1 ? 0 : index]) + offset;
    result[at] = Math.min(range[1], Math.max(range[0], rounded));
  }
  return { shape, values: result, type };
}
