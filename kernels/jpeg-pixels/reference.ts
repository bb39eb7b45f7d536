import { inverseDct8x8 } from '../../src/jpeg/dct/dct.ts';

/**
 * A row of blocks to samples by the float64 inverse DCT (T.81 A.3.3), rounded and clamped once, at the end: what the
 * integer kernel is judged by. They differ by one level at most.
 *
 * @param coefficients count × 64 quantised coefficients, natural order
 * @param quantization 64 entries, natural order
 * @returns 8 lines of 8 · count samples
 */
export function inverseDctRowReference(coefficients: Int16Array, quantization: Uint16Array): Uint8Array {
  const count = coefficients.length / 64;
  const samples = new Uint8Array(coefficients.length);
  const block = new Float64Array(64);
  for (let index = 0; index < count; index++) {
    for (let k = 0; k < 64; k++) block[k] = coefficients[index * 64 + k] * quantization[k];
    inverseDct8x8(block, block);
    for (let k = 0; k < 64; k++) {
      const at = (k >> 3) * count * 8 + index * 8 + (k & 7);
      samples[at] = Math.min(Math.max(Math.round(block[k] + 128), 0), 255);
    }
  }
  return samples;
}
