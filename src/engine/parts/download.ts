import { WjpegError } from '../../errors.ts';
import { type Address, describeSource, refused } from '../source.ts';

/** How patiently a model is fetched. */
export interface DownloadOptions {
  /** Attempts in a row that may bring nothing before a broken download is given up; 5 if absent. */
  readonly retries?: number;
  /** Milliseconds before the first new attempt, twice as many before each further one, 30 s at most; 500 if absent. */
  readonly retryDelay?: number;
}

const LONGEST_DELAY = 30_000;

/** Answers that may be different in a moment (RFC 9110 15.5.9, 15.6; RFC 6585 4). */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

/**
 * A file that is fetched front to back. Where the connection breaks, it is asked for the rest (RFC 9110 14: `Range`), with
 * `If-Range` where the server has told a version of the file. A server that sends everything again is listened to again;
 * what is there already must come again the same.
 */
export class Download {
  /** Bytes that have come. */
  received = 0;
  /** Of so many; undefined where the server does not say. */
  total: number | undefined;
  readonly #address: Address;
  readonly #retries: number;
  readonly #delay: number;
  readonly #signal: AbortSignal;
  #version: string | undefined;

  constructor(address: Address, { retries = 5, retryDelay = 500 }: DownloadOptions, signal: AbortSignal) {
    this.#address = address;
    this.#retries = retries;
    this.#delay = retryDelay;
    this.#signal = signal;
  }

  /**
   * What is still to come. Ends at the end of the file; throws `DOWNLOAD_BROKEN` once it is given up (a further call goes
   * on from there), `DOWNLOAD_CHANGED` where the server has another file now, `FETCH_FAILED` where it refuses.
   * `isSame`: whether the bytes that are there are these, from `offset` on.
   */
  async *chunks(isSame: (offset: number, bytes: Uint8Array) => boolean): AsyncGenerator<Uint8Array> {
    for (let failures = 0; ; ) {
      let cause: unknown = 'the connection ended early';
      try {
        for await (const chunk of this.#attempt(isSame)) {
          failures = 0;
          this.received += chunk.length;
          yield chunk;
        }
        if (this.total === undefined || this.received >= this.total) return;
      } catch (error) {
        if (!isPassing(error) || this.#signal.aborted) throw error;
        cause = error.cause;
      }
      if (failures >= this.#retries) throw this.#broken(failures, cause);
      await this.#pause(Math.min(LONGEST_DELAY, this.#delay * 2 ** failures));
      failures++;
    }
  }

  async *#attempt(isSame: (offset: number, bytes: Uint8Array) => boolean): AsyncGenerator<Uint8Array> {
    const start = this.received;
    const response = await this.#ask(start);
    if (response === undefined) return;
    const from = this.#check(response, start);
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    let at = from;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new Interruption(error);
        });
        if (done) return;
        const known = Math.min(value.length, Math.max(0, start - at));
        if (!isSame(at, value.subarray(0, known))) throw this.#changed('it sends other bytes than before');
        at += value.length;
        if (known < value.length) yield value.subarray(known);
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  /** Undefined where the server says that nothing is left to send. */
  async #ask(start: number): Promise<Response | undefined> {
    const headers: Record<string, string> = {};
    if (start > 0) {
      headers.range = `bytes=${start}-`;
      // To another origin this header would need leave (CORS); there, only sizes and CRCs tell of another version.
      if (this.#version !== undefined && isSameOrigin(this.#address)) headers['if-range'] = this.#version;
    }
    const address = this.#address instanceof Request ? this.#address.clone() : this.#address;
    const response = await fetch(address, {
      headers: withOwn(this.#address, headers),
      signal: this.#signal,
    }).catch((error: unknown) => {
      throw new Interruption(error);
    });
    if (response.ok) return response;
    if (response.status === RANGE_NOT_SATISFIABLE && start > 0) return undefined;
    const error = refused(describeSource(this.#address), response);
    throw PASSING_STATUS.has(response.status) ? new Interruption(error) : error;
  }

  /** Takes note of what the answer says of the file. Returns the offset at which its body begins. */
  #check(response: Response, start: number): number {
    const { headers, status } = response;
    const version = strongVersion(headers);
    if (start > 0 && this.#version !== undefined && version !== undefined && version !== this.#version) {
      throw this.#changed('it has another version of the file now');
    }
    this.#version ??= version;
    const isPart = status === PARTIAL_CONTENT;
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
    if (isPart && range && Number(range[1]) !== start) {
      throw this.#changed(`asked for the bytes from ${start} on, it sends those from ${range[1]} on`);
    }
    const from = isPart ? start : 0;
    const length = headers.has('content-encoding') ? null : headers.get('content-length');
    const total =
      isPart && range && range[2] !== '*'
        ? Number(range[2])
        : length === null
          ? undefined
          : from + Number(length);
    if (start > 0 && total !== undefined && this.total !== undefined && total !== this.total) {
      throw this.#changed(`the file has ${total} bytes now, expected ${this.total}`);
    }
    this.total ??= total;
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
      `${describeSource(this.#address)}: broke off after ${this.received} of ${this.total ?? '?'} bytes, ` +
        `and ${failures} more attempts brought nothing`,
      { offset: this.received, cause },
    );
  }

  #changed(what: string): WjpegError {
    return new WjpegError(
      'corrupt',
      'DOWNLOAD_CHANGED',
      `${describeSource(this.#address)}: the server changed its file on the way: ${what}`,
      { offset: this.received },
    );
  }
}

/** Something that a new attempt may mend. */
class Interruption {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function isPassing(error: unknown): error is Interruption {
  return error instanceof Interruption;
}

/** What `If-Range` may name (RFC 9110 13.1.5): a strong entity tag, else the date. */
function strongVersion(headers: Headers): string | undefined {
  const tag = headers.get('etag');
  if (tag !== null && !tag.startsWith('W/')) return tag;
  return headers.get('last-modified') ?? undefined;
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
