/**
 * JPEG (ITU-T T.81) in coefficients: decoded as far as its quantised coefficients, and written from them.
 *
 * @module wjpeg/jpeg
 */

export {
  type ArithmeticConditioning,
  type CoefficientComponent,
  type CoefficientImage,
  decodeCoefficients,
  type EncoderComponent,
  type EncoderImage,
  encodeCoefficients,
  type FrameComponent,
  type FrameHeader,
  type JpegEncodeOptions,
  type JpegEntropyChoice,
  type JpegLimits,
  type JpegProcess,
  type JpegReadOptions,
  LUMINANCE_QUANTIZATION,
  type ProgressiveScan,
  readFrameHeader,
  type ScanParameters,
  scaledQuantization,
} from './jpeg/index.ts';
