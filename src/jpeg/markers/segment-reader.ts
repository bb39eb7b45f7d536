import type { ErrorCode } from '../../error-codes.ts';
import { WjpegError } from '../../errors.ts';
import { markerName } from './markers.ts';

/** A marker and where its first byte stood in the stream. */
export interface MarkerPlace {
  readonly marker: number;
  readonly offset: number;
}

/**
 * Reads the marker that must stand at `offset`: one or more FF bytes (fill bytes, T.81 B.1.1.2), then its code.
 * Garbage between segments, which libjpeg skips with a warning, is refused.
 */
export function readMarker(bytes: Uint8Array, offset: number): MarkerPlace {
  let position = offset;
  while (position < bytes.length && bytes[position] === 0xff) position++;
  if (position >= bytes.length) {
    throw new WjpegError(
      'corrupt',
      'JPEG_TRUNCATED',
      `JPEG ends at byte ${bytes.length}, where a marker should follow (at the end, EOI)`,
      { offset: bytes.length },
    );
  }
  const marker = bytes[position];
  if (position === offset || marker === 0) {
    throw new WjpegError(
      'corrupt',
      'JPEG_MARKER_EXPECTED',
      `JPEG byte ${offset}: expected a marker, got ${hex(bytes[offset])} ${hex(bytes[offset + 1])}`,
      { offset },
    );
  }
  return { marker, offset: position - 1 };
}

function hex(byte: number | undefined): string {
  return byte === undefined ? 'the end' : byte.toString(16).toUpperCase().padStart(2, '0');
}

/**
 * The parameters of one marker segment (T.81 B.1.1.4), read in order. The length is checked against the stream at the
 * start and every read against the length, so that no parser of a segment can leave it.
 */
export class SegmentReader {
  readonly marker: number;
  /** Offset in the stream of the first byte after the segment. */
  readonly end: number;
  private readonly bytes: Uint8Array;
  private position: number;

  /** `offset`: of the two length bytes, right after the marker. */
  constructor(bytes: Uint8Array, marker: number, offset: number) {
    this.bytes = bytes;
    this.marker = marker;
    this.position = offset + 2;
    const length = offset + 2 <= bytes.length ? bytes[offset] * 256 + bytes[offset + 1] : undefined;
    if (length === undefined || offset + Math.max(length, 2) > bytes.length) {
      throw new WjpegError(
        'corrupt',
        'JPEG_TRUNCATED',
        `JPEG segment ${markerName(marker)} at byte ${offset}: ` +
          (length === undefined
            ? 'the stream ends before its length'
            : `its length is ${length}, but the stream ends after ${bytes.length - offset} bytes`),
        { offset },
      );
    }
    this.end = offset + length;
    if (length < 2) {
      throw this.corrupt('JPEG_SEGMENT_LENGTH', `length must be 2 or more, got ${length}`);
    }
  }

  /** Bytes of the segment that are not yet read. */
  get remaining(): number {
    return this.end - this.position;
  }

  byte(): number {
    if (this.remaining < 1) this.failTooShort();
    return this.bytes[this.position++];
  }

  /** 16 bits, the high byte first. */
  word(): number {
    if (this.remaining < 2) this.failTooShort();
    const value = this.bytes[this.position] * 256 + this.bytes[this.position + 1];
    this.position += 2;
    return value;
  }

  /** Ends the segment: what its parser did not read should not be there. */
  finish(): void {
    if (this.remaining !== 0) {
      throw this.corrupt('JPEG_SEGMENT_LENGTH', `too long for what it holds, by ${this.remaining} byte(s)`);
    }
  }

  /** An error that names this segment and where reading has come to. */
  corrupt(code: ErrorCode, what: string): WjpegError {
    return this.error('corrupt', code, what);
  }

  unsupported(code: ErrorCode, what: string): WjpegError {
    return this.error('unsupported', code, what);
  }

  private failTooShort(): never {
    throw this.corrupt('JPEG_SEGMENT_LENGTH', 'too short for what it holds');
  }

  private error(kind: 'corrupt' | 'unsupported', code: ErrorCode, what: string): WjpegError {
    const offset = this.position;
    return new WjpegError(
      kind,
      code,
      `JPEG segment ${markerName(this.marker)} near byte ${offset}: ${what}`,
      { offset },
    );
  }
}
