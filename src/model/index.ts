import type { Tensor } from '../safetensors/tensor.ts';
import type { DenseNetwork } from './dense-network.ts';
import { networkFromStateDict as recognise } from './state-dict.ts';

/**
 * Recognises a chain of linear layers with ReLU between them from PyTorch `state_dict` names:
 * `<layer>.weight` of shape [O, I] and, optionally, `<layer>.bias` of shape [O].
 *
 * Layers are taken in the natural order of their names (`fc2` before `fc10`) and must fit one to the next.
 * `architecture` says it instead, where names do not: layer names and activations in order, for example
 * `['0', 'relu', '2', 'softmax']`.
 *
 * Throws `MODEL_…` errors for tensors that do not make such a network, and for weights that are not finite.
 */
export function networkFromStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture?: readonly string[],
): DenseNetwork {
  // A function, not a re-export: esbuild would put state-dict.ts, which a file on demand uses, into every page's first chunk.
  return recognise(tensors, architecture);
}
