/** JPEG (ITU-T T.81) in coefficients: read to quantised coefficients and no further, and written from them. */

export type { ArithmeticConditioning } from './arithmetic-conditioning.ts';
export { decodeCoefficients } from './decoder.ts';
export { encodeCoefficients } from './encoder.ts';
export type { EncoderComponent, EncoderImage } from './encoder-input.ts';
export type { JpegEncodeOptions, JpegEntropyChoice } from './encoder-options.ts';
export { readFrameHeader } from './first-scan.ts';
export type { FrameComponent, FrameHeader } from './frame-header.ts';
export type { JpegReadOptions } from './limits.ts';
export { LUMINANCE_QUANTIZATION, scaledQuantization } from './quantization.ts';
export { asPlainSequential, checkScanLimits } from './recode.ts';
export type { ScanParameters } from './scan-header.ts';
export type { ProgressiveScan } from './scan-script.ts';
export type { CoefficientComponent, CoefficientImage, JpegLimits, JpegProcess } from './types.ts';
