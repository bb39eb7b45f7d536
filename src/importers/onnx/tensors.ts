import { WjpegError } from '../../errors.ts';
import type { Shape } from '../../graph/shape.ts';
import { elementCount } from '../../graph/shape.ts';
import type { TensorProto } from './schema.ts';

/** A tensor that is known at import: weights, shapes, axes. */
export interface KnownTensor {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float32Array | Float64Array;
}

type Decode = (view: DataView, at: number) => number;

/** Bytes per element and how to read one from `raw_data`, by TensorProto.DataType. */
const TYPES: ReadonlyMap<number, readonly [bytes: number, decode: Decode]> = new Map([
  [1, [4, (view, at) => view.getFloat32(at, true)]],
  [2, [1, (view, at) => view.getUint8(at)]],
  [3, [1, (view, at) => view.getInt8(at)]],
  [6, [4, (view, at) => view.getInt32(at, true)]],
  [7, [8, (view, at) => Number(view.getBigInt64(at, true))]],
  [9, [1, (view, at) => view.getUint8(at)]],
  [10, [2, (view, at) => float16(view.getUint16(at, true))]],
  [11, [8, (view, at) => view.getFloat64(at, true)]],
  [16, [2, (view, at) => bfloat16(view.getUint16(at, true))]],
]);

/**
 * The numbers of a TensorProto. Its declared size is compared with the numbers present before memory is allocated.
 *
 * @throws `ONNX_TENSOR` for sizes that do not fit, other element types and external data
 */
export function readTensor(tensor: TensorProto): KnownTensor {
  const fail = (message: string): WjpegError =>
    new WjpegError('corrupt', 'ONNX_TENSOR', `tensor '${tensor.name}' ${message}`);
  if (tensor.dataLocation !== 0) {
    throw fail(
      'lies in an external data file, which is not read yet: save the model with its weights inside (onnx.save)',
    );
  }
  const type = TYPES.get(tensor.dataType);
  if (type === undefined) {
    throw fail(
      `has element type ${tensor.dataType}, expected float, float16, bfloat16, double or an integer`,
    );
  }
  const [size, decode] = type;
  const shape = tensor.dims.map(Number);
  const count = elementCount(shape);
  const typed = typedData(tensor);
  const present = typed.length > 0 ? typed.length : tensor.rawData.length / size;
  if (shape.some((extent) => extent < 0) || count !== present) {
    throw fail(`declares ${shape.join('×')} elements, ${present} are in the file`);
  }
  // 32-bit floats keep weights small; the others (shapes, axes) need whole numbers beyond 2^24.
  const values = tensor.dataType === 1 ? new Float32Array(count) : new Float64Array(count);
  if (typed.length > 0) values.set(typed);
  else {
    const { buffer, byteOffset, byteLength } = tensor.rawData;
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let at = 0; at < count; at++) values[at] = decode(view, at * size);
  }
  return { shape, values };
}

function typedData(tensor: TensorProto): readonly number[] {
  if (tensor.dataType === 1) return tensor.floatData;
  if (tensor.dataType === 7) return tensor.int64Data.map(Number);
  if (tensor.dataType === 11) return tensor.doubleData;
  if (tensor.dataType === 10) return tensor.int32Data.map(float16);
  if (tensor.dataType === 16) return tensor.int32Data.map(bfloat16);
  return tensor.int32Data;
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const word = new DataView(new ArrayBuffer(4));

function bfloat16(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}
