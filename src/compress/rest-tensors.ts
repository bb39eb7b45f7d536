import { WjpegError } from '../errors.ts';
import type { TensorReference } from '../format/manifest.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import type { RestType } from './layer-options.ts';

/** Keeps numbers as a tensor of that name. */
export function keepTensor(
  tensors: Map<string, Tensor>,
  name: string,
  values: Float32Array,
  shape: readonly number[],
  type: RestType,
): TensorReference {
  tensors.set(name, narrow(name, values, shape, type));
  return { tensor: name };
}

/** float16 ends at 65504: a weight beyond it must not turn into infinity unnoticed. */
function narrow(name: string, values: Float32Array, shape: readonly number[], type: RestType): Tensor {
  const beyond = type === 'F16' ? values.find((value) => Math.abs(value) >= 65520) : undefined;
  if (beyond !== undefined) {
    throw new WjpegError(
      'misuse',
      'COMPRESS_F16_OVERFLOW',
      `'${name}' holds ${beyond}, beyond float16's 65504: keep the rest as float32`,
    );
  }
  return fromFloat32(values, [...shape], type);
}

/** Numbers as a reader finds them. */
export function toStored(values: Float32Array, type: RestType): Float32Array {
  return type === 'F16' ? toFloat32(fromFloat32(values, [values.length], type)) : values;
}
