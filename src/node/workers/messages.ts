import type { ErrorCode, ErrorKind } from '../../error-codes.ts';

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

/** What came of a job; the first message of a thread has neither, or why it could not start. */
export interface FromWorker<Result> {
  readonly id: number;
  readonly result?: Result;
  readonly error?: ErrorText;
}
