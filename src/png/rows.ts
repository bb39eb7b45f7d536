import { pngError } from './error.ts';
import { channelsOf, type PngHeader } from './header.ts';
import { filteredBytes, type Pass, passesOf } from './passes.ts';
import { roomFor, type Samples, unpack } from './samples.ts';
import { unfilter } from './unfilter.ts';

/** A row of a pass. */
export interface PngRow {
  /** `columns` pixels, the samples of each side by side, as stored; overwritten after the visit. */
  readonly samples: Samples;
  readonly columns: number;
  /** The row in the picture, its first column, and the distance from one pixel to the next. */
  readonly y: number;
  readonly x: number;
  readonly dx: number;
}

/** Takes inflated image data in pieces of any length and gives the rows of samples in it, one after another. */
export class RowReader {
  /** Bytes of image data that the picture has, and how many came. */
  readonly expected: number;
  received = 0;
  readonly #header: PngHeader;
  readonly #passes: Pass[];
  readonly #visit: (row: PngRow) => void;
  /** From a sample to the same of the pixel to the left, in bytes. */
  readonly #distance: number;
  /** Row of the current pass, and the bytes of it that came, its filter type included. */
  #row = 0;
  #filled = 0;
  #filter = 0;
  #current: Uint8Array<ArrayBufferLike>;
  #above: Uint8Array<ArrayBufferLike>;
  #room: Samples | undefined;

  constructor(header: PngHeader, visit: (row: PngRow) => void) {
    this.#header = header;
    this.#visit = visit;
    this.#passes = passesOf(header);
    this.#distance = Math.max(1, (header.bitDepth * channelsOf(header)) >> 3);
    this.expected = filteredBytes(this.#passes);
    // Passes of half a picture's columns come later, but the last one has all of them.
    const widest = Math.max(...this.#passes.map(({ rowBytes }) => rowBytes));
    this.#current = new Uint8Array(widest);
    this.#above = new Uint8Array(widest);
    this.#room = roomFor(header.width * channelsOf(header), header.bitDepth);
  }

  /** Whether every row has been visited. */
  get complete(): boolean {
    return this.received >= this.expected;
  }

  /** Takes the next bytes of image data. What comes beyond the last row is only counted. */
  add(bytes: Uint8Array): void {
    this.received += bytes.length;
    for (let at = 0; at < bytes.length && this.#passes.length > 0; ) {
      const { rowBytes } = this.#passes[0];
      if (this.#filled === 0) {
        this.#filter = bytes[at++];
        if (this.#filter > 4) throw this.#unknownFilter();
        this.#filled = 1;
      }
      const part = bytes.subarray(at, at + rowBytes + 1 - this.#filled);
      this.#current.set(part, this.#filled - 1);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled > rowBytes) this.#epilogueRow(this.#passes[0]);
    }
  }

  #epilogueRow(pass: Pass): void {
    const { x, y, dx, dy, columns, rows, rowBytes } = pass;
    const row = this.#current.subarray(0, rowBytes);
    unfilter(this.#filter, row, this.#above, this.#distance);
    const samples = unpack(row, this.#room, columns * channelsOf(this.#header), this.#header.bitDepth);
    this.#visit({ samples, columns, y: y + this.#row * dy, x, dx });
    [this.#current, this.#above] = [this.#above, this.#current];
    this.#filled = 0;
    this.#row++;
    if (this.#row < rows) return;
    this.#row = 0;
    this.#passes.shift();
    this.#above.fill(0);
  }

  #unknownFilter(): Error {
    const { y, dy } = this.#passes[0];
    const place = `row ${y + this.#row * dy}`;
    return pngError('corrupt', `${place} has filter type ${this.#filter}, expected 0 to 4`);
  }
}
