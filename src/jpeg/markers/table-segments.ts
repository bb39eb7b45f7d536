import { ZIGZAG_TO_NATURAL } from '../dct/zigzag.ts';
import type { HuffmanSpecification } from '../entropy/huffman/specification.ts';
import type { SegmentReader } from './segment-reader.ts';

/** DQT, T.81 B.2.4.1. Calls `define` with each table, in natural order. Zero entries are refused unless `zeros`. */
export function readQuantizationTables(
  segment: SegmentReader,
  define: (identifier: number, table: Uint16Array) => void,
  zeros = false,
): void {
  while (segment.remaining > 0) {
    const precisionAndIdentifier = segment.byte();
    const precision = precisionAndIdentifier >> 4;
    const identifier = precisionAndIdentifier & 15;
    if (precision > 1 || identifier > 3) {
      throw segment.corrupt(
        'JPEG_QUANTIZATION_TABLE',
        `expected precision Pq 0 or 1 and table Tq 0…3, got ${precision} and ${identifier}`,
      );
    }
    const table = new Uint16Array(64);
    for (let k = 0; k < 64; k++) {
      const entry = precision === 0 ? segment.byte() : segment.word();
      if (entry === 0 && !zeros) {
        throw segment.corrupt(
          'JPEG_QUANTIZATION_TABLE',
          `entry ${k} of table ${identifier} is 0, must be 1 or more`,
        );
      }
      table[ZIGZAG_TO_NATURAL[k]] = entry;
    }
    define(identifier, table);
  }
}

/** Class Tc of a Huffman table: 0 for DC, 1 for AC. */
export type HuffmanClass = 0 | 1;

/**
 * DHT, T.81 B.2.4.2. Calls `define` with each table as the stream describes it; the code is checked where it is built.
 */
export function readHuffmanTables(
  segment: SegmentReader,
  define: (tableClass: HuffmanClass, identifier: number, specification: HuffmanSpecification) => void,
): void {
  while (segment.remaining > 0) {
    const classAndIdentifier = segment.byte();
    const tableClass = classAndIdentifier >> 4;
    const identifier = classAndIdentifier & 15;
    if ((tableClass !== 0 && tableClass !== 1) || identifier > 3) {
      throw segment.corrupt(
        'JPEG_HUFFMAN_TABLE',
        `expected class Tc 0 or 1 and table Th 0…3, got ${tableClass} and ${identifier}`,
      );
    }
    const counts = new Uint16Array(17);
    let total = 0;
    for (let length = 1; length <= 16; length++) {
      counts[length] = segment.byte();
      total += counts[length];
    }
    if (total > 256) {
      throw segment.corrupt('JPEG_HUFFMAN_TABLE', `at most 256 codes can be told apart, got ${total}`);
    }
    const symbols = new Uint8Array(total);
    for (let i = 0; i < total; i++) symbols[i] = segment.byte();
    define(tableClass, identifier, { counts, symbols });
  }
}

/** DRI, T.81 B.2.4.4: MCUs between restart markers, 0 for none. */
export function readRestartInterval(segment: SegmentReader): number {
  const interval = segment.word();
  segment.finish();
  return interval;
}

/**
 * APP14 as Adobe writes it: the colour transform flag (0 none, 1 YCbCr, 2 YCCK), or undefined if it is not Adobe's. A
 * flag of any other value has no meaning, so it is treated as if the segment were missing, unless `anyTransform`.
 */
export function readAdobeTransform(segment: SegmentReader, anyTransform = false): number | undefined {
  // "Adobe", two bytes of version, twice two bytes of flags, the transform.
  if (segment.remaining < 12) return undefined;
  for (const letter of 'Adobe') {
    if (segment.byte() !== letter.charCodeAt(0)) return undefined;
  }
  segment.word();
  segment.word();
  segment.word();
  const transform = segment.byte();
  return anyTransform || transform <= 2 ? transform : undefined;
}
