import { CRC_TABLE, crc32 } from '../../crc32.ts';
import type { CoefficientComponent } from '../../jpeg/types.ts';

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
    crc = crcOfWords(coefficients, crcOfWords(quantization, crc));
  }
  return crc;
}

/** Of numbers of 16 bits, the low byte first: one step for both bytes, with a table for each. */
function crcOfWords(values: Int16Array | Uint16Array, before: number): number {
  let crc = ~before;
  for (let i = 0; i < values.length; i++) {
    const index = crc ^ values[i];
    crc = (crc >>> 16) ^ FIRST[index & 255] ^ CRC_TABLE[(index >>> 8) & 255];
  }
  return ~crc >>> 0;
}

/** What a byte adds to the CRC when another one follows it. */
const FIRST = CRC_TABLE.map((crc) => CRC_TABLE[crc & 255] ^ (crc >>> 8));
