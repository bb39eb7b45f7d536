import type { ErrorCode } from './error-codes.ts';
import { visibleText } from './visible-text.ts';

/**
 * What went wrong, coarsely:
 * - `corrupt`: the bytes break the rules of their own format;
 * - `unsupported`: the bytes are valid but use a feature that wjpeg does not read;
 * - `limit`: reading on would take more memory or time than the limits allow;
 * - `misuse`: the caller asked for something that makes no sense;
 * - `unavailable`: this machine lacks what was asked for (a backend, a file, a package).
 */
export type ErrorKind = 'corrupt' | 'unsupported' | 'limit' | 'misuse' | 'unavailable';

/** Where in its input an error was found, for errors that have such a place. */
export interface ErrorPlace {
  /** Byte offset from the start of the stream that was being read. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/**
 * The one error that wjpeg throws on purpose. `code` is stable and meant for programs
 * (`JPEG_TRUNCATED`, `ZIP_CRC_MISMATCH`, …); `message` is one line for people: what, where, what was expected.
 */
export class WjpegError extends Error {
  override readonly name = 'WjpegError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly offset: number | undefined;

  /** Control characters of the message are made visible, and it is cut where it is very long. */
  constructor(kind: ErrorKind, code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(oneLine(message), place.cause === undefined ? undefined : { cause: place.cause });
    this.kind = kind;
    this.code = code;
    this.offset = place.offset;
  }
}

/** Longest message; what a file says of itself (names, values) may be quoted in one and is as long as its author likes. */
const MAX_MESSAGE = 1000;

/** One line that is safe to print, cut where it is very long. */
function oneLine(message: string): string {
  const text = visibleText(message);
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

/** Runs something, and puts what it concerns (a file, an entry of one) before the message of its error. */
export function naming<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(what, error);
  }
}

/** The same for something that takes time. */
export async function namingAsync<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw named(what, error);
  }
}

function named(what: string, error: unknown): unknown {
  if (!(error instanceof WjpegError)) return error;
  const { kind, code, message, offset } = error;
  return new WjpegError(kind, code, `${what}: ${message}`, {
    ...(offset !== undefined && { offset }),
    cause: error,
  });
}
