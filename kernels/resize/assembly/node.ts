/**
 * Maps of another height and width: each element is a sum of `rowTaps` × `columnTaps` elements times weights. The tables have pairs
 * (offset in bytes, weight) by row and by column; a single tap has weight 1. `line`: memory for a row of `width` and a vector.
 */
export function resize(
  input: usize, output: usize, maps: usize, height: usize, width: usize, rows: usize, columns: usize,
  rowTable: usize, rowTaps: usize, columnTable: usize, columnTaps: usize, line: usize,
): void {
  const rowBytes = rowTaps << 3, columnBytes = columnTaps << 3;
  for (; maps > 0; maps--) {
    for (let y: usize = 0, row = rowTable; y < rows; y++, row += rowBytes) {
      let from = input + load<u32>(row);
      if (rowTaps > 1) {
        for (let at: usize = 0; at < width << 2; at += 16) {
          let sum = f32x4.splat(0);
          for (let tap = row; tap < row + rowBytes; tap += 8) {
            sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(tap, 4), v128.load(input + load<u32>(tap) + at)));
          }
          v128.store(line + at, sum);
        }
        from = line;
      }
      for (let x: usize = 0, column = columnTable; x < columns; x++, column += columnBytes) {
        let value = load<f32>(from + load<u32>(column));
        if (columnTaps > 1) {
          value *= load<f32>(column, 4);
          for (let tap = column + 8; tap < column + columnBytes; tap += 8) {
            value += load<f32>(tap, 4) * load<f32>(from + load<u32>(tap));
          }
        }
        store<f32>(output, value);
        output += 4;
      }
    }
    input += height * width << 2;
  }
}
