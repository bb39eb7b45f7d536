import { WjpegError } from '../errors.ts';

/**
 * Where a model comes from: an address, which is fetched; what a fetch, a file input or a drop gives; bytes; or a stream
 * of bytes.
 */
export type ModelSource =
  | string
  | URL
  | Request
  | Response
  | Blob
  | ArrayBuffer
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/** A source that has an address, and so can be asked again for what did not arrive. */
export type Address = string | URL | Request;

export function isAddress(source: ModelSource): source is Address {
  return typeof source === 'string' || source instanceof URL || source instanceof Request;
}

/** The bytes of a source that has them all at once; undefined for others. */
export function bytesAtOnce(source: ModelSource): Uint8Array | undefined {
  if (source instanceof Uint8Array) return source;
  return source instanceof ArrayBuffer ? new Uint8Array(source) : undefined;
}

/** All bytes of a model. Throws `FETCH_FAILED` where they do not come, `SOURCE_TYPE` for what is no source. */
export async function sourceBytes(source: ModelSource): Promise<Uint8Array> {
  const bytes = bytesAtOnce(source);
  if (bytes !== undefined) return bytes;
  const response = isAddress(source) ? await request(source) : responseOf(source);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw unreadable(source, cause);
  }
}

/** The error that a source is whose bytes do not come to their end. */
export function unreadable(source: ModelSource, cause: unknown): WjpegError {
  return new WjpegError('unavailable', 'FETCH_FAILED', `${describeSource(source)}: could not be read`, {
    cause,
  });
}

/** What a source without an address streams. */
export function bodyOf(source: Exclude<ModelSource, Address>): ReadableStream<Uint8Array> {
  if (source instanceof Response) return bodyOfResponse(source);
  if (source instanceof Blob) return source.stream();
  if (source instanceof ReadableStream) {
    if (source.locked) throw used(source);
    return source;
  }
  if (Symbol.asyncIterator in source) return streamOf(source);
  throw new WjpegError(
    'misuse',
    'SOURCE_TYPE',
    'a model is an address, a Request, Response, Blob, ArrayBuffer, Uint8Array or a stream of bytes',
  );
}

async function request(source: Address): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(source);
  } catch (cause) {
    throw new WjpegError('unavailable', 'FETCH_FAILED', `${describeSource(source)}: could not be fetched`, {
      cause,
    });
  }
  if (!response.ok) throw refused(describeSource(source), response);
  return response;
}

export function describeSource(source: ModelSource): string {
  if (source instanceof Request || source instanceof Response) return source.url || 'the model';
  return typeof source === 'string' || source instanceof URL ? String(source) : 'the model';
}

function bodyOfResponse(response: Response): ReadableStream<Uint8Array> {
  if (!response.ok) throw refused(describeSource(response), response);
  const { body } = response;
  if (body === null || response.bodyUsed || body.locked) throw used(response);
  return body;
}

function responseOf(source: Exclude<ModelSource, Address>): Response {
  const body = bodyOf(source);
  try {
    return new Response(body);
  } catch {
    // A stream does not tell whether something has been read from it; this does.
    throw used(source);
  }
}

function used(source: ModelSource): WjpegError {
  return new WjpegError(
    'misuse',
    'SOURCE_USED',
    `${describeSource(source)}: its bytes have been read already, or something else is reading them`,
  );
}

/** The error that an answer without success is. */
export function refused(what: string, { status }: Response): WjpegError {
  return new WjpegError('unavailable', 'FETCH_FAILED', `${what}: the server answered ${status}`);
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
