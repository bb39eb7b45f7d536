import { DENSE_NARROW_PANELS, DENSE_WEIGHTS, DENSE_WIDE_PANELS, NODE_IN } from '../../wasm/layout';
import { clear } from '../../wasm/assembly/clear';

/**
 * z = W·x for one input in float32, zero inputs skipped. Weights in panels of 32 rows, then of 12:
 * [panel][column][row]. `list`: room for I entries of 8 bytes. `z`: padded to whole panels, written.
 */
export function denseSingle(node: usize, x: usize, list: usize, z: usize): void {
  const columns: usize = load<u32>(node, NODE_IN << 2);
  let weights: usize = load<u32>(node, DENSE_WEIGHTS << 2);
  let end = list;
  for (let k: usize = 0; k < columns; k++) {
    const value = load<u32>(x + (k << 2));
    store<u32>(end, value);
    store<u32>(end, <u32>k, 4);
    end += value ? 8 : 0;
  }
  if (!ASC_FEATURE_SIMD) {
    const wides = load<u32>(node, DENSE_WIDE_PANELS << 2), narrows = load<u32>(node, DENSE_NARROW_PANELS << 2);
    for (let panel: u32 = 0; panel < wides + narrows; panel++) {
      const rows: usize = panel < wides ? 32 : 12;
      scalar(list, end, weights, rows, z);
      weights += columns * rows << 2;
      z += rows << 2;
    }
    return;
  }
  for (let panel = load<u32>(node, DENSE_WIDE_PANELS << 2); panel > 0; panel--) {
    wide(list, end, weights, z);
    weights += columns << 7;
    z += 128;
  }
  // Two inputs per iteration: an odd number is made even by one more that is zero.
  if ((end - list) & 8) {
    store<u64>(end, 0);
    end += 8;
  }
  for (let panel = load<u32>(node, DENSE_NARROW_PANELS << 2); panel > 0; panel--) {
    narrow(list, end, weights, z);
    weights += columns * 48;
    z += 48;
  }
}

function scalar(list: usize, end: usize, weights: usize, rows: usize, z: usize): void {
  clear(z, rows << 2);
  for (let at = list; at < end; at += 8) {
    const x = load<f32>(at);
    const w = weights + (<usize>load<u32>(at, 4)) * (rows << 2);
    for (let row: usize = 0; row < rows << 2; row += 4) {
      store<f32>(z + row, load<f32>(z + row) + x * load<f32>(w + row));
    }
  }
}

// @ts-ignore: decorator
@inline
function wide(list: usize, end: usize, weights: usize, z: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (let at = list; at < end; at += 8) {
    const x = v128.load32_splat(at);
    const w = weights + ((<usize>load<u32>(at, 4)) << 7);
    a0 = f32x4.add(a0, f32x4.mul(x, v128.load(w)));
    a1 = f32x4.add(a1, f32x4.mul(x, v128.load(w, 16)));
    a2 = f32x4.add(a2, f32x4.mul(x, v128.load(w, 32)));
    a3 = f32x4.add(a3, f32x4.mul(x, v128.load(w, 48)));
    a4 = f32x4.add(a4, f32x4.mul(x, v128.load(w, 64)));
    a5 = f32x4.add(a5, f32x4.mul(x, v128.load(w, 80)));
    a6 = f32x4.add(a6, f32x4.mul(x, v128.load(w, 96)));
    a7 = f32x4.add(a7, f32x4.mul(x, v128.load(w, 112)));
  }
  v128.store(z, a0);
  v128.store(z, a1, 16);
  v128.store(z, a2, 32);
  v128.store(z, a3, 48);
  v128.store(z, a4, 64);
  v128.store(z, a5, 80);
  v128.store(z, a6, 96);
  v128.store(z, a7, 112);
}

// @ts-ignore: decorator
@inline
function narrow(list: usize, end: usize, weights: usize, z: usize): void {
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, b0 = a0, b1 = a0, b2 = a0;
  for (let at = list; at < end; at += 16) {
    const x = v128.load32_splat(at);
    const w = weights + (<usize>load<u32>(at, 4)) * 48;
    a0 = f32x4.add(a0, f32x4.mul(x, v128.load(w)));
    a1 = f32x4.add(a1, f32x4.mul(x, v128.load(w, 16)));
    a2 = f32x4.add(a2, f32x4.mul(x, v128.load(w, 32)));
    const y = v128.load32_splat(at, 8);
    const v = weights + (<usize>load<u32>(at, 12)) * 48;
    b0 = f32x4.add(b0, f32x4.mul(y, v128.load(v)));
    b1 = f32x4.add(b1, f32x4.mul(y, v128.load(v, 16)));
    b2 = f32x4.add(b2, f32x4.mul(y, v128.load(v, 32)));
  }
  v128.store(z, f32x4.add(a0, b0));
  v128.store(z, f32x4.add(a1, b1), 16);
  v128.store(z, f32x4.add(a2, b2), 32);
}
