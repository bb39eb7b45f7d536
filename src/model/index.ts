import type { Tensor } from '../safetensors/tensor.ts';
import type { DenseNetwork } from './dense-network.ts';
import { networkFromStateDict as recognise } from './state-dict.ts';

/**
 * Recognises a chain of linear layers with ReLU between them from PyTorch `state_dict` names:
 * `<layer>.weight` of shape [O, I] and, optionally, `<layer>.bias` of shape [O].
 *
 * Layers are taken in the natural order of their names (`fc2` before `fc10`) and the sizes of consecutive layers must
 * match. `architecture` overrides that: layer names and activations in order, for example `['0', 'relu', '2',
 * 'softmax']`.
 *
 * @throws {@link WjpegError} `MODEL_…` for tensors that do not form such a network, and for non-finite weights
 */
export function networkFromStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture?: readonly string[],
): DenseNetwork {
  // A function, not a re-export: esbuild would put state-dict.ts, which an on-demand chunk uses, into every page's
  // first chunk.
  return recognise(tensors, architecture);
}
