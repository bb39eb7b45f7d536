import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { EntropyDecoder, EntropyReader } from '../../entropy/entropy-decoder.ts';
import type { BitReader } from '../../entropy/huffman/bit-reader.ts';
import type { HuffmanDecodingTable } from '../../entropy/huffman/decoding-table.ts';

/** The tables of one component of a scan. */
export interface SequentialTables {
  readonly dc: HuffmanDecodingTable;
  readonly ac: HuffmanDecodingTable;
}

/** Sequential DCT coding with Huffman codes (T.81 F.2.2), SOF0 and SOF1. */
export class SequentialHuffmanDecoder implements EntropyDecoder {
  private readonly reader: BitReader;
  private readonly tables: readonly SequentialTables[];
  private readonly predictions: Int32Array;

  /** `tables`: one entry per component of the scan. */
  constructor(reader: BitReader, tables: readonly SequentialTables[]) {
    this.reader = reader;
    this.tables = tables;
    this.predictions = new Int32Array(tables.length);
  }

  start(offset: number): void {
    this.reader.start(offset);
    this.predictions.fill(0);
  }

  block(component: number, coefficients: Int16Array, offset: number): boolean {
    const { reader } = this;
    const { dc, ac } = this.tables[component];
    const value = this.nextDc(component, dc);
    coefficients[offset] = value;
    for (let k = 1; k < 64; k++) {
      const runAndSize = reader.symbol(ac);
      const size = runAndSize & 15;
      if (size === 0) {
        if (runAndSize !== 0xf0) {
          if (runAndSize !== 0x00) {
            reader.corrupt('JPEG_HUFFMAN_SYMBOL', `AC symbol ${runAndSize} is invalid here`);
          }
          return value !== 0 || k > 1; // EOB
        }
        k += 15; // ZRL: 16 zeros, and a nonzero coefficient must follow
        if (k >= 63) runTooLong(reader);
        continue;
      }
      k += runAndSize >> 4;
      if (k > 63) k = runTooLong(reader);
      coefficients[offset + ZIGZAG_TO_NATURAL[k]] = reader.signed(size);
    }
    return true;
  }

  finish(): number {
    return this.reader.finish();
  }

  private nextDc(component: number, table: HuffmanDecodingTable): number {
    const value = this.predictions[component] + dcDifference(this.reader, table);
    if (value < -0x8000 || value > 0x7fff) dcOutOfRange(this.reader, value);
    this.predictions[component] = value;
    return value;
  }
}

/** The next DC difference (T.81 F.2.2.1). */
export function dcDifference(reader: BitReader, table: HuffmanDecodingTable): number {
  const size = reader.symbol(table);
  if (size > 15) {
    reader.corrupt('JPEG_HUFFMAN_SYMBOL', `DC magnitude category must be 0…15, got ${size}`);
  }
  return size === 0 ? 0 : reader.signed(size);
}

export function dcOutOfRange(reader: EntropyReader, value: number): void {
  reader.corrupt('JPEG_COEFFICIENT_RANGE', `DC coefficient ${value} does not fit in 16 bits`);
}

export const RUN_TOO_LONG = 'a run of zeros exceeds its block';

/** Returns the place where libjpeg puts what would come after the last coefficient. */
export function runTooLong(reader: EntropyReader): number {
  reader.corrupt('JPEG_ZERO_RUN', RUN_TOO_LONG);
  return 63;
}
