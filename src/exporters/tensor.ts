import { naming } from '../errors.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import type { Tensor } from '../safetensors/tensor.ts';

/** A tensor of a file that is written, as float32 or float16. Throws `TENSOR_F16_OVERFLOW`, naming it. */
export function tensorOf(
  name: string,
  shape: readonly number[],
  values: Float32Array,
  type: 'float32' | 'float16',
): Tensor {
  return naming(`'${name}'`, () => fromFloat32(values, shape, type === 'float16' ? 'F16' : 'F32'));
}
