import { isRestart, MARKER } from './markers.ts';

/** TEM and RSTm stand alone, as SOI and EOI do (T.81 B.1.1.3). */
const TEM = 0x01;
const SOI_BYTES = 2;

/**
 * Follows a partial JPEG far enough to know which of its scans are complete. Complete scans are a JPEG of
 * their own once EOI is appended, of the same picture at lower precision: coefficients of later scans are
 * zero, and so are the missing bits of those received. So nothing is made up, and the decoder
 * never sees a truncated stream.
 */
export class ScanPrefix {
  /** Number of complete scans. */
  scans = 0;
  /** Bytes up to the end of the last complete scan. */
  bytes = 0;
  /** Whether EOI has been received. */
  complete = false;
  #position = SOI_BYTES;
  #inScan = false;

  /** Continues; `stream` is the JPEG as far as received, an extension of the previous one. */
  advance(stream: Uint8Array): void {
    while (!this.complete && (this.#inScan ? this.#passScan(stream) : this.#passSegment(stream)));
  }

  /** The JPEG of the complete scans; the stream itself once EOI has been received. */
  of(stream: Uint8Array): Uint8Array {
    if (this.complete) return stream;
    const prefix = new Uint8Array(this.bytes + 2);
    prefix.set(stream.subarray(0, this.bytes));
    prefix.set([0xff, MARKER.EOI], this.bytes);
    return prefix;
  }

  /** Skips a marker and its parameters if they are complete. Anything else is left for the decoder to refuse. */
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

  /** Skips to the marker that ends the entropy-coded data. */
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
 * The end of entropy-coded data that continue at `from`: the next marker, an FF that is neither stuffed nor of a
 * restart; if not found, where to continue once more bytes have arrived.
 */
export function endOfScan(stream: Uint8Array, from: number): { end: number; found: boolean } {
  let at = stream.indexOf(0xff, from);
  while (at >= 0) {
    // Fill bytes may precede any marker, including RSTm (T.81 B.1.1.2).
    let code = at + 1;
    while (stream[code] === 0xff) code++;
    if (code >= stream.length) return { end: at, found: false };
    if (stream[code] !== 0 && !isRestart(stream[code])) return { end: at, found: true };
    at = stream.indexOf(0xff, code + 1);
  }
  return { end: stream.length, found: false };
}
