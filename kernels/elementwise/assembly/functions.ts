import { atLeast, atMost } from '../../clip/assembly/bounds';

// Functions of four floats at once that activations are made of. Their constants lie in memory: V8 loads one into all lanes by one
// instruction, and makes three of a constant in the code, wherever it is used.

const ONE = memory.data<f32>([1]);
const TWO = memory.data<f32>([2]);
const HALF = memory.data<f32>([0.5]);
const LOG2_E = memory.data<f32>([1.44269504088896341]);
/** ln 2 in two parts, so that n·ln 2 is exact to more than float32 (Cody and Waite). */
const LN2_HIGH = memory.data<f32>([0.693359375]);
const LN2_LOW = memory.data<f32>([-2.12194440e-4]);

/** Where exp leaves float32, or its reciprocal does. */
const EXP_RANGE = memory.data<f32>([-87.3, 88.3]);
const EXP = memory.data<f32>([
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
]);

const LEAST_NORMAL = memory.data<f32>([1.17549435e-38]);
const ROOT_HALF = memory.data<f32>([0.707106781186547524]);
const LOG = memory.data<f32>([
  7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
]);
const ARTANH = memory.data<f32>([1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1]);

const SMALL_TANH = memory.data<f32>([0.625]);
const TANH = memory.data<f32>([-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1]);

const ERF_RANGE = memory.data<f32>([-4, 4]);
const ERF_ABOVE = memory.data<f32>([
  -2.72614225801306e-10, 2.77068142495902e-8, -2.10102402082508e-6, -5.69250639462346e-5, -7.34990630326855e-4,
  -2.954599808540250e-3, -1.60960333262415e-2,
]);
const ERF_BELOW = memory.data<f32>([
  -1.45660718464996e-5, -2.13374055278905e-4, -1.68282697438203e-3, -7.37332916720468e-3, -1.42647390514189e-2,
]);

/** A number of a table, in all lanes. */
// @ts-ignore: decorator
@inline
function all(table: usize, index: usize = 0): v128 {
  return v128.load32_splat(table + (index << 2));
}

/** The polynomial whose coefficients a table has, the highest power's first. */
// @ts-ignore: decorator
@inline
function polynomial(table: usize, count: usize, x: v128): v128 {
  let p = all(table);
  for (let at: usize = 1; at < count; at++) p = f32x4.add(f32x4.mul(p, x), all(table, at));
  return p;
}

/** exp(x) to about 1 ulp: x = n·ln 2 + r, a polynomial for exp(r) (Cephes expf), 2^n by the exponent's bits. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = atMost(atLeast(x, all(EXP_RANGE)), all(EXP_RANGE, 1));
  const n = f32x4.nearest(f32x4.mul(x, all(LOG2_E)));
  let r = f32x4.sub(x, f32x4.mul(n, all(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(n, all(LN2_LOW)));
  let p = polynomial(EXP, 6, r);
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, all(ONE)));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** log(x) to about 1 ulp (Cephes logf): x = 2^n·m, m from √½ to √2, a polynomial for log(m). NaN below 0. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const bits = atLeast(x, all(LEAST_NORMAL));
  let m = v128.or(v128.and(bits, i32x4.splat(0x7fffff)), i32x4.splat(0x3f000000));
  let n = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(bits, 23), i32x4.splat(126)));
  const isSmall = f32x4.lt(m, all(ROOT_HALF));
  n = f32x4.sub(n, v128.and(isSmall, all(ONE)));
  m = f32x4.sub(f32x4.add(m, v128.and(isSmall, m)), all(ONE));
  const z = f32x4.mul(m, m);
  let p = f32x4.mul(f32x4.mul(polynomial(LOG, 9, m), m), z);
  p = f32x4.add(p, f32x4.mul(n, all(LN2_LOW)));
  p = f32x4.sub(p, f32x4.mul(z, all(HALF)));
  const result = f32x4.add(f32x4.add(m, p), f32x4.mul(n, all(LN2_HIGH)));
  const zero = f32x4.splat(0);
  const orInfinite = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(x, zero));
  return v128.or(orInfinite, f32x4.lt(x, zero));
}

/** log(1 + e) for e from 0 to 1, to all digits: 2·artanh(s) by its series, s = e ÷ (2 + e) ≤ ⅓. */
// @ts-ignore: decorator
@inline
export function log1p4(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(all(TWO), e));
  return f32x4.mul(f32x4.add(s, s), polynomial(ARTANH, 7, f32x4.mul(s, s)));
}

/** 1 ÷ (1 + exp(−x)). */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(all(ONE), f32x4.add(all(ONE), exp4(f32x4.neg(x))));
}

/** tanh(x): a polynomial where |x| < 0.625 (Cephes tanhf), 1 − 2 ÷ (exp(2|x|) + 1) with the sign of x elsewhere. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x);
  const small = f32x4.add(f32x4.mul(f32x4.mul(polynomial(TANH, 5, z), z), x), x);
  const size = f32x4.abs(x);
  const e = exp4(f32x4.add(size, size));
  const large = f32x4.sub(all(ONE), f32x4.div(all(TWO), f32x4.add(e, all(ONE))));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.bitselect(small, v128.or(large, sign), f32x4.lt(size, all(SMALL_TANH)));
}

/** erf(x) by a rational function on [−4, 4], beyond which it is ±1 in float32 (Eigen's generic_fast_erf_float). */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  x = atMost(atLeast(x, all(ERF_RANGE)), all(ERF_RANGE, 1));
  const z = f32x4.mul(x, x);
  return f32x4.div(f32x4.mul(x, polynomial(ERF_ABOVE, 7, z)), polynomial(ERF_BELOW, 5, z));
}

/** The element that comes first of four. */
// @ts-ignore: decorator
@inline
export function first(x: v128): f32 {
  return f32x4.extract_lane(x, 0);
}
