import jpeg from 'jpeg-js';
import { WjpegError } from '../errors.ts';
import { checkScanLimits, type JpegLimits, withoutArithmetic } from '../jpeg/index.ts';

/** A grey picture, 8 bits a sample, row-major. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

/**
 * Decodes a grey JPEG all the way to samples, with jpeg-js: what an ordinary image viewer sees.
 * jpeg-js knows no arithmetic coding: such a stream is written again with Huffman codes first, coefficients unchanged.
 * Nor does it count scans: `limits` are checked before, its own caps are far above what they let pass.
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
    throw new WjpegError('corrupt', 'MATRIX_DECODE', `jpeg-js can not decode it: ${reason}`, {
      cause,
    });
  }
}
