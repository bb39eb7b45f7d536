import type { BitWriter } from './bit-writer.ts';
import { type HuffmanEncodingTable, huffmanEncodingTable } from './encoding-table.ts';
import type { HuffmanSpecification } from './specification.ts';

/**
 * Receives the symbols of one Huffman table, in order: counts them in the first pass over a scan, writes them in the
 * second.
 */
export interface SymbolSink {
  symbol(symbol: number): void;
  /** The low `size` bits of `value`, written to the scan verbatim; 0 ≤ size ≤ 16. */
  bits(value: number, size: number): void;
}

/** The frequency of each symbol. */
export class SymbolStatistics implements SymbolSink {
  readonly frequencies: Uint32Array = new Uint32Array(256);

  symbol(symbol: number): void {
    this.frequencies[symbol]++;
  }

  bits(): void {}
}

/** Writes symbols as Huffman codes. */
export class SymbolWriter implements SymbolSink {
  private readonly writer: BitWriter;
  private readonly table: HuffmanEncodingTable;

  constructor(writer: BitWriter, specification: HuffmanSpecification) {
    this.writer = writer;
    this.table = huffmanEncodingTable(specification);
  }

  symbol(symbol: number): void {
    this.writer.bits(this.table.codes[symbol], this.table.lengths[symbol]);
  }

  bits(value: number, size: number): void {
    this.writer.bits(value, size);
  }
}
