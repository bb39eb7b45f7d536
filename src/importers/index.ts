import type { Tensor } from '../safetensors/tensor.ts';
import { networkFromStateDict as recognise, type StateDictNetwork } from './state-dict/network.ts';

/**
 * Recognises a chain of linear layers with ReLU between them from the tensors of a `state_dict`: `<layer>.weight` [O, I]
 * or, as Keras and Flax have it, `<layer>/kernel` [I, O], and optionally `<layer>.bias` [O]. What wrappers put before all
 * names (`module.`, `model.`, `state_dict.`, `_orig_mod.`) is left out. Batch normalisations are folded into the linear layer
 * beside them.
 *
 * Layers follow one another as their sizes fit. Where more than one order fits, that of the map is taken, unless its tensors
 * are sorted by name, as the safetensors library writes them; then that of the numbers in the names (`fc2` before `fc10`);
 * `notes` says which. `architecture` says it instead: layers and activations in order, for example
 * `['0', 'relu', '2', 'softmax']`; `layer:relu` is a layer of that name.
 *
 * @throws `MODEL_AMBIGUOUS_ORDER` where nothing tells the order; other `MODEL_…` errors for tensors that do not make such a
 * network, and for weights that are not finite
 */
export function networkFromStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture?: readonly string[],
): StateDictNetwork {
  // A function, not a re-export: esbuild would put state-dict.ts, which an on-demand chunk uses, into every page's
  // first chunk.
  return recognise(tensors, architecture);
}
