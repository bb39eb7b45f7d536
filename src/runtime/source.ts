import { joinBytes } from '../bytes.ts';
import { WjpegError } from '../errors.ts';
import { resolveLimits, type WjzLimits } from '../format/limits.ts';
import type { WjzFile } from '../format/reading.ts';
import { openWjz } from '../format/reading.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { explainFileError } from '../node/file-errors.ts';
import { type LoadingOptions, SERVER_TIMEOUT, Watch } from './watch.ts';

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

/** Allowance for the headers and directory of an archive, which `maxTotalBytes` does not count. */
const ARCHIVE_BYTES = 2 ** 20;

/** Maximum bytes of a model under these limits. */
export function maxModelBytes(limits: Partial<WjzLimits> = {}): number {
  return resolveLimits(limits).maxTotalBytes + ARCHIVE_BYTES;
}

/**
 * Opens a model from any source. `asked`: the response of its URL, if already requested, and
 * the means to stop that request.
 */
export async function openSource(
  source: ModelSource,
  options: LoadingOptions & { limits?: Partial<WjzLimits>; jpegLimits?: Partial<JpegLimits> },
  asked?: Asked,
): Promise<WjzFile> {
  const bytes = await sourceBytes(
    source,
    { ...options, what: 'model', maxBytes: maxModelBytes(options.limits) },
    asked,
  );
  try {
    return await openWjz(bytes, options.limits, options.jpegLimits);
  } catch (error) {
    throw explainContent(error, source, bytes, 'model');
  }
}

/** A pending request. */
export interface Asked {
  readonly response: Promise<Response>;
  readonly stop: AbortController;
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

/**
 * All bytes of a source; a copy if they belong to the caller, who may change them.
 *
 * @throws WjpegError `FETCH_FAILED` if the bytes cannot be loaded, `SOURCE_TYPE` for other types, `SOURCE_ADDRESS` for
 * a string that is not a URL, `SOURCE_TOO_LARGE`, `LOADING_TIMEOUT`, `LOADING_ABORTED`, `FILE_…` for `file:` URLs
 */
export async function sourceBytes(source: ByteSource, wanted: Wanted, asked?: Asked): Promise<Uint8Array> {
  const { what, maxBytes } = wanted;
  const name = describeSource(source, what);
  const held = bytesAtOnce(source);
  if (held !== undefined) return new Uint8Array(held);
  const watch = new Watch(name, withTimeout(source, wanted));
  // An earlier request is stopped by its own signal.
  const stop = (): void => asked?.stop.abort(watch.signal.reason);
  watch.signal.addEventListener('abort', stop);
  try {
    if (isFile(source)) return await readFileUrl(source, maxBytes, watch.signal);
    const body = isAddress(source)
      ? (await request(source, watch, asked)).body
      : bodyOf(source as StreamSource, what);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of body ? chunksOf(body, what, watch) : []) {
      length += chunk.length;
      if (length > maxBytes) {
        throw new WjpegError('limit', 'SOURCE_TOO_LARGE', `${name}: more than ${maxBytes} bytes, the limit`);
      }
      chunks.push(chunk);
    }
    return joinBytes(chunks);
  } finally {
    watch.close();
  }
}

/** The timeout of data from a server, unless the caller set one. */
export function withTimeout(source: ByteSource, { signal, timeout }: LoadingOptions): LoadingOptions {
  const fromServer = isAddress(source) || source instanceof Response;
  return {
    ...(signal && { signal }),
    timeout: timeout ?? (fromServer ? SERVER_TIMEOUT : Number.POSITIVE_INFINITY),
  };
}

/** The pieces of a stream. Cancels it when iteration stops. */
export async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  what: Wanted['what'],
  watch: Watch,
): AsyncGenerator<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array>;
  try {
    // A stream does not reveal whether something has been read from it; this set does.
    reader = (new Response(body).body as ReadableStream<Uint8Array>).getReader();
  } catch {
    throw used(watch.what);
  }
  try {
    for (;;) {
      const { done, value } = await watch.wait(reader.read()).catch((cause: unknown) => {
        throw watch.signal.aborted ? watch.signal.reason : unreadable(watch.what, cause);
      });
      if (done) return;
      if (!(value instanceof Uint8Array)) throw sourceType(what, value);
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The error for a source that fails before its end. */
function unreadable(name: string, cause: unknown): WjpegError {
  const why = cause instanceof Error && cause.message ? ` (${cause.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be read to its end${why}`, {
    cause,
  });
}

/** The stream of a source without a URL. */
export function bodyOf(source: StreamSource, what: Wanted['what']): ReadableStream<Uint8Array> {
  if (source instanceof Response) {
    const name = describeSource(source, what);
    if (!source.ok && source.type !== 'opaque') throw refused(name, source);
    const { body } = source;
    if (body === null || source.bodyUsed || body.locked) throw used(name);
    return body;
  }
  if (source instanceof Blob) return source.stream();
  if (source instanceof ReadableStream) {
    if (source.locked) throw used(describeSource(source, what));
    return source;
  }
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source)
    return streamOf(source);
  throw sourceType(what, source);
}

function sourceType(what: Wanted['what'], source: unknown): WjpegError {
  const type = Object.prototype.toString.call(source).slice('[object '.length, -1);
  const forms = 'an address, URL, Request, Response, Blob, ArrayBuffer, Uint8Array or stream of bytes';
  if (what === 'model') return new WjpegError('misuse', 'SOURCE_TYPE', `got ${type}, expected ${forms}`);
  return new WjpegError(
    'misuse',
    'INPUT_TYPE',
    `got ${type}, expected ${forms} of a PNG or JPEG; pixels { data, width, height }; an image source of a browser; ` +
      'or values (Float32Array, array of numbers, { data, dims })',
  );
}

/** Requests a URL, unless already requested. */
async function request(source: Address, watch: Watch, asked: Asked | undefined): Promise<Response> {
  checkAddress(source);
  let response: Response;
  try {
    response = await watch.wait(asked?.response ?? fetch(source, { signal: watch.signal }));
  } catch (cause) {
    throw watch.signal.aborted ? watch.signal.reason : unreachable(watch.what, cause);
  }
  if (response.ok) return response;
  response.body?.cancel().catch(() => {});
  throw refused(watch.what, response);
}

/** The error for a URL without a response. Node.js states the reason in the cause of the cause. */
export function unreachable(name: string, cause: unknown): WjpegError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const why = inner instanceof Error && inner.message ? ` (${inner.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be fetched${why}`, { cause });
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

function used(name: string): WjpegError {
  return new WjpegError(
    'misuse',
    'SOURCE_USED',
    `${name}: its bytes have already been read or are being read: pass a fresh source`,
  );
}

/** The error for an unsuccessful response. */
export function refused(name: string, { status }: Response): WjpegError {
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: the server answered ${status}`);
}

const XML = 'an XML document';

/** Content that servers send in place of a file, by its first characters. */
const OTHER_CONTENT: readonly (readonly [RegExp, string])[] = [
  [/^(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|script|title|meta)\b/i, 'an HTML page'],
  [/^version https:\/\/git-lfs\./, 'a Git LFS pointer, not the file that it stands for'],
  [/^(<\?xml|<!--|<[a-z!])/i, XML],
  [/^[{[]\s*["{[\]}\d]/, 'JSON'],
  [/^$/, 'empty'],
];

/** The error for unexpected content: states what it is instead, if known, and its URL. */
export function explainContent(
  error: unknown,
  source: unknown,
  bytes: Uint8Array,
  what: Wanted['what'],
): unknown {
  if (!(error instanceof WjpegError) || bytesAtOnce(source) !== undefined) return error;
  const name = describeSource(source, what);
  const start = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart();
  const other = OTHER_CONTENT.find(([pattern]) => pattern.test(start))?.[1];
  // The reader of pictures names SVG and other XML itself.
  const isNamed = what === 'picture' && other === XML;
  const isText =
    other !== undefined && !isNamed && (error.kind === 'corrupt' || error.kind === 'unsupported');
  if (isText) {
    const expected = what === 'model' ? 'a .wjz' : 'a PNG or a JPEG';
    const hint = isAddress(source) || source instanceof Response ? ': check the address' : '';
    return new WjpegError(
      'unavailable',
      'SOURCE_CONTENT',
      `${name}: the content is ${other}, expected ${expected}${hint}`,
      { cause: error },
    );
  }
  if (name === `the ${what}` || error.message.startsWith(name)) return error;
  const { kind, code, message, offset } = error;
  return new WjpegError(kind, code, `${name}: ${message}`, {
    ...(offset !== undefined && { offset }),
    cause: error,
  });
}

export function isFile(source: unknown): source is URL {
  return source instanceof URL && source.protocol === 'file:';
}

/** Reads a `file:` URL. Node.js modules are requested at run time, so that bundlers for pages do not look for them. */
export async function readFileUrl(url: URL, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (files === undefined) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${url}: file: URLs can be read in Node.js only`);
  }
  signal.throwIfAborted();
  try {
    const { size } = await files.stat(url);
    if (size > maxBytes) {
      throw new WjpegError('limit', 'SOURCE_TOO_LARGE', `${url}: ${size} bytes, the limit is ${maxBytes}`);
    }
    return await files.readFile(url, { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : explainFileError(error, 'read', url.pathname);
  }
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
