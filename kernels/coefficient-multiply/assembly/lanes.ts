import { LINE } from '../../wasm/assembly/sizes';

/**
 * Sums of one run of entries for all lanes of a line, 6 vectors: with 8, the compiler of V8 has no register left for one of
 * them, and a turn takes 8 cycles instead of 3 (docs/performance.md).
 * `sum = Σ lines[plus] - Σ lines[minus] + Σ value · lines[other]`.
 * `indices`: u16 line of each entry; `values`: i8 of the others. Writes a line to `sum`.
 */
export function sumFloat(
  lines: usize, indices: usize, plus: usize, minus: usize, other: usize, values: usize, sum: usize,
): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
  let end = indices + (plus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = f32x4.add(a0, v128.load(x));
    a1 = f32x4.add(a1, v128.load(x, 16));
    a2 = f32x4.add(a2, v128.load(x, 32));
    a3 = f32x4.add(a3, v128.load(x, 48));
    a4 = f32x4.add(a4, v128.load(x, 64));
    a5 = f32x4.add(a5, v128.load(x, 80));
  }
  end = indices + (minus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = f32x4.sub(a0, v128.load(x));
    a1 = f32x4.sub(a1, v128.load(x, 16));
    a2 = f32x4.sub(a2, v128.load(x, 32));
    a3 = f32x4.sub(a3, v128.load(x, 48));
    a4 = f32x4.sub(a4, v128.load(x, 64));
    a5 = f32x4.sub(a5, v128.load(x, 80));
  }
  end = indices + (other << 1);
  for (; indices < end; indices += 2, values++) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    const w = f32x4.splat(<f32>load<i8>(values));
    a0 = f32x4.add(a0, f32x4.mul(w, v128.load(x)));
    a1 = f32x4.add(a1, f32x4.mul(w, v128.load(x, 16)));
    a2 = f32x4.add(a2, f32x4.mul(w, v128.load(x, 32)));
    a3 = f32x4.add(a3, f32x4.mul(w, v128.load(x, 48)));
    a4 = f32x4.add(a4, f32x4.mul(w, v128.load(x, 64)));
    a5 = f32x4.add(a5, f32x4.mul(w, v128.load(x, 80)));
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
}

/** The same in int16, 48 images a line; sums are exact as long as they stay within 16 bits. */
export function sumInt16(
  lines: usize, indices: usize, plus: usize, minus: usize, other: usize, values: usize, sum: usize,
): void {
  let a0 = i16x8.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0;
  let end = indices + (plus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = i16x8.add(a0, v128.load(x));
    a1 = i16x8.add(a1, v128.load(x, 16));
    a2 = i16x8.add(a2, v128.load(x, 32));
    a3 = i16x8.add(a3, v128.load(x, 48));
    a4 = i16x8.add(a4, v128.load(x, 64));
    a5 = i16x8.add(a5, v128.load(x, 80));
  }
  end = indices + (minus << 1);
  for (; indices < end; indices += 2) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    a0 = i16x8.sub(a0, v128.load(x));
    a1 = i16x8.sub(a1, v128.load(x, 16));
    a2 = i16x8.sub(a2, v128.load(x, 32));
    a3 = i16x8.sub(a3, v128.load(x, 48));
    a4 = i16x8.sub(a4, v128.load(x, 64));
    a5 = i16x8.sub(a5, v128.load(x, 80));
  }
  end = indices + (other << 1);
  for (; indices < end; indices += 2, values++) {
    const x = lines + (<usize>load<u16>(indices)) * LINE;
    const w = i16x8.splat(<i16>load<i8>(values));
    a0 = i16x8.add(a0, i16x8.mul(w, v128.load(x)));
    a1 = i16x8.add(a1, i16x8.mul(w, v128.load(x, 16)));
    a2 = i16x8.add(a2, i16x8.mul(w, v128.load(x, 32)));
    a3 = i16x8.add(a3, i16x8.mul(w, v128.load(x, 48)));
    a4 = i16x8.add(a4, i16x8.mul(w, v128.load(x, 64)));
    a5 = i16x8.add(a5, i16x8.mul(w, v128.load(x, 80)));
  }
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
}
