import { DENSE_NARROW_PANELS, DENSE_WEIGHTS, DENSE_WIDE_PANELS, NODE_IN } from '../../wasm/layout';
import { clear } from '../../wasm/assembly/clear';
import { LINE } from '../../wasm/assembly/sizes';

/** Columns per iteration: their weights and lines stay in the L1 cache. */
const COLUMNS: usize = 64;

/**
 * z = W·x for a line of images in float32; columns that are zero in every image are skipped. Weights as in
 * `denseSingle`. `list`: room for I entries of 8 bytes. `z`: one line per row, padded to whole panels, written.
 */
export function denseLanes(node: usize, x: usize, list: usize, z: usize): void {
  const columns: usize = load<u32>(node, NODE_IN << 2);
  let weights: usize = load<u32>(node, DENSE_WEIGHTS << 2);
  let end = list;
  for (let k: usize = 0; k < columns; k++) {
    store<u32>(end, <u32>k);
    end += isZero(x + k * LINE) ? 0 : 4;
  }
  for (let panel = load<u32>(node, DENSE_WIDE_PANELS << 2); panel > 0; panel--) {
    multiplyPanel(list, end, x, weights, 32, z);
    weights += columns << 7;
    z += 32 * LINE;
  }
  for (let panel = load<u32>(node, DENSE_NARROW_PANELS << 2); panel > 0; panel--) {
    multiplyPanel(list, end, x, weights, 12, z);
    weights += columns * 48;
    z += 12 * LINE;
  }
}

function isZero(line: usize): bool {
  const a = v128.or(v128.or(v128.load(line), v128.load(line, 16)), v128.load(line, 32));
  const b = v128.or(v128.or(v128.load(line, 48), v128.load(line, 64)), v128.load(line, 80));
  return !v128.any_true(v128.or(a, b));
}

/** `rows` is even. */
function multiplyPanel(list: usize, end: usize, x: usize, weights: usize, rows: usize, z: usize): void {
  clear(z, rows * LINE);
  for (let first = list; first < end; first += COLUMNS << 2) {
    const last = min(first + (COLUMNS << 2), end);
    for (let row: usize = 0; row < rows; row += 2) {
      twoRows(first, last, x, weights + (row << 2), rows << 2, z + row * LINE);
      twoRows(first, last, x + LINE / 2, weights + (row << 2), rows << 2, z + row * LINE + LINE / 2);
    }
  }
}

/** Two rows × half a line. */
// @ts-ignore: decorator
@inline
function twoRows(list: usize, end: usize, x: usize, weights: usize, stride: usize, z: usize): void {
  let a0 = v128.load(z), a1 = v128.load(z, 16), a2 = v128.load(z, 32);
  let b0 = v128.load(z, LINE), b1 = v128.load(z, LINE + 16), b2 = v128.load(z, LINE + 32);
  for (; list < end; list += 4) {
    const k: usize = load<u32>(list);
    const line = x + k * LINE;
    const w = v128.load32_splat(weights + k * stride), v = v128.load32_splat(weights + k * stride, 4);
    const x0 = v128.load(line), x1 = v128.load(line, 16), x2 = v128.load(line, 32);
    a0 = f32x4.add(a0, f32x4.mul(w, x0));
    a1 = f32x4.add(a1, f32x4.mul(w, x1));
    a2 = f32x4.add(a2, f32x4.mul(w, x2));
    b0 = f32x4.add(b0, f32x4.mul(v, x0));
    b1 = f32x4.add(b1, f32x4.mul(v, x1));
    b2 = f32x4.add(b2, f32x4.mul(v, x2));
  }
  v128.store(z, a0);
  v128.store(z, a1, 16);
  v128.store(z, a2, 32);
  v128.store(z, b0, LINE);
  v128.store(z, b1, LINE + 16);
  v128.store(z, b2, LINE + 32);
}
