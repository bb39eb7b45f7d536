/**
 * C = A·B in float32, single thread. A is M × K, B is K × N, C is M × N.
 *
 * Each operand is given as a pointer and two strides in elements (row, column), so a transposed matrix is the same
 * matrix with its strides swapped. C is row-major with `cRow` elements from one row to the next.
 *
 * Both operands are repacked, DEPTH columns of A (rows of B) at a time: A in panels of ROWS rows, B in panels of
 * COLUMNS columns, each panel contiguous along k, padded with zeros. The inner kernel then keeps a ROWS × COLUMNS tile
 * of C in registers:
 *
 *     C tile (4 × 12) += a[k][0…3] ⊗ b[k][0…11]     12 accumulators, 3 vectors of b, 1 broadcast of a: 16 registers
 */

const ROWS: i32 = 4;
const COLUMNS: i32 = 12;
const DEPTH: i32 = 256;

export function multiply(
  m: i32, n: i32, k: i32,
  a: usize, aRow: i32, aColumn: i32,
  b: usize, bRow: i32, bColumn: i32,
  c: usize, cRow: i32,
  scratch: usize,
): void {
  for (let start = 0; start < k; start += DEPTH) {
    const depth = min(DEPTH, k - start);
    const packedA = scratch;
    const packedB = packedA + ((<usize>(roundUp(m, ROWS) * depth)) << 2);
    const tile = packedB + ((<usize>(roundUp(n, COLUMNS) * depth)) << 2);
    packFour(packedA, a + ((<usize>(start * aColumn)) << 2), m, depth, aRow, aColumn);
    packTwelve(packedB, b + ((<usize>(start * bRow)) << 2), n, depth, bColumn, bRow);
    for (let column = 0; column < n; column += COLUMNS) {
      const panelB = packedB + ((<usize>(column * depth)) << 2);
      for (let row = 0; row < m; row += ROWS) {
        const panelA = packedA + ((<usize>(row * depth)) << 2);
        const target = c + ((<usize>(row * cRow + column)) << 2);
        if (row + ROWS <= m && column + COLUMNS <= n) {
          multiplyTile(panelA, panelB, depth, target, cRow, start > 0);
        } else {
          multiplyTile(panelA, panelB, depth, tile, COLUMNS, false);
          copyPart(tile, target, min(ROWS, m - row), min(COLUMNS, n - column), cRow, start > 0);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function roundUp(value: i32, step: i32): i32 {
  return ((value + step - 1) / step) * step;
}

/** Panels of 4 lines: output[panel][k][0…3]. `line`: elements from one line to the next; `step`: along k. */
function packFour(output: usize, source: usize, lines: i32, depth: i32, line: i32, step: i32): void {
  for (let first = 0; first < lines; first += 4) {
    const from = source + ((<usize>(first * line)) << 2);
    packQuad(output, 16, from, min(4, lines - first), depth, line, step);
    output += (<usize>depth) << 4;
  }
}

/** Panels of 12 lines: output[panel][k][0…11], as three quads side by side. */
function packTwelve(output: usize, source: usize, lines: i32, depth: i32, line: i32, step: i32): void {
  for (let first = 0; first < lines; first += 12) {
    for (let quad = 0; quad < 3; quad++) {
      const at = first + quad * 4;
      const from = source + ((<usize>(at * line)) << 2);
      packQuad(output + (<usize>quad << 4), 48, from, min(4, lines - at), depth, line, step);
    }
    output += (<usize>depth) * 48;
  }
}

/** Up to four lines, interleaved: output[k·stride + 4·i] = line i at k. */
function packQuad(output: usize, stride: usize, from: usize, lines: i32, depth: i32, line: i32, step: i32): void {
  if (lines == 4 && line == 1) {
    const next = (<usize>step) << 2;
    for (let i = 0; i < depth; i++) {
      v128.store(output, v128.load(from));
      output += stride;
      from += next;
    }
    return;
  }
  let k = 0;
  if (lines == 4 && step == 1) {
    const from1 = from + ((<usize>line) << 2);
    const from2 = from1 + ((<usize>line) << 2);
    const from3 = from2 + ((<usize>line) << 2);
    for (; k + 4 <= depth; k += 4) {
      const at = (<usize>k) << 2;
      const r0 = v128.load(from + at);
      const r1 = v128.load(from1 + at);
      const r2 = v128.load(from2 + at);
      const r3 = v128.load(from3 + at);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      v128.store(output, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(output + stride, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(output + 2 * stride, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(output + 3 * stride, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
      output += 4 * stride;
    }
  }
  for (; k < depth; k++) {
    for (let i = 0; i < 4; i++) {
      const value: f32 = i < lines ? load<f32>(from + ((<usize>(i * line + k * step)) << 2)) : 0;
      store<f32>(output + ((<usize>i) << 2), value);
    }
    output += stride;
  }
}

function multiplyTile(a: usize, b: usize, depth: i32, c: usize, cRow: i32, add: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c02 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0), c12 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c22 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0), c32 = f32x4.splat(0);
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    let a0 = v128.load_splat<f32>(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    c02 = f32x4.add(c02, f32x4.mul(a0, b2));
    a0 = v128.load_splat<f32>(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a0, b0));
    c11 = f32x4.add(c11, f32x4.mul(a0, b1));
    c12 = f32x4.add(c12, f32x4.mul(a0, b2));
    a0 = v128.load_splat<f32>(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a0, b0));
    c21 = f32x4.add(c21, f32x4.mul(a0, b1));
    c22 = f32x4.add(c22, f32x4.mul(a0, b2));
    a0 = v128.load_splat<f32>(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a0, b0));
    c31 = f32x4.add(c31, f32x4.mul(a0, b1));
    c32 = f32x4.add(c32, f32x4.mul(a0, b2));
    a += 16;
    b += 48;
  }
  const next = (<usize>cRow) << 2;
  storeRow(c, c00, c01, c02, add);
  storeRow(c + next, c10, c11, c12, add);
  storeRow(c + 2 * next, c20, c21, c22, add);
  storeRow(c + 3 * next, c30, c31, c32, add);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, x: v128, y: v128, z: v128, add: bool): void {
  if (add) {
    v128.store(c, f32x4.add(v128.load(c), x));
    v128.store(c, f32x4.add(v128.load(c, 16), y), 16);
    v128.store(c, f32x4.add(v128.load(c, 32), z), 32);
  } else {
    v128.store(c, x);
    v128.store(c, y, 16);
    v128.store(c, z, 32);
  }
}

/** The part of a tile that lies inside C. */
function copyPart(tile: usize, c: usize, rows: i32, columns: i32, cRow: i32, add: bool): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = c + ((<usize>(row * cRow + column)) << 2);
      const value = load<f32>(tile + ((<usize>(row * COLUMNS + column)) << 2));
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
  }
}
