import { aan8 } from '../../block-dct/assembly/aan';
import { addedTo } from '../../conv2d/assembly/numbers';
import { copyRow, copyToPhases, storeFirst } from '../../conv2d/assembly/rows';
import { inverseAan8 } from './inverse-aan';

/**
 * Feature maps, transformed over runs of 8 channels (aan8, without its factors), to zero-padded planes as `convPlanes` lays them; channels
 * that the last run lacks are zero. `rows`: work memory for 16 rows of `width` floats, rounded up to whole vectors.
 */
export function dctPlanes(
  input: usize, planes: usize, room: usize, images: usize, channels: usize, height: usize, width: usize, top: usize, left: usize,
  down: usize, across: usize, planeRows: usize, pitch: usize, rows: usize,
): void {
  const plane = planeRows * pitch << 2, phases = down * across;
  const map = height * width << 2, line = (width + 3) >> 2 << 4;
  const lacking = rows + 8 * line;
  for (let phase: usize = 0; phase < ((channels + 7) >> 3 << 3) * phases; phase++) memory.fill(planes + phase * room, 0, images * plane);
  for (let image: usize = 0; image < images; image++) {
    for (let first: usize = 0; first < channels; first += 8) {
      const base = planes + first * phases * room + image * plane;
      const count = min<usize>(channels - first, 8);
      let row = top / down, rest = top % down;
      for (let y: usize = 0; y < height; y++) {
        let from = input + first * map + y * (width << 2), step = map;
        if (count < 8) {
          for (let k: usize = 0; k < 8; k++) {
            if (k < count) copyRow(from + k * map, lacking + k * line, width);
            else memory.fill(lacking + k * line, 0, line);
          }
          from = lacking;
          step = line;
        }
        for (let x: usize = 0; x < line; x += 16) aan8(from + x, step, rows + x, line, false, 0, 0);
        const to = base + rest * across * room + (row * pitch << 2);
        for (let k: usize = 0; k < 8; k++) copyToPhases(rows + k * line, to + k * phases * room, room, width, left, across);
        if (++rest == down) {
          rest = 0;
          row++;
        }
      }
    }
    input += channels * map;
  }
}

/**
 * Sums over the nonzeros of each row, 24 pixels in the lanes at a time: sum[f][q] = Σ weight·planes[offset + q]. `rowEnd`: a word per row,
 * the nonzeros up to its end; `nonzeros`: pairs of an offset in bytes and a float; `step` pixels, a multiple of 8.
 *
 * Six sums, since with eight V8 keeps two in memory (docs/lab/convolutions.md); all rows for the same pixels, so that what they read stays
 * in the first-level cache.
 */
export function multiplyNonzeros(
  planes: usize, nonzeros: usize, rowEnd: usize, sums: usize, rows: usize, step: usize,
): void {
  const line = step << 2, lastRow = rowEnd + (rows << 2);
  let q: usize = 0;
  for (; q + 96 <= line; q += 96) multiplyStrip(6, planes + q, nonzeros, rowEnd, lastRow, sums + q, line);
  for (; q + 64 <= line; q += 64) multiplyStrip(4, planes + q, nonzeros, rowEnd, lastRow, sums + q, line);
  if (q < line) multiplyStrip(2, planes + q, nonzeros, rowEnd, lastRow, sums + q, line);
}

/** All rows for so many vectors of pixels: 2, 4 or 6, a constant. */
// @ts-ignore: decorator
@inline
function multiplyStrip(
  vectors: i32, planes: usize, nonzeros: usize, rowEnd: usize, lastRow: usize, to: usize, line: usize,
): void {
  let at = nonzeros;
  for (let row = rowEnd; row < lastRow; row += 4, to += line) {
    const end = nonzeros + (<usize>load<u32>(row) << 3);
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
    for (; at < end; at += 8) {
      const from = planes + <usize>load<u32>(at);
      const w = v128.load32_splat(at, 4);
      s0 = f32x4.add(s0, f32x4.mul(w, v128.load(from)));
      s1 = f32x4.add(s1, f32x4.mul(w, v128.load(from, 16)));
      if (vectors > 2) {
        s2 = f32x4.add(s2, f32x4.mul(w, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(w, v128.load(from, 48)));
      }
      if (vectors > 4) {
        s4 = f32x4.add(s4, f32x4.mul(w, v128.load(from, 64)));
        s5 = f32x4.add(s5, f32x4.mul(w, v128.load(from, 80)));
      }
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    if (vectors > 2) {
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
    }
    if (vectors > 4) {
      v128.store(to, s4, 64);
      v128.store(to, s5, 80);
    }
  }
}

/**
 * Runs of 8 rows of sums, transformed back (inverseAan8), to maps: max(least, scale[o]·x[o] + bias[o] + what lies `ahead` bytes on); 0 adds nothing. `step`: bytes from a row of sums to
 * the next; `pitch`: bytes from a row of pixels to the next.
 */
export function inverseDctMaps(
  sums: usize, step: usize, scale: usize, bias: usize, least: f32, output: usize, outputs: usize, rows: usize, columns: usize,
  pitch: usize, work: usize, ahead: usize,
): void {
  const map = rows * columns << 2, low = f32x4.splat(least);
  for (let first: usize = 0; first < outputs; first += 8, sums += step << 3) {
    const count = min<usize>(outputs - first, 8);
    for (let row: usize = 0; row < rows; row++) {
      for (let x: usize = 0; x < columns; x += 4) {
        inverseAan8(sums + row * pitch + (x << 2), step, work);
        let to = output + first * map + ((row * columns + x) << 2);
        for (let k: usize = 0; k < count; k++, to += map) {
          const at = (first + k) << 2;
          const value = f32x4.add(f32x4.mul(v128.load(work + (k << 4)), v128.load32_splat(scale + at)), v128.load32_splat(bias + at));
          storeFirst(to, addedTo(value, to, ahead, low), min<usize>(columns - x, 4));
        }
      }
    }
  }
}
