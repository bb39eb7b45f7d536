import { WjpegError } from '../../errors.ts';
import { refused } from '../source-errors.ts';
import { type Address, checkAddress, describeSource } from '../source-kinds.ts';
import { type LoadingOptions, Watch } from '../watch.ts';

/** Retry options for downloads. */
export interface DownloadOptions extends Pick<LoadingOptions, 'timeout'> {
  /** Consecutive attempts without data before a download fails; 5 if absent. */
  readonly retries?: number;
  /** Milliseconds before the first retry, doubled for each further one, at most 30 s; 500 if absent. */
  readonly retryDelay?: number;
}

const MAX_DELAY = 30_000;

/** Statuses worth a retry (RFC 9110 15.5.9, 15.6; RFC 6585 4). */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

/**
 * A file downloaded front to back. If the connection breaks or stalls, the rest is requested (RFC 9110 14:
 * `Range`), with `If-Range` if the server stated a version of the file. If a server sends everything again,
 * the bytes already received must be the same.
 *
 * Under a content encoding (gzip, br) `fetch` gives decoded bytes, while `Content-Length` counts encoded ones. Requests
 * with `Range` go out with `Accept-Encoding: identity` (Fetch standard, HTTP-network-or-cache fetch), so an offset in
 * decoded bytes is right for them; if a server encodes its parts nevertheless, everything is requested again.
 */
export class Download {
  /** Bytes received, decoded. */
  received = 0;
  /** Total bytes; undefined if the server does not state it. */
  total: number | undefined;
  readonly #address: Address;
  readonly #name: string;
  readonly #retries: number;
  readonly #delay: number;
  readonly #timeout: number;
  readonly #signal: AbortSignal;
  #version: Version | undefined;
  /** Whether a body shorter than `total` is an error; false if `total` may count encoded bytes. */
  #totalIsExact = true;
  /** Whether the server encodes parts, which makes them unusable. */
  #encodesParts = false;

  constructor(
    address: Address,
    { retries = 5, retryDelay = 500, timeout = Number.POSITIVE_INFINITY }: DownloadOptions,
    signal: AbortSignal,
  ) {
    this.#address = address;
    this.#name = describeSource(address, 'model');
    this.#retries = retries;
    this.#delay = retryDelay;
    this.#timeout = timeout;
    this.#signal = signal;
  }

  /**
   * The remaining bytes. Ends at the end of the file; throws `DOWNLOAD_BROKEN` after too many failures (a further call
   * continues from there), `DOWNLOAD_CHANGED` if the file on the server changed, `FETCH_FAILED` if it refuses.
   * `isSame`: whether the received bytes equal these, from `offset` on.
   */
  async *chunks(isSame: (offset: number, bytes: Uint8Array) => boolean): AsyncGenerator<Uint8Array> {
    checkAddress(this.#address);
    for (let failures = 0; ; ) {
      let cause: unknown = new WjpegError('unavailable', 'FETCH_FAILED', 'the connection ended early');
      const encodedParts = this.#encodesParts;
      const watch = new Watch(this.#name, { signal: this.#signal, timeout: this.#timeout });
      try {
        for await (const chunk of this.#attempt(isSame, watch)) {
          failures = 0;
          this.received += chunk.length;
          yield chunk;
        }
        if (this.total === undefined || this.received >= this.total || !this.#totalIsExact) return;
      } catch (error) {
        if (!isPassing(error) || this.#signal.aborted) throw error;
        cause = error.cause;
      } finally {
        watch.close();
      }
      // This tells how to request the file; it is not a failure.
      if (this.#encodesParts !== encodedParts) continue;
      if (failures >= this.#retries) throw this.#broken(failures, cause);
      await this.#pause(Math.min(MAX_DELAY, this.#delay * 2 ** failures));
      this.#signal.throwIfAborted();
      failures++;
    }
  }

  async *#attempt(
    isSame: (offset: number, bytes: Uint8Array) => boolean,
    watch: Watch,
  ): AsyncGenerator<Uint8Array> {
    const start = this.received;
    const response = await this.#ask(this.#encodesParts ? 0 : start, watch);
    if (response === undefined) return;
    const reader = response.body?.getReader();
    try {
      const from = this.#check(response, start);
      if (reader === undefined) return;
      let at = from;
      for (;;) {
        const { done, value } = await watch.wait(reader.read()).catch((error: unknown) => {
          throw new Interruption(error);
        });
        if (done) return;
        const known = Math.min(value.length, Math.max(0, start - at));
        if (!isSame(at, value.subarray(0, known)))
          throw this.#changed('it sends different bytes than before');
        at += value.length;
        if (known < value.length) yield value.subarray(known);
      }
    } finally {
      reader?.cancel().catch(() => {});
    }
  }

  /** Undefined if the server states that nothing is left to send. */
  async #ask(start: number, watch: Watch): Promise<Response | undefined> {
    const headers: Record<string, string> = {};
    if (start > 0) {
      headers.range = `bytes=${start}-`;
      const { tag, date, encoding } = this.#version ?? {};
      // A tag belongs to one encoding; parts are not encoded (RFC 9110 8.8.3.3).
      const condition = (encoding === undefined ? tag : undefined) ?? date;
      // For another origin this header would need permission (CORS); there, only sizes and CRCs reveal another version.
      if (condition !== undefined && isSameOrigin(this.#address)) headers['if-range'] = condition;
    }
    const address = this.#address instanceof Request ? this.#address.clone() : this.#address;
    const asking = fetch(address, { headers: withOwn(this.#address, headers), signal: watch.signal });
    const response = await watch.wait(asking).catch((error: unknown) => {
      throw new Interruption(error);
    });
    if (response.ok) return response;
    response.body?.cancel().catch(() => {});
    if (response.status === RANGE_NOT_SATISFIABLE && start > 0) {
      if (this.#version?.encoding === undefined) return undefined;
      // The range may have been beyond the encoded bytes.
      this.#encodesParts = true;
      throw new Interruption(refused(this.#name, response));
    }
    const error = refused(this.#name, response);
    throw PASSING_STATUS.has(response.status) ? new Interruption(error) : error;
  }

  /** Records what the response states about the file. Returns the offset at which its body begins. */
  #check(response: Response, start: number): number {
    const { headers, status } = response;
    const version = versionOf(headers);
    if (start > 0 && this.#version !== undefined && differ(version, this.#version)) {
      throw this.#changed('it has another version of the file now');
    }
    this.#version ??= version;
    const isPart = status === PARTIAL_CONTENT;
    if (isPart && version.encoding !== undefined) {
      this.#encodesParts = true;
      throw new Interruption(
        new WjpegError('unavailable', 'FETCH_FAILED', `it encodes parts as ${version.encoding}`),
      );
    }
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    if (isPart && range && Number(range[1]) !== start) {
      throw this.#changed(`bytes from ${start} on were requested, it sends those from ${range[1]} on`);
    }
    const from = isPart ? start : 0;
    const length = version.encoding === undefined ? headers.get('content-length') : null;
    const total =
      isPart && range && range[2] !== '*'
        ? Number(range[2])
        : length === null
          ? undefined
          : from + Number(length);
    // Another origin does not show its Content-Encoding: its Content-Length may count encoded bytes.
    const isExact = response.type !== 'cors' || isPart;
    if (isExact && this.#totalIsExact && start > 0 && total !== undefined && this.total !== undefined) {
      if (total !== this.total) {
        throw this.#changed(`the file has ${total} bytes now, expected ${this.total}`);
      }
    }
    if (total !== undefined && (this.total === undefined || !this.#totalIsExact)) {
      this.total = total;
      this.#totalIsExact = isExact;
    }
    return from;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#signal.addEventListener('abort', done);
    });
  }

  #broken(failures: number, cause: unknown): WjpegError {
    return new WjpegError(
      'unavailable',
      'DOWNLOAD_BROKEN',
      `${this.#name}: broke off after ${this.received} of ${this.total ?? 'an unknown number of'} bytes, ` +
        `and ${failures} more attempts brought no data${reasonOf(cause, this.#name)}`,
      { offset: this.received, cause },
    );
  }

  #changed(what: string): WjpegError {
    return new WjpegError(
      'corrupt',
      'DOWNLOAD_CHANGED',
      `${this.#name}: the file on the server changed during the download: ${what}`,
      { offset: this.received },
    );
  }
}

/** A failure that a retry may fix. */
class Interruption {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function isPassing(error: unknown): error is Interruption {
  return error instanceof Interruption;
}

/** Why the last attempt failed, to append to a message that contains the address. */
function reasonOf(cause: unknown, name: string): string {
  const message = cause instanceof Error ? cause.message.replace(`${name}: `, '') : '';
  return message && `; the last: ${message}`;
}

/** What a response states about its file. */
interface Version {
  /** A strong entity tag, which belongs to one encoding of the file. */
  readonly tag: string | undefined;
  readonly date: string | undefined;
  /** Content encoding of the body; undefined if none, or hidden by another origin. */
  readonly encoding: string | undefined;
}

function versionOf(headers: Headers): Version {
  const tag = headers.get('etag');
  const encoding = headers.get('content-encoding')?.trim().toLowerCase();
  return {
    tag: tag?.startsWith('W/') ? undefined : (tag ?? undefined),
    date: headers.get('last-modified') ?? undefined,
    encoding: encoding === '' || encoding === 'identity' ? undefined : encoding,
  };
}

/** Whether two responses certainly belong to different versions. */
function differ(a: Version, b: Version): boolean {
  const known = (x: string | undefined, y: string | undefined): boolean => x !== undefined && y !== undefined;
  if (a.encoding === b.encoding && known(a.tag, b.tag)) return a.tag !== b.tag;
  return known(a.date, b.date) && a.date !== b.date;
}

function withOwn(address: Address, headers: Record<string, string>): Headers {
  const all = new Headers(address instanceof Request ? address.headers : undefined);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return all;
}

function isSameOrigin(address: Address): boolean {
  const here = globalThis.location?.href;
  if (here === undefined) return true;
  const url = address instanceof Request ? address.url : address;
  return new URL(url, here).origin === new URL(here).origin;
}
