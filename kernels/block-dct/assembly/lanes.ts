import {
  C_BLOCK_LINES, C_BLOCK_MASKS, C_BLOCKS, C_BLOCKS_PER_ROW, C_HEIGHT, C_LEFT, C_LINE_PLACES, C_SCALE, C_TOP, C_WIDTH,
  NODE_IN, WORK_LANE_BLOCKS, WORK_LANE_ROW, WORK_LINES,
} from '../../wasm/layout';
import { ROUNDING_SHIFT } from '../../wasm/assembly/rounding';
import { LINE } from '../../wasm/assembly/sizes';
import { aan8, transpose4 } from './aan';

/**
 * Block DCT of `count` pictures, four at once, one per lane: line l holds coefficient l of all images side by side,
 * times the quantisation table (and times `factor`, rounded, for int16). Frequencies that no neuron uses are skipped.
 * Returns the union of the bits of all inputs.
 */
export function blockDctLanes(node: usize, work: usize, input: usize, count: usize, int16: bool, factor: f32): v128 {
  let bits = i32x4.splat(0);
  const size: usize = load<u32>(node, NODE_IN << 2);
  for (let image: usize = 0; image < count; image += 4) {
    // Lanes beyond the last image repeat it: their results are never read.
    const last = count - 1;
    bits = v128.or(bits, fourPictures(
      node, work,
      input + ((image * size) << 2),
      input + ((min(image + 1, last) * size) << 2),
      input + ((min(image + 2, last) * size) << 2),
      input + ((min(image + 3, last) * size) << 2),
      <usize>load<u32>(work, WORK_LINES << 2) + (image << (int16 ? 1 : 2)),
      int16, factor,
    ));
  }
  return bits;
}

function fourPictures(
  node: usize, work: usize, p0: usize, p1: usize, p2: usize, p3: usize, lines: usize, int16: bool, factor: f32,
): v128 {
  let bits = i32x4.splat(0);
  const width: usize = load<u32>(node, C_WIDTH << 2);
  const top = load<i32>(node, C_TOP << 2);
  const height = load<i32>(node, C_HEIGHT << 2);
  const across: usize = load<u32>(node, C_BLOCKS_PER_ROW << 2);
  const down = load<u32>(node, C_BLOCKS << 2) / <u32>across;
  const row: usize = load<u32>(work, WORK_LANE_ROW << 2);
  const blocks: usize = load<u32>(work, WORK_LANE_BLOCKS << 2);
  const pixels = row + ((<usize>load<u32>(node, C_LEFT << 2)) << 4);
  for (let blockRow: u32 = 0; blockRow < down; blockRow++) {
    // The first vector of a block's eight rows is zero if all of them are.
    const filled = blocks + (across << 10);
    for (let block: usize = 0; block < across; block++) store<u32>(filled + (block << 2), 0);
    for (let r = 0; r < 8; r++) {
      const y = <i32>(blockRow << 3) + r - top;
      const inside = y >= 0 && y < height;
      if (inside) {
        const offset = ((<usize>y) * width) << 2;
        bits = v128.or(bits, turnRow(p0 + offset, p1 + offset, p2 + offset, p3 + offset, width, pixels));
      }
      for (let block: usize = 0; block < across; block++) {
        const source = row + (block << 7);
        const target = blocks + (block << 10) + ((<usize>r) << 7);
        if (inside && anyOfEight(source)) {
          aan8(source, 16, target, 16, false, 0, 0);
          store<u32>(filled + (block << 2), 1);
        } else {
          for (let u: usize = 0; u < 128; u += 16) v128.store(target + u, f32x4.splat(0));
        }
      }
    }
    for (let block: usize = 0; block < across; block++) {
      columns(
        node, <usize>blockRow * across + block, blocks + (block << 10), load<u32>(filled + (block << 2)) != 0,
        lines, int16, factor,
      );
    }
  }
  return bits;
}

/**
 * One row of four pictures: pixel after pixel, the four images of each side by side. Returns the union of their bits.
 */
// @ts-ignore: decorator
@inline
function turnRow(p0: usize, p1: usize, p2: usize, p3: usize, width: usize, pixels: usize): v128 {
  let bits = i32x4.splat(0);
  const whole = (width & ~3) << 2;
  let x: usize = 0;
  for (; x < whole; x += 16) {
    const a = v128.load(p0 + x), b = v128.load(p1 + x), c = v128.load(p2 + x), d = v128.load(p3 + x);
    const target = pixels + (x << 2);
    const any = v128.or(v128.or(a, b), v128.or(c, d));
    if (!v128.any_true(any)) {
      v128.store(target, a);
      v128.store(target, a, 16);
      v128.store(target, a, 32);
      v128.store(target, a, 48);
      continue;
    }
    bits = v128.or(bits, any);
    const p = v128.shuffle<f32>(a, b, 0, 4, 1, 5), q = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const r = v128.shuffle<f32>(c, d, 0, 4, 1, 5), s = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f64>(p, r, 0, 2));
    v128.store(target, v128.shuffle<f64>(p, r, 1, 3), 16);
    v128.store(target, v128.shuffle<f64>(q, s, 0, 2), 32);
    v128.store(target, v128.shuffle<f64>(q, s, 1, 3), 48);
  }
  for (; x < width << 2; x += 4) {
    const target = pixels + (x << 2);
    store<f32>(target, load<f32>(p0 + x));
    store<f32>(target, load<f32>(p1 + x), 4);
    store<f32>(target, load<f32>(p2 + x), 8);
    store<f32>(target, load<f32>(p3 + x), 12);
    bits = v128.or(bits, v128.load(target));
  }
  return bits;
}

// @ts-ignore: decorator
@inline
function anyOfEight(source: usize): bool {
  const a = v128.or(v128.load(source), v128.load(source, 16));
  const b = v128.or(v128.load(source, 32), v128.load(source, 48));
  const c = v128.or(v128.load(source, 64), v128.load(source, 80));
  const d = v128.or(v128.load(source, 96), v128.load(source, 112));
  return v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)));
}

/** The second pass of a block, and its lines. */
function columns(
  node: usize, block: usize, rows: usize, filled: bool, lines: usize, int16: bool, factor: f32,
): void {
  const ranges = <usize>load<u32>(node, C_BLOCK_LINES << 2) + (block << 1);
  const first: usize = load<u16>(ranges), end: usize = load<u16>(ranges, 2);
  if (first == end) return;
  let target = lines + first * LINE;
  if (!filled) {
    for (let line = first; line < end; line++, target += LINE) {
      if (int16) store<u64>(target, 0);
      else v128.store(target, f32x4.splat(0));
    }
    return;
  }
  const mask = load<u8>(<usize>load<u32>(node, C_BLOCK_MASKS << 2) + block);
  for (let u: usize = 0; u < 8; u++) {
    // In place: column u of the eight rows.
    if ((mask >> <u8>u) & 1) aan8(rows + (u << 4), 128, rows + (u << 4), 128, false, 0, 0);
  }
  const places: usize = load<u32>(node, C_LINE_PLACES << 2);
  const scale: usize = load<u32>(node, C_SCALE << 2);
  if (int16) {
    const f = f32x4.splat(factor), shift = f32x4.splat(ROUNDING_SHIFT);
    for (let line = first; line < end; line++, target += LINE) {
      const place: usize = load<u8>(places + line);
      const value = f32x4.mul(v128.load(rows + at(place)), v128.load32_splat(scale + (place << 2)));
      const whole = f32x4.add(f32x4.mul(value, f), shift);
      v128.store64_lane(target, i8x16.shuffle(whole, whole, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13), 0);
    }
  } else {
    for (let line = first; line < end; line++, target += LINE) {
      const place: usize = load<u8>(places + line);
      v128.store(target, f32x4.mul(v128.load(rows + at(place)), v128.load32_splat(scale + (place << 2))));
    }
  }
}

/** Where coefficient u·8 + v of a block lies: row v, column u, 16 bytes each. */
// @ts-ignore: decorator
@inline
function at(place: usize): usize {
  return ((place & 7) << 7) + ((place >> 3) << 4);
}
