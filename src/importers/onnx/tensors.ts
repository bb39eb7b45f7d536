import { WjpegError } from '../../errors.ts';
import type { Shape } from '../../graph/shape.ts';
import { elementCount } from '../../graph/shape.ts';
import { fromBrainFloat, fromHalf } from '../../safetensors/tensor.ts';
import type { Budget } from './budget.ts';
import { type ExternalData, readExternal } from './external-data.ts';
import type { TensorProto } from './schema.ts';

/** TensorProto.DataType, as far as numbers go. */
export const DATA_TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  uint4: 21,
  int4: 22,
} as const;
const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(DATA_TYPES).map(([name, type]) => [type, name] as const),
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [23, 'float4e2m1'],
]);

/** A tensor that is known at import: weights, shapes, axes. */
export interface KnownTensor {
  readonly shape: Shape;
  /** Row-major. float32 wherever that holds all values of `type`. */
  readonly values: Float32Array | Float64Array;
  /** One of `DATA_TYPES`. */
  readonly type: number;
}

/** Name of a TensorProto.DataType. */
export function typeName(type: number): string {
  return NAMES.get(type) ?? `number ${type}`;
}

/** Whether values of the type have fractions. */
export function isFloat(type: number): boolean {
  return [DATA_TYPES.float, DATA_TYPES.float16, DATA_TYPES.double, DATA_TYPES.bfloat16].includes(
    type as typeof DATA_TYPES.float,
  );
}

/** Smallest and largest value of an integer type; undefined for others. */
export function integerRange(type: number): readonly [min: number, max: number] | undefined {
  const [, kind, bits] = /^(u?int)(\d+)$/.exec(typeName(type)) ?? [];
  if (kind === 'uint') return [0, 2 ** Number(bits) - 1];
  if (kind === 'int') return [-(2 ** (Number(bits) - 1)), 2 ** (Number(bits) - 1) - 1];
  return undefined;
}

/** Memory for so many values of a type: 32-bit floats keep weights small, others need whole numbers beyond 2^24. */
export function allocate(type: number, count: number): Float32Array | Float64Array {
  const isWide = ['int32', 'int64', 'uint32', 'uint64', 'double'].includes(typeName(type));
  return isWide ? new Float64Array(count) : new Float32Array(count);
}

type Decode = (view: DataView, at: number) => number;

/** Bits per element and how to read element `at` of `raw_data`. */
const TYPES: ReadonlyMap<number, readonly [bits: number, decode: Decode]> = new Map<
  number,
  readonly [number, Decode]
>([
  [DATA_TYPES.float, [32, (view, at) => view.getFloat32(4 * at, true)]],
  [DATA_TYPES.uint8, [8, (view, at) => view.getUint8(at)]],
  [DATA_TYPES.int8, [8, (view, at) => view.getInt8(at)]],
  [DATA_TYPES.uint16, [16, (view, at) => view.getUint16(2 * at, true)]],
  [DATA_TYPES.int16, [16, (view, at) => view.getInt16(2 * at, true)]],
  [DATA_TYPES.int32, [32, (view, at) => view.getInt32(4 * at, true)]],
  [DATA_TYPES.int64, [64, (view, at) => Number(view.getBigInt64(8 * at, true))]],
  [DATA_TYPES.bool, [8, (view, at) => view.getUint8(at)]],
  [DATA_TYPES.float16, [16, (view, at) => fromHalf(view.getUint16(2 * at, true))]],
  [DATA_TYPES.double, [64, (view, at) => view.getFloat64(8 * at, true)]],
  [DATA_TYPES.uint32, [32, (view, at) => view.getUint32(4 * at, true)]],
  [DATA_TYPES.uint64, [64, (view, at) => Number(view.getBigUint64(8 * at, true))]],
  [DATA_TYPES.bfloat16, [16, (view, at) => fromBrainFloat(view.getUint16(2 * at, true))]],
  [DATA_TYPES.uint4, [4, nibble]],
  [DATA_TYPES.int4, [4, (view, at) => (nibble(view, at) << 28) >> 28]],
]);

const MAX_RANK = 32;

/** Where the numbers of tensors come from besides the model, and how many there may be. */
export interface TensorSource {
  readonly budget: Budget;
  readonly externalData?: ExternalData | undefined;
}

/**
 * The numbers of a TensorProto. Its declared size is compared with the numbers present before memory is allocated.
 *
 * @throws `ONNX_TENSOR` for sizes that do not fit and other element types, `GRAPH_LIMIT` for too many numbers
 */
export function readTensor(tensor: TensorProto, source: TensorSource): KnownTensor {
  const { dataType } = tensor;
  const fail = (message: string): WjpegError =>
    new WjpegError('corrupt', 'ONNX_TENSOR', `tensor '${tensor.name}' ${message}`);
  const type = TYPES.get(dataType);
  if (type === undefined) {
    throw fail(
      `has element type ${typeName(dataType)}, expected float, float16, bfloat16, double or an integer`,
    );
  }
  const [bits, decode] = type;
  const shape = tensor.dims.map(Number);
  if (shape.length > MAX_RANK) throw fail(`has ${shape.length} axes, expected at most ${MAX_RANK}`);
  const count = elementCount(shape);
  const bytes = Math.ceil((count * bits) / 8);
  const requirePresent = (present: number): void => {
    if (shape.every((extent) => extent >= 0) && count === present) return;
    throw fail(`declares ${shape.join('×')} elements, ${present} are in the file`);
  };
  const read = (data: Uint8Array): KnownTensor => {
    requirePresent(data.length === bytes ? count : Math.floor((8 * data.length) / bits));
    if (data.length !== bytes)
      throw fail(`has ${data.length} bytes for ${count} elements, expected ${bytes}`);
    source.budget.take(count, `tensor '${tensor.name}'`);
    const values = allocate(dataType, count);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < count; at++) values[at] = decode(view, at);
    return { shape, values, type: dataType };
  };
  if (tensor.dataLocation !== 0) return read(readExternal(tensor, bytes, source));
  const typed = typedData(tensor);
  if (typed === undefined) return read(tensor.rawData);
  // Two 4-bit integers are packed in one.
  if (bits === 4) return read(Uint8Array.from(typed, (pair) => Number(pair) & 255));
  requirePresent(typed.length);
  source.budget.take(count, `tensor '${tensor.name}'`);
  const values = allocate(dataType, count);
  for (let at = 0; at < count; at++) values[at] = typedValue(typed[at], dataType);
  return { shape, values, type: dataType };
}

/** The list that holds the numbers where `raw_data` does not. */
function typedData(tensor: TensorProto): readonly (number | bigint)[] | undefined {
  const { floatData, int32Data, int64Data, uint64Data, doubleData } = tensor;
  const lists = [floatData, int32Data, int64Data, uint64Data, doubleData];
  return lists.find(({ length }) => length > 0);
}

function typedValue(value: number | bigint, type: number): number {
  if (type === DATA_TYPES.float16) return fromHalf(Number(value));
  if (type === DATA_TYPES.bfloat16) return fromBrainFloat(Number(value));
  return Number(value);
}

function nibble(view: DataView, at: number): number {
  return (view.getUint8(at >> 1) >> (4 * (at & 1))) & 15;
}
