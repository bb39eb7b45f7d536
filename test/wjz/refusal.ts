import { expect } from 'vitest';
import { type ErrorKind, WjpegError } from '../../src/errors.ts';

/** Runs `action`, which must throw a WjpegError of this kind and code with a message of one line. */
export function expectRefusal(action: () => unknown, kind: ErrorKind, code: string, message = /./): void {
  let error: unknown;
  try {
    action();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(WjpegError);
  expect(error).toMatchObject({ kind, code });
  expect((error as WjpegError).message).toMatch(message);
  expect((error as WjpegError).message).not.toMatch(/[\n\r]/);
}
