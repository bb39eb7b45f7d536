/** Protocol Buffers' wire format, as far as writing an ONNX model takes it (protobuf.dev, "Encoding"). */

import { joinBytes } from '../../src/bytes.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;

const text = new TextEncoder();

/** A whole number ≥ 0 in groups of 7 bits, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/** Field `number` with a whole number ≥ 0: int32, int64 and enum. */
export function integerField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)]);
}

/** Field `number` with a string, bytes, or the fields of a message. */
export function bytesField(number: number, value: string | Uint8Array | readonly Uint8Array[]): Uint8Array {
  const content =
    typeof value === 'string' ? text.encode(value) : value instanceof Uint8Array ? value : joinBytes(value);
  return joinBytes([
    Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(content.length)]),
    content,
  ]);
}
