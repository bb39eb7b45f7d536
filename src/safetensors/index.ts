import { checkArgument, checkOptions, limitsOf, bytes as someBytes } from '../options/rules.ts';
import type { SafetensorsLimits } from './read.ts';
import { DEFAULT_LIMITS, readSafetensors as read } from './read.ts';
import type { Tensor } from './tensor.ts';

/**
 * Reads a safetensors file (https://github.com/huggingface/safetensors#format). The tensors are views of `bytes`, by name,
 * in the order of their bytes.
 *
 * @throws WjpegError `ARGUMENT`, `OPTION_UNKNOWN`, `SAFETENSORS_…`
 */
export function readSafetensors(
  bytes: Uint8Array,
  limits: Partial<SafetensorsLimits> = {},
): ReadonlyMap<string, Tensor> {
  checkArgument('readSafetensors', 'bytes', bytes, someBytes);
  checkOptions('readSafetensors', limits, limitsOf(DEFAULT_LIMITS).inner ?? {});
  return read(bytes, limits);
}
