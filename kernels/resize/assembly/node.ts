/**
 * Maps of another height and width: each element is a sum of `rowTaps` × `columnTaps` elements times weights. The tables have pairs
 * (offset in bytes, weight) by row and by column; a single tap has weight 1. Rows are put together first, in `line`, a row of `width` and a
 * vector; or columns, where maps get higher: `line` is then a map of `height` × `columns` and a vector, in which rows of taps lie.
 */
export function resize(
  input: usize, output: usize, maps: usize, height: usize, width: usize, rows: usize, columns: usize,
  rowTable: usize, rowTaps: usize, columnTable: usize, columnTaps: usize, line: usize, columnsFirst: bool,
): void {
  const rowBytes = rowTaps << 3;
  const end = rowTable + rows * rowBytes;
  for (; maps > 0; maps--, input += height * width << 2) {
    if (columnsFirst) {
      for (let y: usize = 0; y < height; y++) {
        sumColumns(input + (y * width << 2), line + (y * columns << 2), columns, columnTable, columnTaps);
      }
      // The last vector of a row may reach into the next, which is written after it.
      for (let row = rowTable; row < end; row += rowBytes, output += columns << 2) sumRows(line, output, columns, row, rowTaps);
      continue;
    }
    for (let row = rowTable; row < end; row += rowBytes, output += columns << 2) {
      let from = input + load<u32>(row);
      if (rowTaps > 1) {
        sumRows(input, line, width, row, rowTaps);
        from = line;
      }
      sumColumns(from, output, columns, columnTable, columnTaps);
    }
  }
}

/** A row of so many elements out of those of a map that the taps say, four at a time. */
function sumRows(map: usize, output: usize, count: usize, row: usize, taps: usize): void {
  const bytes = count << 2, from = map + load<u32>(row);
  if (taps == 1) {
    for (let at: usize = 0; at < bytes; at += 16) v128.store(output + at, v128.load(from + at));
    return;
  }
  const end = row + (taps << 3), weight = v128.load32_splat(row, 4);
  for (let at: usize = 0; at < bytes; at += 16) {
    let sum = f32x4.mul(weight, v128.load(from + at));
    for (let tap = row + 8; tap < end; tap += 8) {
      sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(tap, 4), v128.load(map + load<u32>(tap) + at)));
    }
    v128.store(output + at, sum);
  }
}

/** A row of so many elements out of those of a row. */
function sumColumns(row: usize, output: usize, count: usize, table: usize, taps: usize): void {
  const bytes = taps << 3, end = output + (count << 2);
  if (taps == 1) {
    for (; output < end; output += 4, table += 8) store<f32>(output, load<f32>(row + load<u32>(table)));
    return;
  }
  for (; output < end; output += 4) {
    let sum: f32 = 0;
    for (const last = table + bytes; table < last; table += 8) sum += load<f32>(table, 4) * load<f32>(row + load<u32>(table));
    store<f32>(output, sum);
  }
}
