import { larger } from '../../clip/assembly/at-least';

/**
 * Windows on maps: for each output the elements from row `rowFrom[y]` to `rowTo[y]` in steps of `stepY`, and of columns likewise:
 * tables of first (in elements), count. `factors`: 0 for the maximum, else by row and column what a sum is multiplied by.
 */
export function pool(
  input: usize, output: usize, maps: usize, height: usize, width: usize, rows: usize, columns: usize,
  rowTable: usize, columnTable: usize, stepY: usize, stepX: usize, factors: usize,
): void {
  const nextRow = stepY * width << 2, nextColumn = stepX << 2;
  for (; maps > 0; maps--) {
    for (let y: usize = 0; y < rows; y++) {
      const top = input + (<usize>load<u32>(rowTable + (y << 3)) * width << 2);
      const down: usize = load<u32>(rowTable + (y << 3), 4);
      for (let x: usize = 0; x < columns; x++) {
        let row = top + (<usize>load<u32>(columnTable + (x << 3)) << 2);
        const across = <usize>load<u32>(columnTable + (x << 3), 4) * nextColumn;
        let value: f32 = factors ? 0 : -Infinity;
        for (let k: usize = 0; k < down; k++, row += nextRow) {
          for (let at = row; at < row + across; at += nextColumn) {
            value = factors ? value + load<f32>(at) : max(value, load<f32>(at));
          }
        }
        if (factors) value *= load<f32>(factors + (y * columns + x << 2));
        store<f32>(output, value);
        output += 4;
      }
    }
    input += height * width << 2;
  }
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
