import { crc32 } from '../crc32.ts';
import { WjpegError } from '../errors.ts';
import type { ZipEntry } from './zip.ts';

/** A byte of deflate data inflates to at most 1032: four matches of 258 bytes, coded in two bits each. */
const MAX_EXPANSION = 1032;

/** The bytes of an entry in the archive. */
export function packedBytes(archive: Uint8Array, entry: ZipEntry): Uint8Array {
  return archive.subarray(entry.dataOffset, entry.dataOffset + entry.compressedBytes);
}

/** Collects the content of deflate data while it is inflated; stops the inflater by throwing. */
export interface Inflated {
  /** An inflater that is asked for no more than these bytes fails with a RangeError where there are more. */
  readonly maxBytes: number;
  add(chunk: Uint8Array): void;
  finish(): Uint8Array;
  /** Translates an error of the inflater. */
  failed(cause: unknown): unknown;
}

/**
 * Collects the content of a deflated entry in new memory of exactly the declared size; throws at the first byte beyond
 * it, which stops the inflater.
 */
export class EntryContent implements Inflated {
  readonly maxBytes: number;
  readonly #entry: ZipEntry;
  readonly #content: Uint8Array;
  #length = 0;

  constructor(entry: ZipEntry) {
    const { bytes, compressedBytes } = entry;
    this.#entry = entry;
    this.maxBytes = bytes;
    const max = compressedBytes * MAX_EXPANSION;
    if (bytes > max) throw this.#wrongSize(`at most ${max}`);
    this.#content = new Uint8Array(bytes);
  }

  add(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.maxBytes) throw this.#wrongSize(`more than ${this.maxBytes}`);
    this.#content.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  finish(): Uint8Array {
    if (this.#length !== this.maxBytes) throw this.#wrongSize(this.#length);
    return this.#content;
  }

  /** Translates an error of the inflater. */
  failed(cause: unknown): unknown {
    if (cause instanceof RangeError) return this.#wrongSize(`more than ${this.maxBytes}`);
    if (cause instanceof WjpegError) return cause;
    const { name, dataOffset } = this.#entry;
    return new WjpegError('corrupt', 'ZIP_DEFLATE', `ZIP: '${name}' is not valid deflate data`, {
      offset: dataOffset,
      cause,
    });
  }

  #wrongSize(unpacked: string | number): WjpegError {
    const { name, dataOffset } = this.#entry;
    return new WjpegError(
      'corrupt',
      'ZIP_SIZE',
      `ZIP: '${name}' unpacks to ${unpacked} bytes, but declares ${this.maxBytes}`,
      { offset: dataOffset },
    );
  }
}

/** Returns the content of an entry if its CRC is the declared one. */
export function checkCrc(content: Uint8Array, entry: ZipEntry): Uint8Array {
  const crc = crc32(content);
  if (crc !== entry.crc) {
    throw new WjpegError(
      'corrupt',
      'ZIP_CRC',
      `ZIP: '${entry.name}' has CRC ${hex(crc)}, expected ${hex(entry.crc)}: its content is damaged`,
      { offset: entry.dataOffset },
    );
  }
  return content;
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
