import {
  C_COMBINATIONS, C_COMBINED, C_LINE_COUNT, COMBINATION_A, COMBINATION_B, COMBINATION_BYTES, COMBINATION_FIRST, COMBINATION_SECOND,
} from '../../wasm/layout';
import { LINE } from '../../wasm/assembly/sizes';

/**
 * Sums of one run of entries for all lanes of a line: `sum = Σ lines[plus] - Σ lines[minus] + Σ value · lines[other]`.
 * T is f32 (24 images per line) or i16 (48; sums are exact while they fit in 16 bits). A line is 6 vectors: with 8,
 * V8 runs out of registers and spills one, and an iteration takes 8 cycles instead of 3 (docs/lab/wasm-kernels.md).
 *
 * `indices`: u16 line of each entry; `values`: i8 of the others. Writes one line to `sum`.
 */
export function sumEntries<T>(
  lines: usize, indices: usize, plus: usize, minus: usize, other: usize, values: usize, sum: usize,
): void {
  let a0 = v128.splat<T>(<T>0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
  let end = indices + (plus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = v128.add<T>(a0, v128.load(x));
    a1 = v128.add<T>(a1, v128.load(x, 16));
    a2 = v128.add<T>(a2, v128.load(x, 32));
    a3 = v128.add<T>(a3, v128.load(x, 48));
    a4 = v128.add<T>(a4, v128.load(x, 64));
    a5 = v128.add<T>(a5, v128.load(x, 80));
  }
  end = indices + (minus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = v128.sub<T>(a0, v128.load(x));
    a1 = v128.sub<T>(a1, v128.load(x, 16));
    a2 = v128.sub<T>(a2, v128.load(x, 32));
    a3 = v128.sub<T>(a3, v128.load(x, 48));
    a4 = v128.sub<T>(a4, v128.load(x, 64));
    a5 = v128.sub<T>(a5, v128.load(x, 80));
  }
  end = indices + (other << 1);
  for (; indices < end; indices += 2, values++) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    const w = v128.splat<T>(<T>load<i8>(values));
    a0 = v128.add<T>(a0, v128.mul<T>(w, v128.load(x)));
    a1 = v128.add<T>(a1, v128.mul<T>(w, v128.load(x, 16)));
    a2 = v128.add<T>(a2, v128.mul<T>(w, v128.load(x, 32)));
    a3 = v128.add<T>(a3, v128.mul<T>(w, v128.load(x, 48)));
    a4 = v128.add<T>(a4, v128.mul<T>(w, v128.load(x, 64)));
    a5 = v128.add<T>(a5, v128.mul<T>(w, v128.load(x, 80)));
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
}

/** Computes the lines that combine two others and appends them to those of the columns. T as above. */
export function combineLines<T>(node: usize, lines: usize): void {
  let record: usize = load<u32>(node, C_COMBINATIONS << 2);
  const combined: usize = load<u32>(node, C_COMBINED << 2);
  const end = record + combined * COMBINATION_BYTES;
  let target = lines + (<usize>load<u32>(node, C_LINE_COUNT << 2) - combined) * LINE;
  for (; record < end; record += COMBINATION_BYTES, target += LINE) {
    const first = lines + <usize>load<u16>(record, COMBINATION_FIRST) * LINE;
    const second = lines + <usize>load<u16>(record, COMBINATION_SECOND) * LINE;
    const a = v128.splat<T>(<T>load<i8>(record, COMBINATION_A)), b = v128.splat<T>(<T>load<i8>(record, COMBINATION_B));
    for (let lane: usize = 0; lane < LINE; lane += 16) {
      v128.store(
        target + lane,
        v128.add<T>(v128.mul<T>(a, v128.load(first + lane)), v128.mul<T>(b, v128.load(second + lane))),
      );
    }
  }
}
