import { atLeast } from '../../clip/assembly/bounds';
import { storeFirst } from './rows';

/**
 * One output per channel: output[c][y][x] = max(least, bias[c] + Σ weight[c][t]·plane[c][offset[t] + y·pitch + x]), rows and maps one
 * after another. `room`: bytes from the plane of a channel to the next one's.
 */
export function depthwise(
  plane: usize, room: usize, channels: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, rows: usize,
  columns: usize, pitch: usize, least: f32,
): void {
  const end = offsets + (taps << 2), low = f32x4.splat(least);
  for (; channels > 0; channels--) {
    const start = v128.load32_splat(bias);
    const ahead = weights - offsets;
    let line = plane;
    for (let row = rows; row > 0; row--, line += pitch) {
      let x: usize = columns, from = line, to = output;
      for (; x >= 16; x -= 16, from += 64, to += 64) {
        let s0 = start, s1 = start, s2 = start, s3 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = from + <usize>load<u32>(offset);
          const w = v128.load32_splat(offset + ahead);
          s0 = f32x4.add(s0, f32x4.mul(w, v128.load(at)));
          s1 = f32x4.add(s1, f32x4.mul(w, v128.load(at, 16)));
          s2 = f32x4.add(s2, f32x4.mul(w, v128.load(at, 32)));
          s3 = f32x4.add(s3, f32x4.mul(w, v128.load(at, 48)));
        }
        v128.store(to, atLeast(s0, low));
        v128.store(to, atLeast(s1, low), 16);
        v128.store(to, atLeast(s2, low), 32);
        v128.store(to, atLeast(s3, low), 48);
      }
      for (; x > 4; x -= min<usize>(x, 8), from += 32, to += 32) {
        let s0 = start, s1 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = from + <usize>load<u32>(offset);
          const w = v128.load32_splat(offset + ahead);
          s0 = f32x4.add(s0, f32x4.mul(w, v128.load(at)));
          s1 = f32x4.add(s1, f32x4.mul(w, v128.load(at, 16)));
        }
        v128.store(to, atLeast(s0, low));
        storeFirst(to + 16, atLeast(s1, low), min<usize>(x - 4, 4));
      }
      if (x > 0) {
        let s0 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(offset + ahead), v128.load(from + <usize>load<u32>(offset))));
        }
        storeFirst(to, atLeast(s0, low), x);
      }
      output += columns << 2;
    }
    plane += room;
    weights += taps << 2;
    bias += 4;
  }
}
