import { elementCount, type Shape } from '../../../graph/shape.ts';
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

/** Scales and zero points of a tensor, by its elements. */
interface Parameters {
  scale(at: number): number;
  zeroPoint(at: number): number;
}

/** Scale and zero point one each, one per index of `axis`, or with a `block` one per so many of them. */
function parametersOf(
  { shape }: KnownTensor,
  scale: ArrayLike<number>,
  zeroPoint: ArrayLike<number>,
  axis: number,
  block = 0,
): Parameters {
  const extent = shape[axis] ?? 1;
  const inner = elementCount(shape.slice(axis + 1));
  const blocks = Math.ceil(extent / block);
  const expected = block === 0 ? extent : elementCount(shape.with(axis, blocks));
  for (const { length } of [scale, zeroPoint]) {
    if (length === 1 || length === expected) continue;
    const what = block === 0 ? `an axis of ${extent} elements` : `blocks of ${block} of ${shape.join('×')}`;
    throw new UnsupportedForm(`has ${length} scales for ${what}`);
  }
  const placeOf = (at: number): number => {
    const row = Math.floor(at / inner);
    if (block === 0) return row % extent;
    const outer = Math.floor(row / extent);
    return (outer * blocks + Math.floor((row % extent) / block)) * inner + (at % inner);
  };
  const values = (list: ArrayLike<number>) => (at: number) => list[list.length === 1 ? 0 : placeOf(at)];
  return { scale: values(scale), zeroPoint: values(zeroPoint) };
}

/** (value − zeroPoint)·scale·factor, scale and zero point one each, one per index of `axis`, or one per `block` of it. */
export function dequantize(
  node: ImportedNode,
  tensor: KnownTensor,
  scale: ArrayLike<number>,
  zeroPoint: ArrayLike<number>,
  axis: number,
  { factor = 1, block = 0 } = {},
): KnownTensor {
  const parameters = parametersOf(tensor, scale, zeroPoint, axis, block);
  const { shape, values } = tensor;
  node.reserve(values.length);
  const result = allocate(DATA_TYPES.float, values.length);
  for (let at = 0; at < values.length; at++) {
    result[at] = (values[at] - parameters.zeroPoint(at)) * parameters.scale(at) * factor;
  }
  return { shape, values: result, type: DATA_TYPES.float };
}

/** The axis that scales belong to, and how many of its indices share one. */
function blocksOf(node: ImportedNode, shape: Shape, scale: KnownTensor): { axis: number; block: number } {
  if (scale.values.length === 1) return { axis: 0, block: 0 };
  const axis = countedAxis(node.int('axis', 1), shape.length);
  const block = node.int('block_size', 0);
  const expected = shape.with(axis, Math.ceil(shape[axis] / block));
  if (block < 0 || (block > 0 && scale.shape.join() !== expected.join()))
    throw new UnsupportedForm(`has scales of ${scale.shape.join('×')} for blocks of ${block}`);
  return { axis, block };
}

/** DequantizeLinear of constants: scales one, one per index of `axis`, or one per block of it (opset 21). */
export function foldDequantizeLinear(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const scale = node.constant(1);
  const zeroPoint = node.inputs[2] ? node.constant(2).values : [0];
  const { axis, block } = blocksOf(node, tensor.shape, scale);
  node.note(WEIGHTS_NOTE);
  return dequantize(node, tensor, scale.values, zeroPoint, axis, { block });
}

/** QuantizeLinear of constants. */
export function foldQuantizeLinear(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const { shape, values } = tensor;
  const scale = node.constant(1);
  const zeroPoint = node.inputs[2] ? node.constant(2).values : [0];
  const type = integerType(node, 2);
  const range = integerRange(type);
  if (range === undefined) throw new UnsupportedForm('quantises to numbers that are no integers');
  const { axis, block } = blocksOf(node, shape, scale);
  const parameters = parametersOf(tensor, scale.values, zeroPoint, axis, block);
  node.reserve(values.length);
  const result = allocate(type, values.length);
  for (let at = 0; at < values.length; at++) {
    const rounded = roundHalfToEven(values[at] / parameters.scale(at)) + parameters.zeroPoint(at);
    result[at] = Math.min(range[1], Math.max(range[0], rounded));
  }
  return { shape, values: result, type };
}
