import { crc32 } from '../../crc32.ts';
import type { CoefficientComponent } from '../../jpeg/types.ts';

/** Numbers that are turned into bytes at a time. */
const PIECE = 2 ** 15;

/**
 * The check value of a picture (docs/model-jpeg.md, 6): the CRC-32 of what stands behind it in the payload, then of each
 * component's quantisation table and coefficients. It does not depend on how these are coded, so a lossless transcode keeps it.
 */
export function checkValue(
  body: Uint8Array,
  components: readonly Pick<CoefficientComponent, 'quantization' | 'coefficients'>[],
): number {
  let crc = crc32(body);
  for (const { quantization, coefficients } of components) {
    crc = crcOfWords(quantization, crc);
    for (let at = 0; at < coefficients.length; at += PIECE) {
      crc = crcOfWords(coefficients.subarray(at, at + PIECE), crc);
    }
  }
  return crc;
}

/** Of numbers of 16 bits, the low byte first. */
function crcOfWords(values: Int16Array | Uint16Array, before: number): number {
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    bytes[2 * i] = values[i];
    bytes[2 * i + 1] = values[i] >> 8;
  }
  return crc32(bytes, before);
}
