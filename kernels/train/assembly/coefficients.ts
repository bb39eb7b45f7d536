/**
 * Elementwise training operations on coefficients. Arrays are in block order: blocks of 64, natural order inside;
 * `steps` and the like have 64 entries, one per position. n is a multiple of 64.
 */

/** values[i] = round(latent[i]) · steps[i mod 64], ties to even. */
export function dequantize(n: i32, latent: usize, steps: usize, values: usize): void {
  const end = latent + ((<usize>n) << 2);
  while (latent < end) {
    for (let k: usize = 0; k < 256; k += 16) {
      const rounded = f32x4.nearest(v128.load(latent + k));
      v128.store(values + k, f32x4.mul(rounded, v128.load(steps + k)));
    }
    latent += 256;
    values += 256;
  }
}

/**
 * One step of Adam on the latent coefficients, with a straight-through estimator for rounding. `gradient` is that of
 * the dequantised coefficients. The rate of a coefficient is weight[i] · log2(1 + 2·|latent|), and `lambda` the price
 * per bit:
 *
 *     g = gradient[i]·steps[k] + lambda·weight[i]·sign(latent)·(2 / ln 2) / (1 + 2·|latent|)
 *     m = m + (1 − β1)(g − m),  v = v + (1 − β2)(g² − v)
 *     latent = latent − rate·m / (√v·correction + ε)
 *
 * `rate` holds the learning rate with the first moment's bias correction in it, `correction` is the second's: 1/√(1 −
 * β2^t). Per position, adds Σ gradient·round(latent)·steps to `stepGradient`: the gradient of log(step).
 */
export function adamCoefficients(
  n: i32,
  latent: usize,
  first: usize,
  second: usize,
  gradient: usize,
  weight: usize,
  steps: usize,
  stepGradient: usize,
  lambda: f32,
  rate: f32,
  correction: f32,
  keepFirst: f32,
  keepSecond: f32,
  epsilon: f32,
): void {
  const signBit = i32x4.splat(0x80000000);
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const price = f32x4.splat(<f32>(<f64>lambda * 2.8853900817779268));
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const learnFirst = f32x4.splat(1 - keepFirst);
  const learnSecond = f32x4.splat(1 - keepSecond);
  const epsilons = f32x4.splat(epsilon);
  for (let start = 0; start < n; start += 64) {
    for (let k: usize = 0; k < 256; k += 16) {
      const at = ((<usize>start) << 2) + k;
      const c = v128.load(latent + at);
      const scaled = f32x4.mul(v128.load(gradient + at), v128.load(steps + k));
      const sign = v128.and(c, signBit);
      const pull = f32x4.div(
        f32x4.mul(price, v128.load(weight + at)),
        f32x4.add(one, f32x4.mul(two, f32x4.abs(c))),
      );
      const g = f32x4.add(scaled, v128.or(pull, sign));
      let m = v128.load(first + at);
      let v = v128.load(second + at);
      m = f32x4.add(m, f32x4.mul(learnFirst, f32x4.sub(g, m)));
      v = f32x4.add(v, f32x4.mul(learnSecond, f32x4.sub(f32x4.mul(g, g), v)));
      v128.store(first + at, m);
      v128.store(second + at, v);
      const size = f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons);
      v128.store(latent + at, f32x4.sub(c, f32x4.div(f32x4.mul(rates, m), size)));
      const share = f32x4.mul(scaled, f32x4.nearest(c));
      v128.store(stepGradient + k, f32x4.add(v128.load(stepGradient + k), share));
    }
  }
}
