import { multiplyBlocks } from './blocks';

/** As `conv2dInt16`, of words of four integers of a byte: weights of 8 bits with a sign, inputs of 7 bits without. */
export function conv2dInt8(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, outputs: i32, rows: usize, columns: usize,
  pitch: usize, mapStride: usize, least: f32, ahead: usize, scale: usize, unit: f32,
): void {
  multiplyBlocks<i8>(planes, offsets, taps, weights, bias, output, outputs, rows, columns, pitch, mapStride, least, ahead, scale, unit);
}
