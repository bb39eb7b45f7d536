import { WjpegError } from '../errors.ts';
import { checkArgument, oneOf, wholes } from '../options/rules.ts';
import { roundHalfToEven } from '../rounding.ts';
import { ELEMENT_BYTES, type Tensor } from './tensor.ts';

/**
 * A tensor of `shape` from its float32 values in row-major order. F16 rounds to nearest, ties to even.
 *
 * @throws WjpegError `TENSOR_F16_OVERFLOW` for a finite value out of range for float16 (±65504), `ARGUMENT` for
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

/** Rounds to binary16, ties to even. */
function toHalf(value: number, index: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude === Infinity) return sign | 0x7c00;
  // Numbers below 2^-14 are subnormal: all of them share that exponent.
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  // An integer number of units in the last place, 1024…2047 for normal numbers. Division by a power of two is exact.
  const units = roundHalfToEven(magnitude / 2 ** (exponent - 10));
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
