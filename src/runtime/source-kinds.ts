import { WjpegError } from '../errors.ts';
import type { LoadingOptions } from './watch.ts';

/**
 * Sources of encoded bytes: an address, which is fetched; the result of a fetch, a file input or a drop; bytes; or a
 * stream of bytes. A string is a URL: absolute or, in a page, relative to it. `file:` URLs are read in Node.js.
 */
export type ByteSource =
  | string
  | URL
  | Request
  | Response
  | Blob
  | ArrayBufferLike
  | Uint8Array
  | Uint8ClampedArray
  | DataView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** The source of a model. */
export type ModelSource = ByteSource;

/** A source with a URL, which can be requested again. */
export type Address = string | URL | Request;

/** A source that is neither bytes nor an address. */
export type StreamSource = Exclude<ByteSource, Address | ArrayBufferLike | ArrayBufferView>;

/** Kind of content. */
export interface Wanted extends LoadingOptions {
  readonly what: 'model' | 'picture';
  /** Maximum bytes; more are refused as early as possible. */
  readonly maxBytes: number;
}

export function isAddress(source: unknown): source is Address {
  return typeof source === 'string' || source instanceof URL || source instanceof Request;
}

/** The bytes of a source that has them in memory, without copying; undefined for others. */
export function bytesAtOnce(source: unknown): Uint8Array | undefined {
  if (source instanceof Uint8Array) return source;
  if (ArrayBuffer.isView(source)) {
    const { BYTES_PER_ELEMENT: size = 1 } = source as unknown as { BYTES_PER_ELEMENT?: number };
    return size === 1 ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : undefined;
  }
  const type = Object.prototype.toString.call(source);
  const isBuffer = type === '[object ArrayBuffer]' || type === '[object SharedArrayBuffer]';
  return isBuffer ? new Uint8Array(source as ArrayBufferLike) : undefined;
}

export function isFile(source: unknown): source is URL {
  return source instanceof URL && source.protocol === 'file:';
}

/**
 * Outside a page, a string without a scheme is not a URL. It is never tried as a file path: programs pass on
 * untrusted strings.
 */
export function checkAddress(source: Address): void {
  if (typeof source !== 'string' || globalThis.location !== undefined) return;
  if (/^[a-z][a-z\d+.-]+:/i.test(source) && !/^file:/i.test(source)) return;
  const file = /^file:/i.test(source) ? `new URL('${source}')` : `pathToFileURL('${source}')`;
  throw new WjpegError(
    'misuse',
    'SOURCE_ADDRESS',
    `'${source}' is not a URL that can be fetched, expected https:, http:, data: or blob:; ` +
      `for a file pass ${file} or its bytes`,
  );
}

export function describeSource(source: unknown, what: Wanted['what']): string {
  if (source instanceof Request || source instanceof Response) return source.url || `the ${what}`;
  if (typeof source === 'string' || source instanceof URL) return shortened(String(source));
  const { name } = (source ?? {}) as { name?: unknown };
  return source instanceof Blob && typeof name === 'string' && name ? name : `the ${what}`;
}

/** A data: URL is as long as its content. */
function shortened(address: string): string {
  return address.length > 200 ? `${address.slice(0, 200)}…` : address;
}
