import { safetensorsMetadata } from '../safetensors/metadata.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { namingWrongFile } from './file-kinds.ts';
import { networkFromStateDict, type OrderHints, type StateDictNetwork } from './state-dict/network.ts';

/** Key of `__metadata__` with the names of all tensors in the order of the `state_dict`, commas between. */
export const ORDER_KEY = 'order';
/** Key with the layers and activations of a chain in order, as `--architecture` takes them: files that wjpeg exported have it. */
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
 * exported says it itself. A file of another
 * kind is named for what it is, with the command that exports the right one.
 *
 * @throws `MODEL_WRONG_FILE` and `SAFETENSORS_…` for other files, `MODEL_…` for tensors that make no chain of linear layers
 */
export function readWeights(bytes: Uint8Array, options: ReadWeightsOptions = {}): StateDictNetwork {
  const { file, ...hints } = options;
  const tensors = namingWrongFile(bytes, () => readSafetensors(bytes), file);
  const metadata = safetensorsMetadata(bytes);
  const order = metadata[ORDER_KEY]?.split(',');
  const architecture = options.architecture ?? metadata[ARCHITECTURE_KEY]?.split(',');
  return networkFromStateDict(tensors, architecture, { ...(order && { order }), ...hints });
}
