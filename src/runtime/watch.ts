import { WjpegError } from '../errors.ts';

/** How patiently something is loaded. */
export interface LoadingOptions {
  /**
   * Stops the loading: requests and streams are cancelled, and the promise rejects with a `WjpegError`
   * `LOADING_ABORTED` whose `cause` is the signal's reason.
   */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds in which at least one byte must come, else the loading fails with `LOADING_TIMEOUT`. 30,000 if absent
   * where a server sends the bytes (an address, a Response); no limit for other streams. `Infinity`: no limit.
   */
  readonly timeout?: number;
}

/** For what a server sends. */
export const SERVER_TIMEOUT = 30_000;

/** The longest that timers wait. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Watches over what comes from elsewhere: `signal` tells a request to stop, and `wait` ends at once, when the caller
 * says so or when nothing has come for `timeout` milliseconds.
 */
export class Watch {
  /** What is loaded, the subject of messages. */
  readonly what: string;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #timeout: number;
  readonly #onAbort = (): void => this.#controller.abort(abortion(this.what, this.#outer?.reason));

  constructor(what: string, { signal, timeout = Number.POSITIVE_INFINITY }: LoadingOptions) {
    this.what = what;
    this.#outer = signal;
    this.#timeout = timeout;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for the next thing to come. Rejects with the reason of `signal` if it does not. */
  async wait<T>(next: Promise<T>): Promise<T> {
    const { signal } = this;
    // What comes too late must not count as unhandled.
    next.catch(() => {});
    let stop = (): void => {};
    const timer = this.#timeout <= MAX_TIMER ? setTimeout(() => this.#expire(), this.#timeout) : undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        stop = () => reject(signal.reason);
        if (signal.aborted) return stop();
        signal.addEventListener('abort', stop);
        next.then(resolve, reject);
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Lets go of the caller's signal. */
  close(): void {
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }

  #expire(): void {
    const seconds = this.#timeout / 1000;
    this.#controller.abort(
      new WjpegError(
        'unavailable',
        'LOADING_TIMEOUT',
        `${this.what}: no bytes for ${seconds} s (option \`timeout\`)`,
      ),
    );
  }
}

/** The error that an aborted loading rejects with; what the library itself stopped keeps its own. */
export function abortion(what: string, reason: unknown): WjpegError {
  if (reason instanceof WjpegError) return reason;
  const why = reason instanceof Error ? `: ${reason.message}` : '';
  return new WjpegError('unavailable', 'LOADING_ABORTED', `${what}: loading was aborted${why}`, {
    cause: reason,
  });
}

/** What `start` brings, or the signal's reason as soon as that comes; what comes after it is undone. */
export function untilAborted<T>(
  signal: AbortSignal,
  what: string,
  start: () => Promise<T>,
  undo: (result: T) => void,
): Promise<T> {
  const watch = new Watch(what, { signal });
  if (signal.aborted) return Promise.reject(watch.signal.reason);
  const work = start();
  const result = watch.wait(work).finally(() => watch.close());
  result.catch(() => {
    if (signal.aborted) work.then(undo, () => {});
  });
  return result;
}
