import type { ErrorCode, ErrorKind } from './error-codes.ts';
import { visibleText } from './visible-text.ts';

export type { ErrorKind } from './error-codes.ts';

/** Position and cause of an error, where known. */
export interface ErrorPlace {
  /** Byte offset from the start of the stream that was being read. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/**
 * Every expected failure of wjpeg. `code` is stable and meant for programs
 * (`JPEG_TRUNCATED`, `ZIP_CRC`, …; docs/errors.md); `message` is one line for people: what, where, what was expected.
 */
export class WjpegError extends Error {
  override readonly name = 'WjpegError';
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly offset: number | undefined;

  /** Control characters in the message are escaped, and very long messages are cut. */
  constructor(kind: ErrorKind, code: ErrorCode, message: string, place: ErrorPlace = {}) {
    super(oneLine(message), place.cause === undefined ? undefined : { cause: place.cause });
    this.kind = kind;
    this.code = code;
    this.offset = place.offset;
  }
}

/** Maximum length of a message; names and values of a file may be quoted in one and can be of any length. */
const MAX_MESSAGE = 1000;

/** One printable line, cut if very long. */
function oneLine(message: string): string {
  const text = visibleText(message);
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}

/** Runs an action and prefixes the message of its error with its subject (a file, an entry of one). */
export function naming<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw named(what, error);
  }
}

/** The same for an asynchronous action. */
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
