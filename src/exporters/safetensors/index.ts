import type { Manifest } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/reading.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import { ARCHITECTURE_KEY, ORDER_KEY } from '../../importers/read-weights.ts';
import { callback, checkOptions, type OptionRules, oneOf } from '../../options/rules.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import { writeSafetensors } from '../../safetensors/write.ts';
import { networkGraph } from '../network.ts';
import { tensorOf } from '../tensor.ts';
import { chainWords, descriptionOf } from './architecture.ts';
import { layerTensors } from './tensors.ts';

/** How to write a safetensors file. */
export interface ExportSafetensorsOptions {
  /** Type of all tensors; default float32. */
  readonly type?: 'float32' | 'float16';
  /** Is told the part that is done, 0…1. */
  readonly onProgress?: (part: number) => void;
}

const OPTIONS: OptionRules<ExportSafetensorsOptions> = {
  type: oneOf('float32', 'float16'),
  onProgress: callback,
};

/**
 * Writes the weights of a model as a safetensors file with the names of a PyTorch state_dict: `conv1.weight` (O×I×KH×KW),
 * `conv1.bias`, `fc.weight` (O×I). The metadata say how layers are connected, so that `wjpeg compress` reads the file as the same
 * network: `wjpeg.architecture` has the words of `--architecture` for a chain of linear layers, for others a description
 * (docs/architectures.md).
 *
 * @param file a model as `readWjz` gives it, or `session.file`
 * @throws WjpegError `OPTION_…`; `TENSOR_F16_OVERFLOW` for numbers beyond float16; `JPEG_…` for damaged layers
 */
export async function exportSafetensors(
  file: WjzFile,
  options: ExportSafetensorsOptions = {},
): Promise<Uint8Array> {
  checkOptions('exportSafetensors', options, OPTIONS);
  const { type = 'float32', onProgress = () => {} } = options;
  const graph = await networkGraph(file);
  const tensors = new Map<string, Tensor>();
  for (const [index, node] of graph.nodes.entries()) {
    for (const { part, shape, values } of layerTensors(node)) {
      const name = `${node.name}.${part}`;
      tensors.set(name, tensorOf(name, shape, values(), type));
    }
    onProgress((index + 1) / graph.nodes.length);
  }
  return writeSafetensors(tensors, metadataOf(file.manifest, graph, [...tensors.keys()]));
}

/** What PyTorch's library and `wjpeg compress` read, and what the manifest says besides. */
function metadataOf(
  manifest: Manifest,
  graph: PlannedGraph,
  names: readonly string[],
): Record<string, string> {
  const { input, labels, description, license } = manifest;
  const words = chainWords(manifest);
  return {
    format: 'pt',
    ...(words !== undefined && { [ORDER_KEY]: names.join(',') }),
    [ARCHITECTURE_KEY]: words ?? JSON.stringify(descriptionOf(graph)),
    input: JSON.stringify(input),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
  };
}
