import type { ErrorCode } from '../../error-codes.ts';
import { ArithmeticReader } from '../entropy/arithmetic/reader.ts';
import { BitReader } from '../entropy/huffman/bit-reader.ts';
import { MARKER, markerName } from '../markers/markers.ts';
import type { Warnings } from './warnings.ts';

/**
 * Entropy-coded segments as libjpeg-turbo reads them (jdhuff.c, jdarith.c, jdmarker.c): where the data end too early,
 * zero bits follow; FF bytes before a stuffed zero are one FF; what is left over is skipped up to the next marker.
 */

/**
 * Whole bytes after the last block of Huffman-coded data that are skipped without a warning. libjpeg-turbo does not count what it has
 * read ahead by then, up to seven bytes, four on average; arithmetic-coded data it reads a byte at a time.
 */
const READ_AHEAD = 3;

/** The end of a run of FF bytes that begins at `offset`. */
export function afterFill(bytes: Uint8Array, offset: number): number {
  let at = offset;
  while (bytes[at] === 0xff) at++;
  return at;
}

/** Offset of the last FF before the next marker's code at or after `from`, or the length of the stream. */
export function findMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at)) {
    at = afterFill(bytes, at);
    if (at < bytes.length && bytes[at] !== 0) return at - 1;
  }
  return bytes.length;
}

/** The code of the marker at `offset` as `findMarker` returns it; the end of the stream reads as EOI. */
export function markerAt(bytes: Uint8Array, offset: number): number {
  return offset + 1 < bytes.length ? bytes[offset + 1] : MARKER.EOI;
}

export class LenientBitReader extends BitReader {
  readonly #warnings: Warnings;
  /** Whether the current segment has ended before its last block. */
  #exhausted = false;

  constructor(bytes: Uint8Array, warnings: Warnings) {
    super(bytes);
    this.#warnings = warnings;
  }

  override start(offset: number): void {
    super.start(offset);
    this.#exhausted = false;
  }

  /** Whether bits were used that are missing: libjpeg leaves the MCUs from here on to the next restart as they are. */
  get exhausted(): boolean {
    this.checkNotOverrun();
    return this.#exhausted;
  }

  override corrupt(code: ErrorCode, what: string): void {
    this.#warnings.add(code, `JPEG scan data near byte ${this.position}: ${what}`);
  }

  override finish(): number {
    // Bits of the last block may be what is missing.
    this.checkNotOverrun();
    const { bytes, position } = this;
    const marker = findMarker(bytes, position);
    const unread = Math.max(this.count - this.missing, 0) >> 3;
    const extra = unread + marker - position;
    if (extra > READ_AHEAD) warnOfExtra(this.#warnings, extra, bytes, marker);
    return marker;
  }

  protected override refill(): void {
    const { bytes } = this;
    while (this.count <= 24) {
      const byte = this.position < bytes.length ? bytes[this.position] : -1;
      const next = byte === 0xff ? afterFill(bytes, this.position) : this.position;
      if (byte < 0 || (byte === 0xff && bytes[next] !== 0)) {
        // A marker, or the end: zeros.
        this.checkNotOverrun();
        this.buffer <<= 8;
        // Capped, so that it stays above `count` however long zeros are read.
        this.missing = Math.min(this.missing + 8, 64);
      } else {
        this.buffer = (this.buffer << 8) | byte;
        this.position = next + 1;
      }
      this.count += 8;
    }
  }

  protected override checkNotOverrun(): void {
    if (this.#exhausted || this.missing <= this.count) return;
    this.#exhausted = true;
    const { bytes, position } = this;
    const end =
      position < bytes.length
        ? `at ${markerName(bytes[afterFill(bytes, position)] ?? MARKER.EOI)}`
        : 'with the file';
    this.#warnings.add(
      'JPEG_TRUNCATED',
      `JPEG scan data end ${end} at byte ${position}, before the end of the last block of their segment; the rest of it is grey`,
    );
  }
}

export class LenientArithmeticReader extends ArithmeticReader {
  readonly #warnings: Warnings;

  constructor(bytes: Uint8Array, warnings: Warnings) {
    super(bytes);
    this.#warnings = warnings;
  }

  override corrupt(code: ErrorCode, what: string): void {
    this.#warnings.add(code, `JPEG scan data near byte ${this.position}: ${what}`);
  }

  override finish(): number {
    const { bytes, position } = this;
    const marker = findMarker(bytes, position);
    const extra = marker - position;
    if (extra > 0) warnOfExtra(this.#warnings, extra, bytes, marker);
    return marker;
  }

  protected override nextByte(): number {
    const { bytes, position } = this;
    if (position >= bytes.length) return 0;
    if (bytes[position] !== 0xff) return super.nextByte();
    const next = afterFill(bytes, position);
    if (bytes[next] !== 0) return 0;
    this.position = next + 1;
    return 0xff;
  }
}

/** A warning of bytes between data or segments and the marker at `marker`. */
export function warnOfExtra(warnings: Warnings, count: number, bytes: Uint8Array, marker: number): void {
  warnings.add(
    'JPEG_EXTRA_DATA',
    `JPEG has ${count} extraneous bytes before ${markerName(markerAt(bytes, marker))} at byte ${marker}`,
  );
}
