/** The texts of `__metadata__` of a file that `readSafetensors` has accepted; empty where it has none. */
export function safetensorsMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return header.__metadata__ ?? {};
}
