import { expect } from 'vitest';
import { type ErrorKind, WjpegError } from '../../src/errors.ts';
import type { WjzLimits } from '../../src/wjz/limits.ts';
import { openWjz } from '../../src/wjz/open.ts';
import { readWjz } from '../../src/wjz/read.ts';

/** Runs `action`, which must throw a WjpegError of this kind and code with a message of one line. */
export function expectRefusal(action: () => unknown, kind: ErrorKind, code: string, message = /./): void {
  let error: unknown;
  try {
    action();
  } catch (thrown) {
    error = thrown;
  }
  expectError(error, kind, code, message);
}

/** A file that must be refused like this, at once (`readWjz`) and with the platform's inflater (`openWjz`). */
export async function expectFileRefused(
  file: Uint8Array,
  limits: Partial<WjzLimits> | undefined,
  kind: ErrorKind,
  code: string,
): Promise<void> {
  expectRefusal(() => readWjz(file, limits), kind, code);
  // What users read: changes of it are to be seen.
  expect(messageOf(() => readWjz(file, limits))).toMatchSnapshot();
  const opened = await openWjz(file, limits).then(undefined, (error: unknown) => error);
  expectError(opened, kind, code);
}

function messageOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
}

function expectError(error: unknown, kind: ErrorKind, code: string, message = /./): void {
  expect(error).toBeInstanceOf(WjpegError);
  expect(error).toMatchObject({ kind, code });
  const { message: text, offset } = error as WjpegError;
  expect(text).toMatch(message);
  expect(text).not.toMatch(/[\n\r]/);
  // Where a message names a place, programs are told, too.
  const place = /^ZIP byte (\d+):/.exec(text);
  if (place) expect(offset).toBe(Number(place[1]));
}
