import { joinBytes } from '../bytes.ts';
import { WjpegError } from '../errors.ts';
import { ELEMENT_BYTES, type Tensor } from './tensor.ts';

/**
 * Writes a safetensors file. Tensors keep the map's order; the header is padded with spaces so that their bytes start
 * at a multiple of 8, as the format requires.
 *
 * @param metadata texts by name, `__metadata__` of the file; without it a file has none
 * @throws WjpegError `TENSOR_NAME` and `TENSOR_SIZE` for tensors that readers would refuse
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: [string, unknown][] = metadata ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, tensor] of tensors) {
    checkTensor(name, tensor);
    const { dtype, shape, data } = tensor;
    header.push([name, { dtype, shape, data_offsets: [end, end + data.length] }]);
    end += data.length;
  }
  // `fromEntries` creates a field for every name, even `__proto__`; an assignment would not.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const start = new Uint8Array(8 + headerLength).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(headerLength), true);
  start.set(json, 8);
  return joinBytes([start, ...Array.from(tensors.values(), ({ data }) => data)]);
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  if (name === '__metadata__') {
    throw new WjpegError(
      'misuse',
      'TENSOR_NAME',
      "a tensor cannot be named '__metadata__', which safetensors reserves",
    );
  }
  const bytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[dtype]);
  if (bytes !== data.length) {
    throw new WjpegError(
      'misuse',
      'TENSOR_SIZE',
      `tensor '${name}' has ${data.length} bytes, expected ${bytes} for [${shape.join(', ')}] of ${dtype}`,
    );
  }
}
