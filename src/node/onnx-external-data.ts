import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { WjpegError } from '../errors.ts';

/**
 * Reads the files beside an ONNX model that hold its weights, for the option `externalData` of `importOnnx`. Links that lead
 * out of the model's folder are refused.
 *
 * @param model path of the model
 * @returns a function that gives `length` bytes from byte `offset` on of the file at `location`, fewer where it ends before
 * @throws `ONNX_TENSOR`, when called, for files that are missing or outside of the folder
 */
export function onnxExternalData(
  model: string,
): (location: string, offset: number, length: number) => Uint8Array {
  const folder = realpathSync(dirname(model));
  return (location, offset, length) => {
    let path: string;
    try {
      path = realpathSync(join(folder, location));
    } catch (error) {
      const message = `'${location}', which holds weights of the model, is missing beside it`;
      throw new WjpegError('corrupt', 'ONNX_TENSOR', message, { cause: error });
    }
    if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
      const message = `'${location}', which holds weights of the model, leads out of its folder`;
      throw new WjpegError('corrupt', 'ONNX_TENSOR', message);
    }
    const file = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
    } finally {
      closeSync(file);
    }
  };
}
