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
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
export function fromBrainFloat(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}
