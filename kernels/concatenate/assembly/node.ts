/** Copies `blocks` blocks of `length` bytes, contiguous at `input`, to every `stride` bytes at `output`. */
export function copyBlocks(input: usize, output: usize, blocks: usize, length: usize, stride: usize): void {
  for (; blocks > 0; blocks--) {
    memory.copy(output, input, length);
    input += length;
    output += stride;
  }
}
