import { WjpegError } from '../../src/errors.ts';

/** What came of a file: read alike (with a warning on both sides), refused by both, or not alike. */
export type Verdict =
  | { readonly kind: 'same' | 'warned' | 'refused' }
  | { readonly kind: 'different'; readonly what: string };

/** The value of `read`, or the message of the `WjpegError` that it threw. */
export function refusalOf<T>(read: () => T): { readonly value: T } | { readonly refusal: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (!(error instanceof WjpegError)) throw error;
    return { refusal: error.message };
  }
}

/** Where two arrays begin to differ; undefined if they do not. */
export function firstDifference(ours: ArrayLike<number>, theirs: ArrayLike<number>): number | undefined {
  const count = Math.max(ours.length, theirs.length);
  for (let at = 0; at < count; at++) if (ours[at] !== theirs[at]) return at;
  return undefined;
}
