import { WjpegError } from '../../errors.ts';
import type { Budget } from './budget.ts';
import type { TensorProto } from './schema.ts';

/**
 * Gives `length` bytes from byte `offset` on of the file at `location`, a relative path below the folder of the model with
 * `/` between its parts; fewer where the file ends before.
 */
export type ExternalData = (location: string, offset: number, length: number) => Uint8Array;

/** Most bytes of one tensor. */
const MAX_BYTES = 2 ** 30;

/**
 * The bytes of a tensor whose `data_location` is a file beside the model.
 *
 * @throws `ONNX_TENSOR` where there is no such file, it is outside of the model's folder, or the declared length does not fit
 */
export function readExternal(
  tensor: TensorProto,
  bytes: number,
  { externalData, budget }: { readonly externalData?: ExternalData | undefined; readonly budget: Budget },
): Uint8Array {
  const fail = (message: string): WjpegError =>
    new WjpegError('corrupt', 'ONNX_TENSOR', `tensor '${tensor.name}' ${message}`);
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (!isInside(location)) {
    throw fail(`lies in '${location}', expected a relative path inside of the model's folder`);
  }
  if (externalData === undefined) {
    throw fail(
      `lies in the file '${location}' beside the model, which was not given: give it (externalData), or save the model with ` +
        'its weights inside (onnx.save)',
    );
  }
  const offset = Number(entries.get('offset') ?? 0);
  const length = Number(entries.get('length') ?? bytes);
  if (!Number.isSafeInteger(offset) || offset < 0 || length !== bytes) {
    throw fail(
      `lies at offset ${entries.get('offset') ?? 0}, length ${length} of '${location}', expected a length of ${bytes}`,
    );
  }
  if (bytes > MAX_BYTES) throw fail(`declares ${bytes} bytes, expected at most ${MAX_BYTES}`);
  const data = externalData(location, offset, length);
  if (data.length < length) {
    throw fail(
      `lies at bytes ${offset} to ${offset + length} of '${location}', which ends ${length - data.length} bytes earlier`,
    );
  }
  budget.addBytes(length);
  return data.subarray(0, length);
}

/** Whether a path stays below the folder it starts from, on every operating system. */
function isInside(location: string): boolean {
  const parts = location.split(/[\\/]/);
  return (
    location !== '' && !location.includes('\0') && !/^([\\/]|[a-z]:)/i.test(location) && !parts.includes('..')
  );
}
