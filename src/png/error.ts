import { WjpegError } from '../errors.ts';

/** An error about a PNG; `offset`: where its chunk begins in the file. */
export function pngError(
  kind: 'corrupt' | 'unsupported',
  what: string,
  offset?: number,
  cause?: unknown,
): WjpegError {
  const place = offset === undefined ? '' : ` at byte ${offset}`;
  return new WjpegError(kind, 'PICTURE_PNG', `PNG${place}: ${what}`, {
    ...(offset !== undefined && { offset }),
    ...(cause !== undefined && { cause }),
  });
}
