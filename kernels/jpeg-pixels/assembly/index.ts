/**
 * Inverse DCT of 8-bit JPEG samples in 32-bit integers: the algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP 1989,
 * 12 multiplications per line) with constants of 13 fractional bits and 2 more bits of precision between the passes. These
 * are the choices of libjpeg's default ("islow"), so that the samples are the same to the bit. So are those of damaged
 * data, whose values leave their range: as in libjpeg-turbo's SIMD code (jidctint-sse2.asm), products and sums of two
 * inputs wrap at 16 bits, and values between the passes saturate at 16 bits.
 *
 * Compiled by tools/build-kernels.mjs into ../kernels-wasm.ts.
 */

/** 2^13 times the constants of the algorithm, rounded. */
const F_0_298: i32 = 2446, F_0_390: i32 = 3196, F_0_541: i32 = 4433, F_0_765: i32 = 6270;
const F_0_899: i32 = 7373, F_1_175: i32 = 9633, F_1_501: i32 = 12299, F_1_847: i32 = 15137;
const F_1_961: i32 = 16069, F_2_053: i32 = 16819, F_2_562: i32 = 20995, F_3_072: i32 = 25172;

/**
 * A row of blocks to samples.
 *
 * @param coefficients count × 64 quantised coefficients, 16 bits, natural order
 * @param quantization 64 entries, 16 bits unsigned, natural order
 * @param count blocks
 * @param samples 8 lines of 8 · count bytes
 * @param work 64 × 32 bits
 */
export function inverseDctRow(
  coefficients: usize, quantization: usize, count: i32, samples: usize, work: usize,
): void {
  const line = (<usize>count) << 3;
  for (let block = 0; block < count; block++) {
    const flat = isFlat(coefficients);
    for (let column: usize = 0; column < 8; column++) {
      if (flat) fill(work + (column << 2), <i16>(dequantized(coefficients + (column << 1), quantization + (column << 1)) << 2));
      else firstPass(coefficients + (column << 1), quantization + (column << 1), work + (column << 2));
    }
    for (let row: usize = 0; row < 8; row++) secondPass(work + (row << 5), samples + row * line);
    coefficients += 128;
    samples += 8;
  }
}

/** Mid-grey, and what rounds halves up where sums of float64 are a little below them. */
const HALF_UP: f64 = 128.5 + 1e-9;

/**
 * A row of blocks to size × size samples each, in float64: sums over frequencies in their order, rounded and clamped once.
 *
 * @param coefficients count × 64 quantised coefficients, 16 bits, natural order
 * @param quantization 64 entries, 16 bits unsigned, natural order
 * @param basis size × 8 float64: a sample by the frequencies
 * @param frequencies bit u for each frequency that counts
 * @param samples size lines of size · count bytes
 * @param work size × 8 float64
 */
export function scaledInverseDctRow(
  coefficients: usize, quantization: usize, basis: usize, frequencies: i32, count: i32, size: i32, samples: usize, work: usize,
): void {
  const line = count * size;
  const lineBytes = <usize>size << 6;
  for (const end = coefficients + (<usize>count << 7); coefficients < end; coefficients += 128, samples += size) {
    memory.fill(work, 0, lineBytes);
    let used = 0;
    for (let left = frequencies; left != 0; left &= left - 1) {
      const v = ctz(left);
      const row = coefficients + (<usize>v << 4);
      if ((load<u64>(row) | load<u64>(row, 8)) == 0) continue;
      for (let columns = frequencies; columns != 0; columns &= columns - 1) {
        const u = ctz(columns);
        const quantised = <i32>load<i16>(row + (<usize>u << 1));
        if (quantised == 0) continue;
        const coefficient = <f64>(quantised * <i32>load<u16>(quantization + (<usize>((v << 3) + u) << 1)));
        const column = work + (<usize>u << 3), factor = basis + (<usize>v << 3);
        for (let y: usize = 0; y < lineBytes; y += 64) {
          store<f64>(column + y, load<f64>(column + y) + load<f64>(factor + y) * coefficient);
        }
        used |= 1 << u;
      }
    }
    for (let y = 0; y < size; y++) {
      const columns = work + (<usize>y << 6), to = samples + y * line;
      for (let x = 0; x < size; x++) {
        const factor = basis + (<usize>x << 6);
        let sample = HALF_UP;
        for (let left = used; left != 0; left &= left - 1) {
          const u = <usize>ctz(left) << 3;
          sample += load<f64>(factor + u) * load<f64>(columns + u);
        }
        store<u8>(to + x, <u8>max<f64>(0, min<f64>(floor(sample), 255)));
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function dequantized(coefficients: usize, quantization: usize): i32 {
  return <i32>(<i16>(<i32>load<i16>(coefficients) * <i32>load<u16>(quantization)));
}

/** Whether all coefficients but those of vertical frequency 0 are zero. */
// @ts-ignore: decorator
@inline
function isFlat(coefficients: usize): bool {
  let all: u64 = 0;
  for (let at: usize = 16; at < 128; at += 8) all |= load<u64>(coefficients + at);
  return all == 0;
}

/** The same work value for each row of a column. */
// @ts-ignore: decorator
@inline
function fill(w: usize, level: i32): void {
  for (let row: usize = 0; row < 256; row += 32) store<i32>(w + row, level);
}

// @ts-ignore: decorator
@inline
function saturate(value: i32): i32 {
  return max<i32>(-32768, min<i32>(value, 32767));
}

/** One column, dequantised, to work values with 2 fractional bits. */
function firstPass(c: usize, q: usize, w: usize): void {
  const d0 = dequantized(c, q), d1 = dequantized(c + 16, q + 16);
  const d2 = dequantized(c + 32, q + 32), d3 = dequantized(c + 48, q + 48);
  const d4 = dequantized(c + 64, q + 64), d5 = dequantized(c + 80, q + 80);
  const d6 = dequantized(c + 96, q + 96), d7 = dequantized(c + 112, q + 112);
  if ((d1 | d2 | d3 | d4 | d5 | d6 | d7) == 0) {
    fill(w, saturate(d0 << 2));
    return;
  }
  transform(d0, d1, d2, d3, d4, d5, d6, d7);
  for (let i: usize = 0; i < 8; i++) store<i32>(w + (i << 5), saturate((outputOf(i) + (1 << 10)) >> 11));
}

/** One row of work values to samples, level shift undone, clamped. */
function secondPass(w: usize, samples: usize): void {
  transform(
    load<i32>(w), load<i32>(w, 4), load<i32>(w, 8), load<i32>(w, 12),
    load<i32>(w, 16), load<i32>(w, 20), load<i32>(w, 24), load<i32>(w, 28),
  );
  for (let i: usize = 0; i < 8; i++) {
    store<u8>(samples + i, clamp(((outputOf(i) + (1 << 17)) >> 18) + 128));
  }
}

// @ts-ignore: decorator
@inline
function clamp(value: i32): u8 {
  return <u8>max<i32>(0, min<i32>(value, 255));
}

/** Even and odd halves of the last transform: output i is even + odd, output 7 − i even − odd. */
let even0: i32 = 0, even1: i32 = 0, even2: i32 = 0, even3: i32 = 0;
let odd0: i32 = 0, odd1: i32 = 0, odd2: i32 = 0, odd3: i32 = 0;

// @ts-ignore: decorator
@inline
function outputOf(i: usize): i32 {
  switch (<i32>i) {
    case 0: return even0 + odd0;
    case 1: return even1 + odd1;
    case 2: return even2 + odd2;
    case 3: return even3 + odd3;
    case 4: return even3 - odd3;
    case 5: return even2 - odd2;
    case 6: return even1 - odd1;
    default: return even0 - odd0;
  }
}

/** 8 frequencies to the halves of 8 outputs, with 13 more fractional bits. */
// @ts-ignore: decorator
@inline
function transform(d0: i32, d1: i32, d2: i32, d3: i32, d4: i32, d5: i32, d6: i32, d7: i32): void {
  const rotated = (d2 + d6) * F_0_541;
  const low = rotated - d6 * F_1_847, high = rotated + d2 * F_0_765;
  const sum = <i32>(<i16>(d0 + d4)) << 13, difference = <i32>(<i16>(d0 - d4)) << 13;
  even0 = sum + high;
  even1 = difference + low;
  even2 = difference - low;
  even3 = sum - high;

  const s3 = <i32>(<i16>(d7 + d3)), s4 = <i32>(<i16>(d5 + d1));
  const shared = (s3 + s4) * F_1_175;
  const z1 = (d7 + d1) * -F_0_899, z2 = (d5 + d3) * -F_2_562;
  const z3 = shared - s3 * F_1_961, z4 = shared - s4 * F_0_390;
  odd0 = d1 * F_1_501 + z1 + z4;
  odd1 = d3 * F_3_072 + z2 + z3;
  odd2 = d5 * F_2_053 + z2 + z4;
  odd3 = d7 * F_0_298 + z1 + z3;
}
