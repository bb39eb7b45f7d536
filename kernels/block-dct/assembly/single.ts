import {
  C_BLOCKS, C_BLOCKS_PER_ROW, C_HEIGHT, C_LEFT, C_SCALE, C_SEGMENT_COUNT, C_SEGMENTS, C_TOP, C_WIDTH,
  SEGMENT_BLOCK, SEGMENT_WORDS,
} from '../../wasm/layout';
import { EXPONENT, unite } from '../../wasm/assembly/epilogue';
import { aan8, transpose4 } from './aan';

/**
 * Block DCT of one picture, times the quantisation table: x[block·64 + u·8 + v], u the horizontal and v the vertical
 * frequency. Blocks that no neuron uses are skipped; for all-zero blocks only `active[block] = 0` is written.
 *
 * Returns whether all pixels are known to be finite. `padded`: blocksPerRow·8 × blocksPerColumn·8 floats, zero around
 * the picture. `temporary`: 128 floats.
 */
export function blockDctSingle(
  node: usize, input: usize, padded: usize, temporary: usize, x: usize, active: usize,
): bool {
  const stride = (<usize>load<u32>(node, C_BLOCKS_PER_ROW << 2)) << 5;
  const finite = copyPicture(node, input, padded, stride);
  const scale: usize = load<u32>(node, C_SCALE << 2);
  const blocksPerRow = load<u32>(node, C_BLOCKS_PER_ROW << 2);
  let segment: usize = load<u32>(node, C_SEGMENTS << 2);
  const end = segment + (<usize>load<u32>(node, C_SEGMENT_COUNT << 2)) * (SEGMENT_WORDS << 2);
  let last: u32 = u32.MAX_VALUE;
  for (; segment < end; segment += SEGMENT_WORDS << 2) {
    const block = load<u32>(segment, SEGMENT_BLOCK << 2);
    if (block == last) continue;
    last = block;
    const down = block / blocksPerRow;
    const source = padded + (<usize>down << 3) * stride + ((<usize>(block - down * blocksPerRow)) << 5);
    if (isZero(source, stride)) {
      store<u8>(active + block, 0);
      continue;
    }
    store<u8>(active + block, 1);
    transformBlock(source, stride, temporary, x + (<usize>block << 8), scale);
  }
  return finite;
}

function transformBlock(source: usize, stride: usize, temporary: usize, x: usize, scale: usize): void {
  const turned = temporary + 256;
  aan8(source, stride, temporary, 32, false, 0, 0);
  aan8(source + 16, stride, temporary + 16, 32, false, 0, 0);
  transpose4(temporary, 32, turned, 32);
  transpose4(temporary + 16, 32, turned + 128, 32);
  transpose4(temporary + 128, 32, turned + 16, 32);
  transpose4(temporary + 144, 32, turned + 144, 32);
  aan8(turned, 32, x, 32, true, scale, 32);
  aan8(turned + 16, 32, x + 16, 32, true, scale + 16, 32);
}

/** Coefficients taken from a JPEG: x = table · coefficient, from natural order to u·8 + v. */
export function takeCoefficients(node: usize, input: usize, table: usize, x: usize, active: usize): void {
  const blocks = load<u32>(node, C_BLOCKS << 2);
  for (let block: u32 = 0; block < blocks; block++) {
    const source = input + (<usize>block << 8);
    const target = x + (<usize>block << 8);
    for (let quad: usize = 0; quad < 4; quad++) {
      const down = (quad >> 1) << 7, across = (quad & 1) << 4;
      transpose4(source + down + across, 32, target + (across << 3) + (down >> 3), 32);
    }
    let any: u32 = 0;
    for (let i: usize = 0; i < 256; i += 4) {
      any |= load<u32>(source + i);
      store<f32>(target + i, load<f32>(target + i) * load<f32>(table + i));
    }
    store<u8>(active + block, any ? 1 : 0);
  }
}

/** Returns whether all pixels are known to be finite. */
function copyPicture(node: usize, input: usize, padded: usize, stride: usize): bool {
  const width: usize = load<u32>(node, C_WIDTH << 2);
  const height: usize = load<u32>(node, C_HEIGHT << 2);
  let target = padded + (<usize>load<u32>(node, C_TOP << 2)) * stride +
    ((<usize>load<u32>(node, C_LEFT << 2)) << 2);
  const whole = (width & ~3) << 2;
  let bits: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    let union = i32x4.splat(0);
    for (let row: usize = 0; row < height; row++) {
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const pixels = v128.load(input + at);
        union = v128.or(union, pixels);
        v128.store(target + at, pixels);
      }
      for (; at < width << 2; at += 4) bits |= copyPixel(input + at, target + at);
      input += width << 2;
      target += stride;
    }
    bits |= unite(union);
  } else {
    for (let row: usize = 0; row < height; row++) {
      for (let at: usize = 0; at < width << 2; at += 4) bits |= copyPixel(input + at, target + at);
      input += width << 2;
      target += stride;
    }
  }
  return (bits & EXPONENT) != EXPONENT;
}

// @ts-ignore: decorator
@inline
function copyPixel(source: usize, target: usize): u32 {
  const pixel = load<u32>(source);
  store<u32>(target, pixel);
  return pixel;
}

/** Whether 8 rows of 8 floats are all +0. */
// @ts-ignore: decorator
@inline
function isZero(source: usize, stride: usize): bool {
  if (!ASC_FEATURE_SIMD) {
    let bits: u64 = 0;
    for (let row = 0; row < 8; row++, source += stride) {
      bits |= load<u64>(source) | load<u64>(source, 8) | load<u64>(source, 16) | load<u64>(source, 24);
    }
    return !bits;
  }
  let any = v128.or(v128.load(source), v128.load(source, 16));
  for (let row = 1; row < 8; row++) {
    source += stride;
    any = v128.or(any, v128.or(v128.load(source), v128.load(source, 16)));
  }
  return !v128.any_true(any);
}
