import type { ErrorCode } from '../../../error-codes.ts';
import { WjpegError } from '../../../errors.ts';
import { markerName } from '../../markers/markers.ts';
import type { EntropyReader } from '../entropy-decoder.ts';
import type { HuffmanDecodingTable } from './decoding-table.ts';
import { LOOKUP_BITS } from './decoding-table.ts';

const END_OF_STREAM = -1;

/**
 * Bits of entropy-coded segments, the high bit first, with stuffed zero bytes taken out (T.81 F.2.2.5, B.1.1.5).
 *
 * Up to 32 bits are held in `buffer`, the next one at position `count - 1`. A segment ends where a marker (or the end
 * of the stream) is met: from there zero bits are handed out, counted in `missing`, so that looking ahead near the end
 * costs no test; that one of them was really consumed is noticed at the next refill or in `finish`, before the result
 * of the scan is used.
 */
export class BitReader implements EntropyReader {
  protected readonly bytes: Uint8Array;
  protected position = 0;
  protected buffer = 0;
  protected count = 0;
  protected missing = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Starts an entropy-coded segment at `offset`. */
  start(offset: number): void {
    this.position = offset;
    this.buffer = 0;
    this.count = 0;
    this.missing = 0;
  }

  /** The next Huffman code's symbol (T.81 F.2.2.3). */
  symbol(table: HuffmanDecodingTable): number {
    if (this.count < 16) this.refill();
    const entry = table.lookup[(this.buffer >>> (this.count - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)];
    if (entry === 0) return this.longSymbol(table);
    this.count -= entry >> 8;
    return entry & 0xff;
  }

  /** `size` bits as an unsigned number, 1 ≤ size ≤ 16 (RECEIVE, T.81 F.2.2.4). */
  bits(size: number): number {
    if (this.count < size) this.refill();
    this.count -= size;
    return (this.buffer >>> this.count) & ((1 << size) - 1);
  }

  /** `size` bits as a coefficient of that magnitude category, 1 ≤ size ≤ 15 (EXTEND, T.81 Figure F.12). */
  signed(size: number): number {
    const value = this.bits(size);
    return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
  }

  /**
   * Ends the segment and returns the offset of the marker after it. What is left must be padding: the rest of the last
   * byte, and whole bytes of 1-bits, which some encoders add when the data ends on a byte (T.81 F.1.2.3).
   */
  finish(): number {
    this.checkNotOverrun();
    const wholeBits = (this.count - this.missing) & ~7;
    const mask = 2 ** wholeBits - 1;
    if (((this.buffer >>> this.missing) & mask) !== mask) this.failExtraData();
    const { bytes } = this;
    while (bytes[this.position] === 0xff && bytes[this.position + 1] === 0) this.position += 2;
    if (this.position >= bytes.length - 1) this.failTruncated();
    if (bytes[this.position] !== 0xff) this.failExtraData();
    return this.position;
  }

  /** Throws an error about the data last read; that the data ended before it comes first. */
  corrupt(code: ErrorCode, what: string): void {
    this.checkNotOverrun();
    throw new WjpegError('corrupt', code, `JPEG scan data near byte ${this.position}: ${what}`, {
      offset: this.position,
    });
  }

  private longSymbol(table: HuffmanDecodingTable): number {
    const { maxCode, symbolOffset, symbols } = table;
    for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
      const code = (this.buffer >>> (this.count - length)) & ((1 << length) - 1);
      if (code <= maxCode[length]) {
        this.count -= length;
        return symbols[symbolOffset[length] + code];
      }
    }
    this.corrupt('JPEG_HUFFMAN_CODE', 'these bits are no code of the Huffman table');
    // libjpeg has read 17 bits when it notices, and takes them for the symbol 0.
    this.bits(16);
    this.bits(1);
    return 0;
  }

  protected refill(): void {
    const { bytes } = this;
    this.checkNotOverrun();
    while (this.count <= 24) {
      const byte = this.position < bytes.length ? bytes[this.position] : END_OF_STREAM;
      if (byte === END_OF_STREAM || (byte === 0xff && bytes[this.position + 1] !== 0)) {
        this.buffer <<= 8;
        this.missing += 8;
      } else {
        this.buffer = (this.buffer << 8) | byte;
        this.position += byte === 0xff ? 2 : 1;
      }
      this.count += 8;
    }
  }

  protected checkNotOverrun(): void {
    if (this.missing > this.count) this.failTruncated();
  }

  private failTruncated(): never {
    const { bytes, position } = this;
    let code = position;
    while (bytes[code] === 0xff) code++;
    const end = code < bytes.length ? `at ${markerName(bytes[code])}` : 'with the stream';
    throw new WjpegError(
      'corrupt',
      'JPEG_TRUNCATED',
      `JPEG scan data ends ${end} at byte ${position}, before the last block of its segment`,
      { offset: position },
    );
  }

  private failExtraData(): never {
    throw new WjpegError(
      'corrupt',
      'JPEG_EXTRA_DATA',
      `JPEG scan data goes on at byte ${this.position}, after the last block of its segment`,
      { offset: this.position },
    );
  }
}
