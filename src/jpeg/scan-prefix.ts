import { isRestart, MARKER } from './markers.ts';

/** TEM and RSTm stand alone, as SOI and EOI do (T.81 B.1.1.3). */
const TEM = 0x01;
const SOI_BYTES = 2;

/**
 * Follows a JPEG that is still arriving, as far as to know which of its scans are there whole. Such scans are a JPEG of
 * their own once EOI is put after them, of the same picture, less exact: coefficients that later scans would bring are
 * zero, and of those that have come so far the bits that were to come. So nothing has to be made up, and the decoder
 * never sees a stream that ends early.
 */
export class ScanPrefix {
  /** Scans that have arrived whole. */
  scans = 0;
  /** Bytes up to the end of the last of them. */
  bytes = 0;
  /** Whether EOI has come. */
  complete = false;
  #position = SOI_BYTES;
  #inScan = false;

  /** Reads on; `stream` is the JPEG as far as it is there, and begins with what it began with before. */
  advance(stream: Uint8Array): void {
    while (!this.complete && (this.#inScan ? this.#passScan(stream) : this.#passSegment(stream)));
  }

  /** The JPEG of the scans that have arrived whole; the stream itself where EOI has. */
  of(stream: Uint8Array): Uint8Array {
    if (this.complete) return stream;
    const prefix = new Uint8Array(this.bytes + 2);
    prefix.set(stream.subarray(0, this.bytes));
    prefix.set([0xff, MARKER.EOI], this.bytes);
    return prefix;
  }

  /** Goes past a marker and its parameters if they are all there. What is no marker is left to the decoder to refuse. */
  #passSegment(stream: Uint8Array): boolean {
    let at = this.#position;
    while (stream[at] === 0xff && stream[at + 1] === 0xff) at++;
    if (stream[at] !== 0xff || at + 1 >= stream.length) return false;
    const marker = stream[at + 1];
    if (marker === MARKER.EOI) {
      this.complete = true;
      return false;
    }
    const standsAlone = marker === TEM || isRestart(marker);
    if (!standsAlone && at + 4 > stream.length) return false;
    const end = at + 2 + (standsAlone ? 0 : stream[at + 2] * 256 + stream[at + 3]);
    if (end > stream.length) return false;
    this.#position = end;
    this.#inScan = marker === MARKER.SOS;
    return true;
  }

  /** Goes to the marker that ends the entropy-coded data. */
  #passScan(stream: Uint8Array): boolean {
    const { end, found } = endOfScan(stream, this.#position);
    this.#position = end;
    if (!found) return false;
    this.#inScan = false;
    this.scans++;
    this.bytes = end;
    return true;
  }
}

/**
 * Where entropy-coded data that go on at `from` end: at the marker after them, an FF that is neither stuffed nor of a
 * restart; if it has not been found, where to look on once more bytes are there.
 */
export function endOfScan(stream: Uint8Array, from: number): { end: number; found: boolean } {
  let at = stream.indexOf(0xff, from);
  while (at >= 0) {
    // Fill bytes may stand before any marker, that of a restart, too (T.81 B.1.1.2).
    let code = at + 1;
    while (stream[code] === 0xff) code++;
    if (code >= stream.length) return { end: at, found: false };
    if (stream[code] !== 0 && !isRestart(stream[code])) return { end: at, found: true };
    at = stream.indexOf(0xff, code + 1);
  }
  return { end: stream.length, found: false };
}
