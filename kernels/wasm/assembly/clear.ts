/** Zeroes `bytes`, a multiple of 16. `memory.fill` calls out of WebAssembly, which is slower for a few lines. */
// @ts-ignore: decorator
@inline
export function clear(address: usize, bytes: usize): void {
  const end = address + bytes;
  if (ASC_FEATURE_SIMD) for (; address < end; address += 16) v128.store(address, f32x4.splat(0));
  else for (; address < end; address += 8) store<u64>(address, 0);
}
