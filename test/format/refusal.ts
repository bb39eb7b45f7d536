import { expect } from 'vitest';
import { type ErrorKind, WjpegError } from '../../src/errors.ts';
import type { WjzLimits } from '../../src/format/limits.ts';
import { readWjz } from '../../src/format/read.ts';
import { openWjz } from '../../src/format/reading.ts';

/** Runs `action`, which must throw a WjpegError of this kind and code with a message of one line. Returns the message. */
export function expectRefusal(action: () => unknown, kind: ErrorKind, code: string, message = /./): string {
  try {
    action();
  } catch (error) {
    return expectError(error, kind, code, message);
  }
  return expect.unreachable(`nothing was refused, expected ${code}`);
}

/** A file that must be refused like this, at once (`readWjz`) and with the platform's inflater (`openWjz`). */
export async function expectFileRefused(
  file: Uint8Array,
  limits: Partial<WjzLimits> | undefined,
  kind: ErrorKind,
  code: string,
): Promise<void> {
  // What users read: changes of it are to be seen.
  expect(expectRefusal(() => readWjz(file, limits), kind, code)).toMatchSnapshot();
  const opened = await openWjz(file, limits).then(undefined, (error: unknown) => error);
  expectError(opened, kind, code);
}

function expectError(error: unknown, kind: ErrorKind, code: string, message = /./): string {
  expect(error).toBeInstanceOf(WjpegError);
  expect(error).toMatchObject({ kind, code });
  const { message: text, offset } = error as WjpegError;
  expect(text).toMatch(message);
  expect(text).not.toMatch(/[\n\r]/);
  // Where a message names a place, programs are told, too.
  const place = /^ZIP byte (\d+):/.exec(text);
  if (place) expect(offset).toBe(Number(place[1]));
  return text;
}
