import { joinBytes } from '../bytes.ts';
import { WjpegError } from '../errors.ts';
import { resolveLimits, type WjzLimits } from '../format/limits.ts';
import type { WjzFile } from '../format/reading.ts';
import { openWjz } from '../format/reading.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import { explainFileError } from '../node/file-errors.ts';
import { explainContent, refused, sourceType, unreachable, unreadable, used } from './source-errors.ts';
import {
  type Address,
  type ByteSource,
  bytesAtOnce,
  checkAddress,
  describeSource,
  isAddress,
  isFile,
  type ModelSource,
  type StreamSource,
  type Wanted,
} from './source-kinds.ts';
import { type LoadingOptions, SERVER_TIMEOUT, Watch } from './watch.ts';

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
