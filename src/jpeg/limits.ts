import { WjpegError } from '../errors.ts';
import type { JpegLimits } from './types.ts';

/**
 * 2^26 coefficients are 128 MiB of Int16Array, an 8192×8192 grey picture. 100 scans are several times what progressive
 * encoders write (libjpeg's own script has 10 for colour), and bound the time that a small hostile stream can take.
 * So do 2048 coefficients per byte: sparse contact sheets have about 260, and libjpeg's scripts visit each three times.
 */
export const DEFAULT_LIMITS: JpegLimits = { maxSamples: 2 ** 26, maxScans: 100, maxExpansion: 2048 };

/** Coefficients that the scans of any stream may visit, however short the stream. */
export const FREE_COEFFICIENTS: number = 2 ** 26;

/** Options of the functions that read a stream. */
export interface JpegReadOptions {
  /** Replaces single default limits (2^26 samples, 100 scans, 2048 coefficients per byte). */
  readonly limits?: Partial<JpegLimits> | undefined;
}

/** The limits to apply: the caller's where given, the defaults otherwise. */
export function resolveLimits(options: JpegReadOptions): JpegLimits {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!(Number.isFinite(value) && value >= 1)) {
      throw new WjpegError('misuse', 'JPEG_LIMITS', `limit ${name} must be a number from 1 up, got ${value}`);
    }
  }
  return limits;
}
