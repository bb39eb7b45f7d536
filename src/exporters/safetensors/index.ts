import type { Manifest } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/reading.ts';
import type { Constant, GraphNode } from '../../graph/graph.ts';
import { ARCHITECTURE_KEY, ORDER_KEY } from '../../importers/read-weights.ts';
import { printArchitecture } from '../../importers/state-dict/architecture.ts';
import { callback, checkOptions, type OptionRules, oneOf } from '../../options/rules.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import { writeSafetensors } from '../../safetensors/write.ts';
import type { DenseNode } from '../../weights/network.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';
import { networkGraph } from '../network.ts';
import { tensorOf } from '../tensor.ts';

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

/** The epsilon of PyTorch's batch norms, which files do not hold. */
const EPSILON = 1e-5;

/** A tensor to be written, without the name of its layer. */
type Named = readonly [name: string, constant: Constant];

/**
 * Writes the weights of a model as a safetensors file with the names of a PyTorch state_dict: `conv1.weight` (O×I×KH×KW),
 * `conv1.bias`, `fc.weight` (O×I). `wjpeg compress` reads that of a chain of linear layers back as the same network; the layers of
 * other networks keep their names, but the file does not say how they are connected.
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
  const { nodes } = await networkGraph(file);
  const tensors = new Map<string, Tensor>();
  for (const [index, node] of nodes.entries()) {
    for (const [key, { shape, values }] of tensorsOf(node)) {
      const name = `${node.name}.${key}`;
      tensors.set(name, tensorOf(name, shape, values, type));
    }
    onProgress((index + 1) / nodes.length);
  }
  return writeSafetensors(tensors, metadataOf(file.manifest, [...tensors.keys()]));
}

/** The tensors of a node as a module of PyTorch has them. */
function tensorsOf({ linear, operator, constants }: GraphNode): readonly Named[] {
  if (linear) {
    const { kind, outFeatures, inFeatures, bias } = linear;
    const values =
      kind === 'dense' ? (linear as DenseNode).weights : Float32Array.from(reconstructWeights(linear));
    const weight: Named = ['weight', { shape: [outFeatures, inFeatures], values }];
    return bias ? [weight, ['bias', { shape: [outFeatures], values: bias }]] : [weight];
  }
  if (operator === 'prelu') return [['weight', vector(constants.slope.values)]];
  if (operator === 'batch-norm') {
    const { scale, offset } = constants;
    const ones = new Float32Array(scale.values.length).fill(1);
    return [
      ['weight', vector(scale.values)],
      ['bias', vector(offset.values)],
      ['running_mean', vector(new Float32Array(ones.length))],
      ['running_var', vector(ones.fill(1 - EPSILON))],
    ];
  }
  return Object.entries(constants);
}

function vector(values: Float32Array): Constant {
  return { shape: [values.length], values };
}

/** What PyTorch's library and `wjpeg compress` read, and what the manifest says besides. Texts in lists have no commas. */
function metadataOf(
  { layers, outputs, input, labels, description, license }: Manifest,
  names: readonly string[],
): Record<string, string> {
  const isChain = outputs === undefined && !names.some((name) => name.includes(','));
  return {
    format: 'pt',
    ...(isChain && { [ORDER_KEY]: names.join(','), [ARCHITECTURE_KEY]: architectureOf(layers).join(',') }),
    input: JSON.stringify(input),
    ...(labels && { labels: JSON.stringify(labels) }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
  };
}

function architectureOf(layers: Manifest['layers']): string[] {
  const chain = layers.map((layer) =>
    layer.type === 'linear'
      ? ({ kind: 'linear', name: layer.name } as const)
      : { type: layer.type as 'relu' | 'softmax' },
  );
  return printArchitecture(chain, new Set(chain.map((item) => ('name' in item ? item.name : ''))));
}
