import jpeg from 'jpeg-js';
import { WjpegError } from '../errors.ts';
import { asPlainSequential, checkScanLimits, type JpegLimits } from '../jpeg/index.ts';

/** A grey picture, 8 bits per sample, row-major. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

/**
 * Decodes a grey JPEG all the way to samples, with jpeg-js: as an ordinary image viewer does.
 * It gets only streams that it decodes right: arithmetic-coded and progressive ones and those with restart intervals are
 * recoded in plain sequential form first, coefficients unchanged (`asPlainSequential`).
 * It does not count scans: `limits` are checked beforehand; its own limits are far higher.
 */
export function decodeSamples(bytes: Uint8Array, limits?: Partial<JpegLimits>): GreyPicture {
  checkScanLimits(bytes, { limits });
  const stream = asPlainSequential(bytes, { limits });
  try {
    const { width, height, data } = jpeg.decode(stream, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: 4096,
      maxMemoryUsageInMB: 4096,
    });
    // jpeg-js repeats the one component of a grey picture three times.
    const samples = new Uint8Array(width * height);
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * 3];
    return { width, height, samples };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new WjpegError('corrupt', 'MATRIX_DECODE', `jpeg-js cannot decode it: ${reason}`, {
      cause,
    });
  }
}
