import { larger } from '../../clip/assembly/bounds';

/**
 * Windows on maps: for each output so many rows from a first one on, in steps of `stepY`, and of columns likewise: tables of first (in
 * elements), count. `factors`: 0 for the maximum, else by row and column what a sum is multiplied by.
 *
 * The rows of a window are joined first, four columns at a time, in `line` (`width` floats and eight more; 0: each window by itself). Of the
 * outputs from column `start` to below `end`, a multiple of four, windows have `across` columns and begin `stride` elements apart, 1 or 2:
 * they are joined four at a time.
 */
export function pool(
  input: usize, output: usize, maps: usize, height: usize, width: usize, rows: usize, columns: usize,
  rowTable: usize, columnTable: usize, stepY: usize, stepX: usize, factors: usize, line: usize,
  start: usize, end: usize, across: usize, stride: usize,
): void {
  const nextRow = stepY * width << 2, nextColumn = stepX << 2, bytes = width << 2;
  for (; maps > 0; maps--, input += height * bytes) {
    for (let y: usize = 0; y < rows; y++, output += columns << 2) {
      const top = input + <usize>load<u32>(rowTable + (y << 3)) * bytes;
      const factor = factors + (y * columns << 2);
      if (!line) {
        const down = <usize>load<u32>(rowTable + (y << 3), 4) * nextRow;
        for (let x: usize = 0; x < columns; x++) joinWindow(x, columnTable, top, down, nextRow, nextColumn, factors, factor, output);
        continue;
      }
      joinRows(top, load<u32>(rowTable + (y << 3), 4), nextRow, bytes, factors, line);
      let x: usize = 0;
      for (; x < start; x++) joinColumns(x, columnTable, nextColumn, line, factors, factor, output);
      for (; x < end; x += 4) {
        const from = line + (<usize>load<u32>(columnTable + (x << 3)) << 2);
        let value = neighbours(from, stride);
        for (let k: usize = 1; k < across; k++) value = join(factors, value, neighbours(from + k * nextColumn, stride));
        if (factors) value = f32x4.mul(value, v128.load(factor + (x << 2)));
        v128.store(output + (x << 2), value);
      }
      for (; x < columns; x++) joinColumns(x, columnTable, nextColumn, line, factors, factor, output);
    }
  }
}

// @ts-ignore: decorator
@inline
function join(factors: usize, a: v128, b: v128): v128 {
  return factors ? f32x4.add(a, b) : larger(a, b);
}

/** Four elements, or four of which each is the second next. */
// @ts-ignore: decorator
@inline
function neighbours(from: usize, stride: usize): v128 {
  const a = v128.load(from);
  if (stride == 1) return a;
  return i8x16.shuffle(a, v128.load(from, 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

// @ts-ignore: decorator
@inline
function joinRows(top: usize, count: usize, nextRow: usize, bytes: usize, factors: usize, line: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    let value = factors ? f32x4.splat(0) : f32x4.splat(-Infinity);
    for (let row = top + at, end = row + count * nextRow; row < end; row += nextRow) value = join(factors, value, v128.load(row));
    v128.store(line + at, value);
  }
}

function joinColumns(
  x: usize, columnTable: usize, nextColumn: usize, line: usize, factors: usize, factor: usize, output: usize,
): void {
  const from = line + (<usize>load<u32>(columnTable + (x << 3)) << 2);
  let value: f32 = factors ? 0 : -Infinity;
  for (let at = from, end = from + <usize>load<u32>(columnTable + (x << 3), 4) * nextColumn; at < end; at += nextColumn) {
    value = factors ? value + load<f32>(at) : max(value, load<f32>(at));
  }
  store<f32>(output + (x << 2), factors ? value * load<f32>(factor + (x << 2)) : value);
}

function joinWindow(
  x: usize, columnTable: usize, top: usize, down: usize, nextRow: usize, nextColumn: usize, factors: usize, factor: usize, output: usize,
): void {
  const across = <usize>load<u32>(columnTable + (x << 3), 4) * nextColumn;
  let value: f32 = factors ? 0 : -Infinity;
  for (let row = top + (<usize>load<u32>(columnTable + (x << 3)) << 2), last = row + down; row < last; row += nextRow) {
    for (let at = row; at < row + across; at += nextColumn) value = factors ? value + load<f32>(at) : max(value, load<f32>(at));
  }
  store<f32>(output + (x << 2), factors ? value * load<f32>(factor + (x << 2)) : value);
}

/** Maximum of whole windows of 2×2, each beside the next. */
export function maxPairs(input: usize, output: usize, maps: usize, height: usize, width: usize, rows: usize, columns: usize): void {
  const line = width << 2;
  for (; maps > 0; maps--, input += height * line) {
    for (let y: usize = 0, row = input; y < rows; y++, row += line << 1) {
      let x: usize = columns, from = row;
      for (; x >= 4; x -= 4, from += 32, output += 16) {
        const a = larger(v128.load(from), v128.load(from + line));
        const b = larger(v128.load(from, 16), v128.load(from + line, 16));
        const even = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
        const odd = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
        v128.store(output, larger(even, odd));
      }
      for (; x > 0; x--, from += 8, output += 4) {
        const upper = max(load<f32>(from), load<f32>(from, 4));
        store<f32>(output, max(upper, max(load<f32>(from + line), load<f32>(from + line, 4))));
      }
    }
  }
}
