import { WjpegError } from '../../errors.ts';

/**
 * Refuses NaN and infinities. Some GPUs answer max(0, NaN) with 0: what is not finite must not get that far.
 * `first`: index of the first of them in what the caller gave.
 */
export function requireFinite(values: Float32Array, first = 0): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new WjpegError(
      'misuse',
      'INPUT_NOT_FINITE',
      `input value ${first + i} is ${values[i]}, expected finite numbers`,
    );
  }
}
