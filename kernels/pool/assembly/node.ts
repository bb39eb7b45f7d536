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
