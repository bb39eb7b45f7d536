import type { ErrorCode, ErrorKind } from '../../error-codes.ts';
import { WjpegError } from '../../errors.ts';

/** A job for a thread. */
export interface ToWorker<Job> {
  readonly id: number;
  readonly job: Job;
}

/** A `WjpegError` on its way between threads. */
export interface ErrorText {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * An error as it can be sent to another thread, which would get a plain `Error` without code.
 *
 * @throws what is no `WjpegError`
 */
export function errorText(error: unknown): ErrorText {
  if (!(error instanceof WjpegError)) throw error;
  const { kind, code, message } = error;
  return { kind, code, message };
}

/** What came of a job; the first message of a thread has neither, or why it could not start. */
export interface FromWorker<Result> {
  readonly id: number;
  readonly result?: Result;
  readonly error?: ErrorText;
}
