/** Builds safetensors files from a header and data, right or wrong on purpose. */
export function safetensors(
  header: unknown,
  data: number | Uint8Array = 0,
  declaredLength?: bigint,
): Uint8Array {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  return safetensorsOf(new TextEncoder().encode(json), data, declaredLength);
}

/** The same with the header's bytes; `data` may be a number of zero bytes. */
export function safetensorsOf(
  header: Uint8Array,
  data: number | Uint8Array = 0,
  declaredLength?: bigint,
): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, declaredLength ?? BigInt(header.length), true);
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  return new Uint8Array(Buffer.concat([length, header, body]));
}
