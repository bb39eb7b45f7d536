import { copyRow, copyRows, copyToPhases } from './rows';

/**
 * Copies feature maps to zero-padded planes: [channel][phase][image][plane row][pitch], `room` bytes per phase. Element (y, x) of a padded map is in
 * phase (y mod down, x mod across), at row y ÷ down and column x ÷ across.
 */
export function convPlanes(
  input: usize, planes: usize, room: usize, images: usize, channels: usize, height: usize, width: usize, top: usize, left: usize,
  down: usize, across: usize, planeRows: usize, pitch: usize,
): void {
  const plane = planeRows * pitch << 2;
  const phases = down * across;
  // All at once: a call for each plane takes longer than what it fills.
  memory.fill(planes, 0, channels * phases * room);
  for (let image: usize = 0; image < images; image++) {
    for (let channel: usize = 0; channel < channels; channel++) {
      const base = planes + channel * phases * room + image * plane;
      if (phases == 1) {
        copyRows(input, base + (top * pitch + left << 2), height, width, pitch << 2);
        input += height * width << 2;
        continue;
      }
      let row = top / down, rest = top % down;
      for (let y: usize = 0; y < height; y++) {
        copyToPhases(input, base + rest * across * room + (row * pitch << 2), room, width, left, across);
        input += width << 2;
        if (++rest == down) {
          rest = 0;
          row++;
        }
      }
    }
  }
}

/** Keeps the first `columns` of every `pitch` bytes: `channels` maps, `step` bytes apart, become channels × rows × columns. */
export function convRows(
  sums: usize, output: usize, channels: usize, rows: usize, columns: usize, step: usize, pitch: usize,
): void {
  for (; channels > 0; channels--) {
    for (let row: usize = 0; row < rows; row++) {
      copyRow(sums + row * pitch, output, columns);
      output += columns << 2;
    }
    sums += step;
  }
}

/** Every `down`-th row's every `across`-th element: channels × rows × columns. Up to 12 bytes more are read and written. */
export function takeEvery(
  input: usize, output: usize, channels: usize, height: usize, width: usize, rows: usize, columns: usize, down: usize, across: usize,
): void {
  for (; channels > 0; channels--, input += height * width << 2) {
    for (let row: usize = 0; row < rows; row++) {
      let from = input + (row * down * width << 2), x: usize = columns;
      if (across == 2) {
        for (; x >= 4; x -= 4, from += 32, output += 16) {
          v128.store(output, i8x16.shuffle(v128.load(from), v128.load(from, 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
        }
      }
      for (; x > 0; x--, from += across << 2, output += 4) store<f32>(output, load<f32>(from));
    }
  }
}
