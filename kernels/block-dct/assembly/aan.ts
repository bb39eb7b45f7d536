/**
 * 8-point DCT-II after Arai, Agui and Nakajima (1988), four transforms at once, one per lane: 29 additions and 5
 * multiplications. Output k is the orthonormal one times √8·aan(k), aan(0) = 1, aan(k) = √2·cos(kπ/16): the caller
 * divides that factor out when it multiplies by the quantisation table.
 *
 * Sample i is read at `source + i·step`; output k is written at `target + k·targetStep`, times the four factors at
 * `scale + k·scaleStep` if `scaled`.
 */
// @ts-ignore: decorator
@inline
export function aan8(
  source: usize, step: usize,
  target: usize, targetStep: usize,
  scaled: bool, scale: usize, scaleStep: usize,
): void {
  if (!ASC_FEATURE_SIMD) {
    for (let lane: usize = 0; lane < 16; lane += 4) {
      aan8Scalar(source + lane, step, target + lane, targetStep, scaled, scale + lane, scaleStep);
    }
    return;
  }
  const x0 = v128.load(source), x7 = v128.load(source + 7 * step);
  const t0 = f32x4.add(x0, x7), t7 = f32x4.sub(x0, x7);
  const x1 = v128.load(source + step), x6 = v128.load(source + 6 * step);
  const t1 = f32x4.add(x1, x6), t6 = f32x4.sub(x1, x6);
  const x2 = v128.load(source + 2 * step), x5 = v128.load(source + 5 * step);
  const t2 = f32x4.add(x2, x5), t5 = f32x4.sub(x2, x5);
  const x3 = v128.load(source + 3 * step), x4 = v128.load(source + 4 * step);
  const t3 = f32x4.add(x3, x4), t4 = f32x4.sub(x3, x4);

  const e0 = f32x4.add(t0, t3), e3 = f32x4.sub(t0, t3);
  const e1 = f32x4.add(t1, t2), e2 = f32x4.sub(t1, t2);
  put(f32x4.add(e0, e1), target, 0, scaled, scale, 0);
  put(f32x4.sub(e0, e1), target, 4 * targetStep, scaled, scale, 4 * scaleStep);
  const z1 = f32x4.mul(f32x4.add(e2, e3), f32x4.splat(0.7071067811865476));
  put(f32x4.add(e3, z1), target, 2 * targetStep, scaled, scale, 2 * scaleStep);
  put(f32x4.sub(e3, z1), target, 6 * targetStep, scaled, scale, 6 * scaleStep);

  const o0 = f32x4.add(t4, t5), o1 = f32x4.add(t5, t6), o2 = f32x4.add(t6, t7);
  const z5 = f32x4.mul(f32x4.sub(o0, o2), f32x4.splat(0.3826834323650898));
  const z2 = f32x4.add(f32x4.mul(o0, f32x4.splat(0.5411961001461969)), z5);
  const z4 = f32x4.add(f32x4.mul(o2, f32x4.splat(1.3065629648763766)), z5);
  const z3 = f32x4.mul(o1, f32x4.splat(0.7071067811865476));
  const p = f32x4.add(t7, z3), m = f32x4.sub(t7, z3);
  put(f32x4.add(m, z2), target, 5 * targetStep, scaled, scale, 5 * scaleStep);
  put(f32x4.sub(m, z2), target, 3 * targetStep, scaled, scale, 3 * scaleStep);
  put(f32x4.add(p, z4), target, targetStep, scaled, scale, scaleStep);
  put(f32x4.sub(p, z4), target, 7 * targetStep, scaled, scale, 7 * scaleStep);
}

// @ts-ignore: decorator
@inline
function put(value: v128, target: usize, at: usize, scaled: bool, scale: usize, scaleAt: usize): void {
  v128.store(target + at, scaled ? f32x4.mul(value, v128.load(scale + scaleAt)) : value);
}

/** One lane of `aan8`. */
function aan8Scalar(
  source: usize, step: usize,
  target: usize, targetStep: usize,
  scaled: bool, scale: usize, scaleStep: usize,
): void {
  const x0 = load<f32>(source), x7 = load<f32>(source + 7 * step);
  const x1 = load<f32>(source + step), x6 = load<f32>(source + 6 * step);
  const x2 = load<f32>(source + 2 * step), x5 = load<f32>(source + 5 * step);
  const x3 = load<f32>(source + 3 * step), x4 = load<f32>(source + 4 * step);
  const t0 = x0 + x7, t7 = x0 - x7, t1 = x1 + x6, t6 = x1 - x6;
  const t2 = x2 + x5, t5 = x2 - x5, t3 = x3 + x4, t4 = x3 - x4;

  const e0 = t0 + t3, e3 = t0 - t3, e1 = t1 + t2, e2 = t1 - t2;
  const z1 = (e2 + e3) * <f32>0.7071067811865476;
  const o0 = t4 + t5, o1 = t5 + t6, o2 = t6 + t7;
  const z5 = (o0 - o2) * <f32>0.3826834323650898;
  const z2 = o0 * <f32>0.5411961001461969 + z5, z4 = o2 * <f32>1.3065629648763766 + z5;
  const z3 = o1 * <f32>0.7071067811865476;
  const p = t7 + z3, m = t7 - z3;
  writeScalar(e0 + e1, target, 0, scaled, scale, 0);
  writeScalar(p + z4, target, targetStep, scaled, scale, scaleStep);
  writeScalar(e3 + z1, target, 2 * targetStep, scaled, scale, 2 * scaleStep);
  writeScalar(m - z2, target, 3 * targetStep, scaled, scale, 3 * scaleStep);
  writeScalar(e0 - e1, target, 4 * targetStep, scaled, scale, 4 * scaleStep);
  writeScalar(m + z2, target, 5 * targetStep, scaled, scale, 5 * scaleStep);
  writeScalar(e3 - z1, target, 6 * targetStep, scaled, scale, 6 * scaleStep);
  writeScalar(p - z4, target, 7 * targetStep, scaled, scale, 7 * scaleStep);
}

// @ts-ignore: decorator
@inline
function writeScalar(value: f32, target: usize, at: usize, scaled: bool, scale: usize, scaleAt: usize): void {
  store<f32>(target + at, scaled ? value * load<f32>(scale + scaleAt) : value);
}

/** Transposes the 4×4 floats whose rows lie `step` apart at `source` to rows `targetStep` apart at `target`. */
// @ts-ignore: decorator
@inline
export function transpose4(source: usize, step: usize, target: usize, targetStep: usize): void {
  if (!ASC_FEATURE_SIMD) {
    for (let i: usize = 0; i < 4; i++) {
      for (let j: usize = 0; j < 4; j++) store<f32>(target + j * targetStep + (i << 2), load<f32>(source + i * step + (j << 2)));
    }
    return;
  }
  const a = v128.load(source), b = v128.load(source + step);
  const c = v128.load(source + 2 * step), d = v128.load(source + 3 * step);
  const p = v128.shuffle<f32>(a, b, 0, 4, 1, 5), q = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const r = v128.shuffle<f32>(c, d, 0, 4, 1, 5), s = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(target, v128.shuffle<f64>(p, r, 0, 2));
  v128.store(target + targetStep, v128.shuffle<f64>(p, r, 1, 3));
  v128.store(target + 2 * targetStep, v128.shuffle<f64>(q, s, 0, 2));
  v128.store(target + 3 * targetStep, v128.shuffle<f64>(q, s, 1, 3));
}
