import { C_BASIS, C_BLOCK_LINES, C_LINE_PLACES, C_SCALE } from '../../wasm/layout';
import { LINE } from '../../wasm/assembly/sizes';
import { aan8 } from '../../block-dct/assembly/aan';

/**
 * 8-point DCT of runs of 8 input lines; frequencies that no row uses are skipped. `input`: one line per input,
 * padded with zeros to whole runs. `temporary`: 128 bytes.
 */
export function runDctLanes(node: usize, input: usize, runs: usize, temporary: usize, lines: usize): void {
  const ranges: usize = load<u32>(node, C_BLOCK_LINES << 2);
  const places: usize = load<u32>(node, C_LINE_PLACES << 2);
  const scale: usize = load<u32>(node, C_SCALE << 2);
  for (let run: usize = 0; run < runs; run++) {
    const first: usize = load<u16>(ranges + (run << 1)), end: usize = load<u16>(ranges + (run << 1), 2);
    if (first == end) continue;
    const source = input + run * 8 * LINE;
    for (let lane: usize = 0; lane < LINE; lane += 16) {
      aan8(source + lane, LINE, temporary, 16, true, scale, 16);
      for (let line = first; line < end; line++) {
        v128.store(lines + line * LINE + lane, v128.load(temporary + ((<usize>load<u8>(places + line)) << 4)));
      }
    }
  }
}

/** Inverse 8-point DCT of 8 lines z to 8 lines y. */
export function inverseRunDctLanes(node: usize, z: usize, y: usize): void {
  const basis: usize = load<u32>(node, C_BASIS << 2);
  for (let lane: usize = 0; lane < LINE; lane += 16) {
    for (let i: usize = 0; i < 8; i++) {
      let sum = f32x4.splat(0);
      for (let v: usize = 0; v < 8; v++) {
        const factor = v128.load32_splat(basis + (v << 5) + (i << 2));
        sum = f32x4.add(sum, f32x4.mul(factor, v128.load(z + v * LINE + lane)));
      }
      v128.store(y + i * LINE + lane, sum);
    }
  }
}
