import '../core.ts';
import { WjpegError } from '../errors.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { explainFileError } from '../node/file-errors.ts';
import { resolveLimits, type WjzLimits } from '../wjz/limits.ts';
import { openWjz } from '../wjz/open.ts';
import type { WjzFile } from '../wjz/reading.ts';
import { type LoadingOptions, SERVER_TIMEOUT, Watch } from './watch.ts';

/**
 * Where encoded bytes come from: an address, which is fetched; what a fetch, a file input or a drop gives; bytes; or a
 * stream of bytes. A string is an address: absolute, or in a page relative to it. `file:` URLs are read in Node.
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

/** Where a model comes from. */
export type ModelSource = ByteSource;

/** A source that has an address, and so can be asked again for what did not arrive. */
export type Address = string | URL | Request;

/** A source that is neither bytes nor an address. */
export type StreamSource = Exclude<ByteSource, Address | ArrayBufferLike | ArrayBufferView>;

/** What is loaded. */
export interface Wanted extends LoadingOptions {
  readonly what: 'model' | 'picture';
  /** More is refused as soon as it is known. */
  readonly maxBytes: number;
}

/** Headers and directory of an archive, which `maxTotalBytes` does not count, take less. */
const ARCHIVE_BYTES = 2 ** 20;

/** Bytes that a model may have under these limits. */
export function maxModelBytes(limits: Partial<WjzLimits> = {}): number {
  return resolveLimits(limits).maxTotalBytes + ARCHIVE_BYTES;
}

/**
 * Opens a model from anything that has its bytes. `asked`: the answer of its address, where it was asked for already, and
 * what stops that request.
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

/** A request that is on its way. */
export interface Asked {
  readonly response: Promise<Response>;
  readonly stop: AbortController;
}

export function isAddress(source: unknown): source is Address {
  return typeof source === 'string' || source instanceof URL || source instanceof Request;
}

/** The bytes of a source that has them all at once, as they lie there; undefined for others. */
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
 * All bytes of a source; a copy where they are the caller's, who may change them.
 *
 * @throws WjpegError `FETCH_FAILED` where the bytes do not come, `SOURCE_TYPE` for what is no source, `SOURCE_ADDRESS` for
 * a string that is no address, `SOURCE_TOO_LARGE`, `LOADING_TIMEOUT`, `LOADING_ABORTED`, `FILE_…` for `file:` URLs
 */
export async function sourceBytes(source: ByteSource, wanted: Wanted, asked?: Asked): Promise<Uint8Array> {
  const { what, maxBytes } = wanted;
  const name = describeSource(source, what);
  const held = bytesAtOnce(source);
  if (held !== undefined) return new Uint8Array(held);
  const watch = new Watch(name, withTimeout(source, wanted));
  // A request that went out before is stopped by its own signal.
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
    return joined(chunks, length);
  } finally {
    watch.close();
  }
}

/** The timeout of what a server sends, unless the caller named one. */
export function withTimeout(source: ByteSource, { signal, timeout }: LoadingOptions): LoadingOptions {
  const fromServer = isAddress(source) || source instanceof Response;
  return {
    ...(signal && { signal }),
    timeout: timeout ?? (fromServer ? SERVER_TIMEOUT : Number.POSITIVE_INFINITY),
  };
}

/** The pieces of a stream. Cancels it when they are not wanted any more. */
export async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  what: Wanted['what'],
  watch: Watch,
): AsyncGenerator<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array>;
  try {
    // A stream does not tell whether something has been read from it; this does.
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

/** The error that a source is whose bytes do not come to their end. */
function unreadable(name: string, cause: unknown): WjpegError {
  const why = cause instanceof Error && cause.message ? ` (${cause.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be read to its end${why}`, {
    cause,
  });
}

/** What a source without an address streams. */
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
    `got ${type}, expected ${forms} of a PNG or JPEG; pixels { data, width, height }; something that a browser draws; ` +
      'or values (Float32Array, array of numbers, { data, dims })',
  );
}

/** Asks for an address, unless that has been done. */
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

/** The error of an address that does not answer. Node tells the reason in the cause of the cause. */
export function unreachable(name: string, cause: unknown): WjpegError {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const why = inner instanceof Error && inner.message ? ` (${inner.message})` : '';
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: could not be fetched${why}`, { cause });
}

/**
 * Outside a page a string without a scheme is no address. That it could be a file's path is not tried: programs pass on
 * strings that others wrote.
 */
export function checkAddress(source: Address): void {
  if (typeof source !== 'string' || globalThis.location !== undefined) return;
  if (/^[a-z][a-z\d+.-]+:/i.test(source) && !/^file:/i.test(source)) return;
  const file = /^file:/i.test(source) ? `new URL('${source}')` : `pathToFileURL('${source}')`;
  throw new WjpegError(
    'misuse',
    'SOURCE_ADDRESS',
    `'${source}' is not an address that can be fetched, expected https:, http:, data: or blob:; ` +
      `for a file give ${file} or its bytes`,
  );
}

export function describeSource(source: unknown, what: Wanted['what']): string {
  if (source instanceof Request || source instanceof Response) return source.url || `the ${what}`;
  if (typeof source === 'string' || source instanceof URL) return shortened(String(source));
  const { name } = (source ?? {}) as { name?: unknown };
  return source instanceof Blob && typeof name === 'string' && name ? name : `the ${what}`;
}

/** A data: address is as long as its content. */
function shortened(address: string): string {
  return address.length > 200 ? `${address.slice(0, 200)}…` : address;
}

function used(name: string): WjpegError {
  return new WjpegError(
    'misuse',
    'SOURCE_USED',
    `${name}: its bytes have been read already, or something else is reading them`,
  );
}

/** The error that an answer without success is. */
export function refused(name: string, { status }: Response): WjpegError {
  return new WjpegError('unavailable', 'FETCH_FAILED', `${name}: the server answered ${status}`);
}

/** What servers send in place of a file, by the text that it begins with. */
const OTHER_CONTENT: readonly (readonly [RegExp, string])[] = [
  [/^(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body|script|title|meta)\b/i, 'an HTML page'],
  [/^version https:\/\/git-lfs\./, 'a Git LFS pointer, not the file that it stands for'],
  [/^(<\?xml|<!--|<[a-z!])/i, 'an XML document'],
  [/^[{[]\s*["{[\]}\d]/, 'JSON'],
  [/^$/, 'empty'],
];

/** The error of bytes that are not what was wanted: what they are instead, where that is known, and their address. */
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
  const isText = other !== undefined && (error.kind === 'corrupt' || error.kind === 'unsupported');
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

/** Reads a `file:` URL. Node's modules are asked for at run time, so that bundlers for pages do not look for them. */
export async function readFileUrl(url: URL, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const files = globalThis.process?.getBuiltinModule?.('node:fs/promises');
  if (files === undefined) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${url}: file: URLs can be read in Node only`);
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

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
