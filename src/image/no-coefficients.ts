import { WjpegError } from '../errors.ts';

/** Why a picture was asked to enter as coefficients and cannot. */
export function noCoefficients(reason: string): WjpegError {
  return new WjpegError(
    'misuse',
    'PICTURE_NO_COEFFICIENTS',
    `picture cannot enter as coefficients: ${reason}`,
  );
}
