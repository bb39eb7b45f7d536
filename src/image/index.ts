/** Input: pictures and IDX files to what a model takes. */

export type { Background } from './background.ts';
export { decodePicture } from './decode-picture.ts';
export { type IdxArray, parseIdx } from './idx.ts';
export type { PictureLimits } from './limits.ts';
export { normalizeSamples } from './normalization.ts';
export type { DecodedPicture } from './picture.ts';
export type { PictureFormat } from './picture-format.ts';
export {
  type PictureReport,
  type PreparedCoefficients,
  type PreparedInput,
  type PreparedValues,
  type PreparePictureOptions,
  preparePicture,
} from './prepare-picture.ts';
