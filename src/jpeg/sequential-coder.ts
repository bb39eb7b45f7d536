import { WjpegError } from '../errors.ts';
import type { BitWriter } from './bit-writer.ts';
import type { HuffmanEncodingTable } from './huffman-encoding-table.ts';
import { ZIGZAG_TO_NATURAL } from './zigzag.ts';

/** Largest magnitude categories for 8-bit samples: T.81 Tables F.1 (DC differences) and F.2 (AC coefficients). */
const MOST_DC_BITS = 11;
const MOST_AC_BITS = 10;

const END_OF_BLOCK = 0x00;
const ZERO_RUN_LENGTH = 0xf0;

/** Takes the symbols of a scan in order: counts them in the first pass, writes them in the second. */
export interface SymbolSink {
  /** The magnitude category of a DC difference, and that many bits more (the low ones of `bits`). */
  dc(category: number, bits: number): void;
  /** Run and size of an AC coefficient (`run × 16 + size`), and `size` bits more. */
  ac(runAndSize: number, bits: number): void;
}

/** How often each symbol comes. */
export class SymbolStatistics implements SymbolSink {
  readonly dcFrequencies: Uint32Array = new Uint32Array(256);
  readonly acFrequencies: Uint32Array = new Uint32Array(256);

  dc(category: number): void {
    this.dcFrequencies[category]++;
  }

  ac(runAndSize: number): void {
    this.acFrequencies[runAndSize]++;
  }
}

/** Writes the symbols in Huffman codes. */
export class SymbolWriter implements SymbolSink {
  private readonly writer: BitWriter;
  private readonly dcTable: HuffmanEncodingTable;
  private readonly acTable: HuffmanEncodingTable;

  constructor(writer: BitWriter, dcTable: HuffmanEncodingTable, acTable: HuffmanEncodingTable) {
    this.writer = writer;
    this.dcTable = dcTable;
    this.acTable = acTable;
  }

  dc(category: number, bits: number): void {
    this.writer.bits(this.dcTable.codes[category], this.dcTable.lengths[category]);
    this.writer.bits(bits, category);
  }

  ac(runAndSize: number, bits: number): void {
    this.writer.bits(this.acTable.codes[runAndSize], this.acTable.lengths[runAndSize]);
    this.writer.bits(bits, runAndSize & 15);
  }
}

/** Turns the blocks of one component into symbols (T.81 F.1.2). */
export class SequentialCoder {
  private readonly id: number;
  private readonly coefficients: Int16Array;
  private readonly sink: SymbolSink;
  private prediction = 0;

  /** `coefficients`: of the component with this identifier, blocks in raster order, natural order. */
  constructor(id: number, coefficients: Int16Array, sink: SymbolSink) {
    this.id = id;
    this.coefficients = coefficients;
    this.sink = sink;
  }

  /** Begins a restart interval. */
  restart(): void {
    this.prediction = 0;
  }

  /** A block that fills up an MCU: whatever it holds is cut off, and this costs the least. */
  paddingBlock(): void {
    this.sink.dc(0, 0);
    this.sink.ac(END_OF_BLOCK, 0);
  }

  block(block: number): void {
    const { coefficients, sink } = this;
    const offset = block * 64;
    const difference = coefficients[offset] - this.prediction;
    this.prediction = coefficients[offset];
    const category = magnitudeCategory(difference);
    if (category > MOST_DC_BITS) this.failRange(block, 'DC difference', difference, MOST_DC_BITS);
    sink.dc(category, magnitudeBits(difference));
    let run = 0;
    for (let k = 1; k < 64; k++) {
      const value = coefficients[offset + ZIGZAG_TO_NATURAL[k]];
      if (value === 0) {
        run++;
        continue;
      }
      const size = magnitudeCategory(value);
      if (size > MOST_AC_BITS) this.failRange(block, `coefficient ${k} (zig-zag)`, value, MOST_AC_BITS);
      for (; run > 15; run -= 16) sink.ac(ZERO_RUN_LENGTH, 0);
      sink.ac(run * 16 + size, magnitudeBits(value));
      run = 0;
    }
    if (run > 0) sink.ac(END_OF_BLOCK, 0);
  }

  private failRange(block: number, what: string, value: number, bits: number): never {
    throw new WjpegError(
      'misuse',
      'JPEG_COEFFICIENT_RANGE',
      `cannot encode component ${this.id}, block ${block}: ${what} is ${value}, 8-bit JPEG holds ±${2 ** bits - 1}`,
    );
  }
}

/** SSSS of T.81 Tables F.1 and F.2: bits of the magnitude. */
function magnitudeCategory(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

/** The bits after the category: the value, or for a negative one the value less one (F.1.2.1). */
function magnitudeBits(value: number): number {
  return value < 0 ? value - 1 : value;
}
