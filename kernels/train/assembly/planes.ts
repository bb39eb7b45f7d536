/**
 * Values of a batch lie channel by channel: [channel][image][row][column]. So a convolution has pixels in the lanes, and what
 * belongs to a channel (a batch norm's sums, a bias) is one run of memory.
 */

/**
 * Copies planes to where a convolution with these strides reads them: plane p becomes down × across planes of
 * `partHeight` × `partRow`, one per phase of the strides, and the padded row y, column x goes to phase (y mod down, x mod
 * across), row y div down, column x div across. Padding is not written; it stays as the buffer has it, zero.
 */
export function splitPlanes(
  input: usize, output: usize, planes: i32, height: i32, width: i32,
  top: i32, left: i32, down: i32, across: i32, partHeight: i32, partRow: i32,
): void {
  const part = partHeight * partRow;
  for (let plane = 0; plane < planes; plane++) {
    const target = output + ((<usize>(plane * down * across * part)) << 2);
    for (let y = 0; y < height; y++) {
      const row = y + top;
      const at = ((row % down) * across * part) + (row / down) * partRow;
      if (across == 1) {
        memory.copy(target + ((<usize>(at + left)) << 2), input, (<usize>width) << 2);
      } else {
        for (let phase = 0; phase < across; phase++) {
          const first = firstOf(phase, left, across);
          let to = target + ((<usize>(at + phase * part + (first + left) / across)) << 2);
          for (let x = first; x < width; x += across) {
            store<f32>(to, load<f32>(input + ((<usize>x) << 2)));
            to += 4;
          }
        }
      }
      input += (<usize>width) << 2;
    }
  }
}

/** The first column of a phase. */
function firstOf(phase: i32, left: i32, across: i32): i32 {
  return (phase - (left % across) + across) % across;
}

/** The inverse, for gradients: adds to `output`, or writes it. Every pixel's gradient stands in the parts. */
export function joinPlanes(
  input: usize, output: usize, planes: i32, height: i32, width: i32,
  top: i32, left: i32, down: i32, across: i32, partHeight: i32, partRow: i32, add: i32,
): void {
  const part = partHeight * partRow;
  for (let plane = 0; plane < planes; plane++) {
    const source = input + ((<usize>(plane * down * across * part)) << 2);
    for (let y = 0; y < height; y++) {
      const row = y + top;
      const at = ((row % down) * across * part) + (row / down) * partRow;
      for (let phase = 0; phase < across; phase++) {
        const first = firstOf(phase, left, across);
        let from = source + ((<usize>(at + phase * part + (first + left) / across)) << 2);
        for (let x = first; x < width; x += across) {
          const value = load<f32>(from);
          const target = output + ((<usize>x) << 2);
          store<f32>(target, add ? load<f32>(target) + value : value);
          from += 4;
        }
      }
      output += (<usize>width) << 2;
    }
  }
}

/** [channel][image][pixel] → [channel][pixel][image], as linear layers take it. */
export function imagesLast(input: usize, output: usize, channels: i32, images: i32, pixels: i32, add: i32): void {
  for (let channel = 0; channel < channels; channel++) {
    for (let image = 0; image < images; image++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const target = output + ((<usize>(pixel * images + image)) << 2);
        const value = load<f32>(input);
        store<f32>(target, add ? load<f32>(target) + value : value);
        input += 4;
      }
    }
    output += (<usize>(pixels * images)) << 2;
  }
}
