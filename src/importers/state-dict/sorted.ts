import type { DType, Tensor } from '../../safetensors/tensor.ts';

/** Element types in the order in which the safetensors library lays them out, largest first (`Dtype` in its tensor.rs). */
const LAYOUT_ORDER: readonly DType[] = ['I64', 'F64', 'F32', 'BF16', 'F16', 'I8', 'U8'];

/**
 * Whether tensors lie as the safetensors library writes them since version 0.3: by element type, then by name, whatever
 * order they were given in. Their order then says nothing about the network. In the order of PyTorch's `state_dict` a
 * weight comes before its bias, so that most files written by other means are told apart.
 */
export function isSortedByName(tensors: ReadonlyMap<string, Tensor>): boolean {
  let previous: { name: string; type: number } | undefined;
  for (const [name, { dtype }] of tensors) {
    const type = LAYOUT_ORDER.indexOf(dtype);
    if (previous && (type < previous.type || (type === previous.type && name < previous.name))) return false;
    previous = { name, type };
  }
  return true;
}
