/** JPEG (ITU-T T.81) in coefficients: read to quantised coefficients and no further, and written from them. */

export { LUMINANCE_QUANTIZATION, scaledQuantization } from './dct/quantization.ts';
export { decodeCoefficients } from './decoder.ts';
export { encodeCoefficients } from './encoder.ts';
export type { ArithmeticConditioning } from './entropy/arithmetic/conditioning.ts';
export type { JpegReadOptions } from './limits.ts';
export { readFrameHeader } from './markers/first-scan.ts';
export type { FrameComponent, FrameHeader } from './markers/frame-header.ts';
export type { ScanParameters } from './markers/scan-header.ts';
export { asPlainSequential, checkScanLimits } from './recode.ts';
export type { EncoderComponent, EncoderImage } from './scans/encode/encoder-input.ts';
export type { JpegEncodeOptions, JpegEntropyChoice } from './scans/encode/encoder-options.ts';
export type { ProgressiveScan } from './scans/encode/scan-script.ts';
export type { CoefficientComponent, CoefficientImage, JpegLimits, JpegProcess } from './types.ts';
