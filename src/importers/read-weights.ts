import { safetensorsMetadata } from '../safetensors/metadata.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { Architecture } from './architecture/description.ts';
import { parseDescription } from './architecture/text.ts';
import { namingWrongFile } from './file-kinds.ts';
import { networkFromStateDict, type OrderHints, type StateDictNetwork } from './state-dict/network.ts';

/** Key of `__metadata__` with the names of all tensors in the order of the `state_dict`, commas between. */
export const ORDER_KEY = 'order';
/** Key that files exported by wjpeg have: the layers and activations of a chain in order, or a description of another network. */
export const ARCHITECTURE_KEY = 'wjpeg.architecture';

/** How to read weights. */
export interface ReadWeightsOptions extends OrderHints {
  /** Layers and activations in order, where the file leaves it open. */
  readonly architecture?: readonly string[] | undefined;
  /** Name of the file, for the commands that errors print. */
  readonly file?: string;
}

/**
 * Reads a network from the bytes of a safetensors file: see `networkFromStateDict`. The key `order` of `__metadata__`, the
 * names of all tensors with commas between, says how layers follow one another where sizes leave it open; a file that wjpeg
 * exported says it in any case. A file of another kind is named for what it is, with the command that exports the right one.
 *
 * @throws `MODEL_WRONG_FILE` and `SAFETENSORS_…` for other files, `MODEL_…` for tensors that make no chain of linear layers
 */
export function readWeights(bytes: Uint8Array, options: ReadWeightsOptions = {}): StateDictNetwork {
  const { file, ...hints } = options;
  const tensors = namingWrongFile(bytes, () => readSafetensors(bytes), file);
  const order = safetensorsMetadata(bytes)[ORDER_KEY]?.split(',');
  const exported = exportedArchitecture(bytes);
  const architecture = options.architecture ?? (Array.isArray(exported) ? exported : undefined);
  return networkFromStateDict(tensors, architecture, { ...(order && { order }), ...hints });
}

/**
 * How the tensors of a file that wjpeg exported make a network, in the words of the option `architecture`; undefined for any other
 * file. `bytes`: what `readSafetensors` accepts.
 */
export function exportedArchitecture(bytes: Uint8Array): Architecture | readonly string[] | undefined {
  const text = safetensorsMetadata(bytes)[ARCHITECTURE_KEY];
  return text?.startsWith('{') ? parseDescription(new TextEncoder().encode(text)) : text?.split(',');
}
