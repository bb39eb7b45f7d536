import { WjpegError } from '../errors.ts';
import { checkArgument, oneOf, wholes } from '../options/rules.ts';

/** Element types of the safetensors format that wjpeg reads, and their sizes in bytes. */
export const ELEMENT_BYTES = { I64: 8, F64: 8, F32: 4, F16: 2, BF16: 2, I8: 1, U8: 1 } as const;

/** Name of an element type in safetensors. */
export type DType = keyof typeof ELEMENT_BYTES;

/** A tensor as stored in a file: row-major, little-endian. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements' bytes, usually a view of the file's. */
  readonly data: Uint8Array;
}

/** The elements as float32: exact for F32, F16, BF16, I8 and U8; F64 and I64 are rounded. */
export function toFloat32(tensor: Tensor): Float32Array {
  const { dtype, data } = tensor;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const values = new Float32Array(data.byteLength / ELEMENT_BYTES[dtype]);
  for (let i = 0; i < values.length; i++) values[i] = readElement(view, dtype, i);
  return values;
}

/**
 * A tensor of `shape` from its float32 values in row-major order. F16 rounds to nearest, ties to even.
 *
 * @throws {@link WjpegError} `TENSOR_F16_OVERFLOW` for a finite value out of range for float16 (±65504), `ARGUMENT` for
 *   another number of values than the shape has, or another type
 */
export function fromFloat32(values: Float32Array, shape: readonly number[], dtype: 'F32' | 'F16'): Tensor {
  checkArgument('fromFloat32', 'dtype', dtype, oneOf('F32', 'F16'));
  checkArgument('fromFloat32', 'shape', shape, wholes(0));
  const length = shape.reduce((product, size) => product * size, 1);
  checkArgument('fromFloat32', 'values', values, {
    expected: `a Float32Array of ${length} values, as the shape has`,
    accepts: (value) => value instanceof Float32Array && value.length === length,
  });
  const data = new Uint8Array(values.length * ELEMENT_BYTES[dtype]);
  const view = new DataView(data.buffer);
  for (let i = 0; i < values.length; i++) {
    if (dtype === 'F32') view.setFloat32(i * 4, values[i], true);
    else view.setUint16(i * 2, toHalf(values[i], i), true);
  }
  return { dtype, shape, data };
}

function readElement(view: DataView, dtype: DType, index: number): number {
  switch (dtype) {
    case 'I64':
      return Number(view.getBigInt64(index * 8, true));
    case 'F64':
      return view.getFloat64(index * 8, true);
    case 'F32':
      return view.getFloat32(index * 4, true);
    case 'F16':
      return fromHalf(view.getUint16(index * 2, true));
    case 'BF16':
      return fromBrainFloat(view.getUint16(index * 2, true));
    case 'I8':
      return view.getInt8(index);
    case 'U8':
      return view.getUint8(index);
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function fromBrainFloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** Rounds to binary16, ties to even. */
function toHalf(value: number, index: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude === Infinity) return sign | 0x7c00;
  // Numbers below 2^-14 are subnormal: all of them share that exponent.
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  // An integer number of units in the last place, 1024…2047 for normal numbers. Division by a power of two is exact.
  const units = roundToEven(magnitude / 2 ** (exponent - 10));
  // Adding instead of joining bits carries a rounding up to 2048 into the exponent.
  const bits = units < 1024 ? units : ((exponent + 14) << 10) + units;
  if (bits >= 0x7c00) {
    throw new WjpegError(
      'misuse',
      'TENSOR_F16_OVERFLOW',
      `element ${index} is ${value}, beyond float16's 65504: keep the tensor as float32`,
    );
  }
  return sign | bits;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
