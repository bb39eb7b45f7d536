import { C_RUNS, C_SCALE } from '../../wasm/layout';
import { aan8, transpose4 } from '../../block-dct/assembly/aan';

/**
 * 8-point DCT of runs of 8 inputs: x[h·runs + run], h the frequency. `runs` is a multiple of 4; inputs beyond the last
 * are zero. `temporary`: 32 floats.
 */
export function runDctSingle(node: usize, input: usize, temporary: usize, x: usize): void {
  const runs: usize = load<u32>(node, C_RUNS << 2);
  const scale: usize = load<u32>(node, C_SCALE << 2);
  for (let run: usize = 0; run < runs; run += 4) {
    const source = input + (run << 5);
    transpose4(source, 32, temporary, 16);
    transpose4(source + 16, 32, temporary + 64, 16);
    aan8(temporary, 16, x + (run << 2), runs << 2, true, scale, 16);
  }
}

/** Inverse 8-point DCT of runs of 8: z (a multiple of 8 floats) → y. `basis`: 64 floats, [frequency][sample]. */
export function inverseRunDctSingle(z: usize, count: usize, basis: usize, y: usize): void {
  if (!ASC_FEATURE_SIMD) {
    for (let end = z + (count << 2); z < end; z += 32) {
      for (let i: usize = 0; i < 8; i++, y += 4) {
        let sum: f32 = 0;
        for (let v: usize = 0; v < 8; v++) sum += load<f32>(z + (v << 2)) * load<f32>(basis + (v << 5) + (i << 2));
        store<f32>(y, sum);
      }
    }
    return;
  }
  for (let end = z + (count << 2); z < end; z += 32) {
    let low = f32x4.splat(0), high = low;
    for (let v: usize = 0; v < 8; v++) {
      const value = v128.load32_splat(z + (v << 2));
      low = f32x4.add(low, f32x4.mul(value, v128.load(basis + (v << 5))));
      high = f32x4.add(high, f32x4.mul(value, v128.load(basis + (v << 5), 16)));
    }
    v128.store(y, low);
    v128.store(y, high, 16);
    y += 32;
  }
}
