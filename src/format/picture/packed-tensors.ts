import { ByteBuffer } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';
import { elementCount } from '../../graph/shape.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import type { Expectations } from '../check-manifest.ts';

/**
 * Tensors without names (docs/model-jpeg.md, 4): in the order in which the manifest first names them, each a byte for type and
 * rank, its extents where the manifest does not imply them, and its elements.
 */

/** By the two low bits of the byte: the type, and bytes of an element. */
const TYPES = [
  { dtype: 'F32', bytes: 4 },
  { dtype: 'F16', bytes: 2 },
  { dtype: 'I8', bytes: 1 },
] as const;
/** The rank that says: in the shape that the manifest implies. */
const IMPLIED = 63;
/** As safetensors: more elements are no tensor of a network. */
const MAX_ELEMENTS = 2 ** 40;

export function packTensors(
  expected: Expectations['tensors'],
  tensors: ReadonlyMap<string, Tensor>,
): Uint8Array {
  const output = new ByteBuffer();
  for (const [name, shape] of expected) {
    const { dtype, shape: own, data } = tensors.get(name) as Tensor;
    output.byte(TYPES.findIndex((type) => type.dtype === dtype) | ((shape ? IMPLIED : own.length) << 2));
    if (!shape) for (const extent of own) appendNumber(output, extent);
    output.append(data);
  }
  return output.toUint8Array();
}

/** @throws MODEL_CONTENT for bytes that are not these tensors and nothing else */
export function unpackTensors(expected: Expectations['tensors'], bytes: Uint8Array): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let at = 0;
  const refuse = (what: string): WjpegError => new WjpegError('corrupt', 'MODEL_CONTENT', what);
  for (const [name, implied] of expected) {
    if (at >= bytes.length) throw refuse(`tensor '${name}' is listed in the manifest but missing`);
    const typeAndRank = bytes[at++];
    const type = TYPES.at(typeAndRank & 3);
    const rank = typeAndRank >> 2;
    if (type === undefined)
      throw refuse(`tensor '${name}' is of type 3, expected 0 (F32), 1 (F16) or 2 (I8)`);
    let shape = implied;
    if (rank !== IMPLIED) {
      const extents: number[] = [];
      for (let axis = 0; axis < rank; axis++) {
        const { value, end } = readNumber(bytes, at);
        extents.push(value);
        at = end;
      }
      shape = extents;
    }
    if (shape === null) throw refuse(`tensor '${name}' does not say its shape`);
    const elements = elementCount(shape);
    const length = elements * type.bytes;
    if (!(elements <= MAX_ELEMENTS) || at + length > bytes.length) {
      throw refuse(
        `tensor '${name}' of shape [${shape.join(', ')}] goes beyond the end, by ${at + length - bytes.length} bytes`,
      );
    }
    tensors.set(name, { dtype: type.dtype, shape, data: bytes.subarray(at, at + length) });
    at += length;
  }
  if (at !== bytes.length) throw refuse(`${bytes.length - at} bytes after the last tensor`);
  return tensors;
}

/** LEB128: seven bits per byte, the lowest first; the top bit says that more follow. */
function appendNumber(output: ByteBuffer, value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) output.byte(128 | (rest % 128));
  output.byte(rest);
}

/** Of at most 42 bits; what ends early is 0, and the tensor then too short. */
function readNumber(bytes: Uint8Array, from: number): { value: number; end: number } {
  let value = 0;
  let at = from;
  for (let factor = 1; factor < 2 ** 42; factor *= 128) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * factor;
    if (byte < 128) break;
  }
  return { value, end: at };
}
