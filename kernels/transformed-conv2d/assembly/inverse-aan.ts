/**
 * Inverse 8-point DCT after Arai, Agui and Nakajima (1988), four transforms at once, one per lane: 29 additions and 5 multiplications.
 * Input k is the orthonormal coefficient times aan(k) ÷ √8, aan(0) = 1, aan(k) = √2·cos(kπ/16): the caller has multiplied that into
 * what gave it. Input k is read at `source + k·step`; sample i is written at `target + 16·i`.
 */
// @ts-ignore: decorator
@inline
export function inverseAan8(source: usize, step: usize, target: usize): void {
  const z0 = v128.load(source), z4 = v128.load(source + 4 * step);
  const z2 = v128.load(source + 2 * step), z6 = v128.load(source + 6 * step);
  const sum = f32x4.add(z0, z4), difference = f32x4.sub(z0, z4);
  const c = f32x4.add(z2, z6), d = f32x4.sub(f32x4.mul(f32x4.sub(z2, z6), f32x4.splat(1.4142135623730951)), c);
  const e0 = f32x4.add(sum, c), e3 = f32x4.sub(sum, c), e1 = f32x4.add(difference, d), e2 = f32x4.sub(difference, d);

  const z1 = v128.load(source + step), z7 = v128.load(source + 7 * step);
  const z3 = v128.load(source + 3 * step), z5 = v128.load(source + 5 * step);
  const a = f32x4.add(z1, z7), b = f32x4.sub(z1, z7), p = f32x4.add(z5, z3), m = f32x4.sub(z5, z3);
  const o0 = f32x4.add(a, p);
  const turn = f32x4.mul(f32x4.add(m, b), f32x4.splat(1.8477590650225735));
  const o1 = f32x4.sub(f32x4.sub(turn, f32x4.mul(m, f32x4.splat(2.613125929752753))), o0);
  const o2 = f32x4.sub(f32x4.mul(f32x4.sub(a, p), f32x4.splat(1.4142135623730951)), o1);
  const o3 = f32x4.add(f32x4.sub(f32x4.mul(b, f32x4.splat(1.082392200292394)), turn), o2);
  v128.store(target, f32x4.add(e0, o0));
  v128.store(target, f32x4.sub(e0, o0), 112);
  v128.store(target, f32x4.add(e1, o1), 16);
  v128.store(target, f32x4.sub(e1, o1), 96);
  v128.store(target, f32x4.add(e2, o2), 32);
  v128.store(target, f32x4.sub(e2, o2), 80);
  v128.store(target, f32x4.add(e3, o3), 64);
  v128.store(target, f32x4.sub(e3, o3), 48);
}
