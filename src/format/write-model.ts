import type { JpegEncodeOptions } from '../jpeg/index.ts';
import { checkArgument } from '../options/rules.ts';
import { writePicture } from './picture/write.ts';
import { CONTENT, type WjzContent, writeWjz } from './write.ts';

/** What a model is written as. */
export interface WriteModelOptions {
  /** The name of the file to be: `.jpg` or `.jpeg` for one JPEG that is the whole network, any other for a `.wjz`. */
  readonly file: string;
  /** Of one JPEG: how its coefficients are coded; by default as those of the content's JPEGs are. */
  readonly coding?: JpegEncodeOptions;
}

/** Whether a model of that file name is written as one JPEG. */
export function isPictureName(file: string): boolean {
  return /\.jpe?g$/i.test(file);
}

/**
 * Writes a model in the container that the name of its file says.
 *
 * @throws WjpegError as `writeWjz`; for one JPEG also `MODEL_TABLES` if the layers have more than three quantisation tables,
 *   `SHEET_TOO_LARGE` if no JPEG holds them all, `MODEL_SIZE` for more than 16.7 MB beside the coefficients
 */
export function writeModel(content: WjzContent, { file, coding }: WriteModelOptions): Uint8Array {
  checkArgument('writeModel', 'content', content, CONTENT);
  return isPictureName(file) ? writePicture(content, coding) : writeWjz(content);
}
