import type { WjpegError } from '../../../errors.ts';
import type { HuffmanSpecification } from './specification.ts';

/** Codes up to this length are found by one table lookup; 9 covers nearly all that occur, in 1 KiB a table. */
export const LOOKUP_BITS = 9;

/** A Huffman code prepared for decoding. */
export interface HuffmanDecodingTable {
  /** By the next `LOOKUP_BITS` bits: length × 256 + symbol, or 0 where the code is longer. */
  readonly lookup: Uint16Array;
  /** MAXCODE of T.81 F.2.2.3: the largest code of each length, -1 if there is none. */
  readonly maxCode: Int32Array;
  /** By length: what to add to a code to get its place in `symbols` (VALPTR − MINCODE). */
  readonly symbolOffset: Int32Array;
  readonly symbols: Uint8Array;
}

/**
 * Builds the table. Throws what `refusal` makes of the reason for a description that is no prefix code, or that uses
 * the code of all 1-bits.
 */
export function huffmanDecodingTable(
  specification: HuffmanSpecification,
  refusal: (reason: string) => WjpegError,
): HuffmanDecodingTable {
  const { counts, symbols } = specification;
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const maxCode = new Int32Array(17).fill(-1);
  const symbolOffset = new Int32Array(17);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= 16; length++) {
    symbolOffset[length] = place - code;
    for (let i = 0; i < counts[length]; i++, code++, place++) {
      if (length > LOOKUP_BITS) continue;
      const first = code << (LOOKUP_BITS - length);
      lookup.fill((length << 8) | symbols[place], first, first + (1 << (LOOKUP_BITS - length)));
    }
    // T.81 C.2: the code of all 1-bits only begins longer ones, so the next free code must have `length` bits as well.
    if (counts[length] > 0 && code >= 1 << length) {
      throw refusal(`too many codes of up to ${length} bits: ${code} of ${(1 << length) - 1}`);
    }
    if (counts[length] > 0) maxCode[length] = code - 1;
    code <<= 1;
  }
  return { lookup, maxCode, symbolOffset, symbols };
}
