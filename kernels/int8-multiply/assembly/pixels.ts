/**
 * 8×8 blocks of coefficients (natural order, T.81 A.3.3) as samples, in place: the plain products with the basis. `basis`: 64 floats, [u][x].
 */
export function inverseBlocks(blocks: usize, count: usize, basis: usize): void {
  for (const end = blocks + (count << 8); blocks < end; blocks += 256) {
    for (let row: usize = 0; row < 256; row += 32) {
      let left = f32x4.splat(0), right = left;
      for (let u: usize = 0; u < 8; u++) {
        const value = v128.load32_splat(blocks + row + (u << 2));
        left = f32x4.add(left, f32x4.mul(value, v128.load(basis + (u << 5))));
        right = f32x4.add(right, f32x4.mul(value, v128.load(basis + (u << 5), 16)));
      }
      v128.store(blocks + row, left);
      v128.store(blocks + row, right, 16);
    }
    for (let half: usize = 0; half < 32; half += 16) {
      const from = blocks + half;
      const r0 = v128.load(from), r1 = v128.load(from, 32), r2 = v128.load(from, 64), r3 = v128.load(from, 96);
      const r4 = v128.load(from, 128), r5 = v128.load(from, 160), r6 = v128.load(from, 192), r7 = v128.load(from, 224);
      for (let y: usize = 0; y < 8; y++) {
        const b = basis + (y << 2);
        const low = f32x4.add(
          f32x4.add(f32x4.mul(r0, v128.load32_splat(b)), f32x4.mul(r1, v128.load32_splat(b, 32))),
          f32x4.add(f32x4.mul(r2, v128.load32_splat(b, 64)), f32x4.mul(r3, v128.load32_splat(b, 96))),
        );
        const high = f32x4.add(
          f32x4.add(f32x4.mul(r4, v128.load32_splat(b, 128)), f32x4.mul(r5, v128.load32_splat(b, 160))),
          f32x4.add(f32x4.mul(r6, v128.load32_splat(b, 192)), f32x4.mul(r7, v128.load32_splat(b, 224))),
        );
        v128.store(from + (y << 5), f32x4.add(low, high));
      }
    }
  }
}
