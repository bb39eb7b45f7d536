import jpeg from 'jpeg-js';
import { WjpegError } from '../errors.ts';
import { checkScanLimits, type JpegLimits, withoutArithmetic } from '../jpeg/index.ts';

/** A grey picture, 8 bits per sample, row-major. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

/**
 * Decodes a grey JPEG all the way to samples, with jpeg-js: as an ordinary image viewer does. jpeg-js does not support
 * arithmetic coding: such a stream is first recoded with Huffman codes, coefficients unchanged. Nor does it count
 * scans: `limits` are checked beforehand; its own limits are far higher.
 */
export function decodeSamples(bytes: Uint8Array, limits?: Partial<JpegLimits>): GreyPicture {
  checkScanLimits(bytes, { limits });
  const stream = withoutArithmetic(bytes, { limits });
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
