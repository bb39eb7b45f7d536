import { WjpegError } from '../../errors.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import { batchNormOf, groupTensors, type Parts } from '../state-dict/modules.ts';
import { naturalOrder } from '../state-dict/order.ts';
import { isSortedByName } from '../state-dict/sorted.ts';
import type { Architecture, ArchitectureLayer } from './description.ts';

/** What may be called otherwise, by the type of its layers. */
const KINDS = {
  conv2d: 'convolutions',
  depthwise: 'depthwise convolutions',
  linear: 'linear layers',
  'batch-norm': 'batch normalisations',
};
type Kind = keyof typeof KINDS;

/**
 * The description with the names of a state dict: its convolutions, linear layers and batch normalisations are taken in the
 * order of the file, or where that is sorted by name in that of the numbers in the names. Nothing says that they are the same
 * layers, but that their shapes fit: look at the names.
 *
 * @throws `ARCHITECTURE_TENSORS` where there are more or fewer layers of a kind, `MODEL_UNSUPPORTED_TENSOR`
 */
export function withNamesOf(architecture: Architecture, tensors: ReadonlyMap<string, Tensor>): Architecture {
  const modules = [...groupTensors(tensors)];
  if (isSortedByName(tensors)) modules.sort(([a], [b]) => naturalOrder(a, b));
  const found = modules.map(([module, parts]) => ({ module, kind: kindOf(module, parts) }));
  // Keras counts depthwise convolutions by themselves; other names do not tell them.
  const isCounted = found.some(({ kind }) => kind === 'depthwise');
  const kindOfLayer = ({ type, groups }: ArchitectureLayer): string =>
    isCounted && type === 'conv2d' && groups !== undefined ? 'depthwise' : type;
  const names = new Map<string, string>();
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const own = [
      ...new Set(
        architecture.layers.flatMap((layer) =>
          kindOfLayer(layer) === kind && layer.weights !== undefined ? [layer.weights] : [],
        ),
      ),
    ];
    const given = found.filter((module) => module.kind === kind);
    if (own.length !== given.length) {
      throw new WjpegError(
        'misuse',
        'ARCHITECTURE_TENSORS',
        `the file has ${given.length} ${KINDS[kind]}, the architecture ${own.length}`,
      );
    }
    for (const [index, weights] of own.entries()) names.set(weights, given[index].module);
  }
  // A layer is called as its weights are, unless it has a name: those that take what it gives follow.
  const called = new Map(
    architecture.layers.flatMap(({ name, weights = '' }) => {
      const now = names.get(weights);
      return name === undefined && now !== undefined ? [[weights, now] as const] : [];
    }),
  );
  const follow = (layer: string): string => called.get(layer) ?? layer;
  const layers = architecture.layers.map(({ inputs, weights, ...layer }) => ({
    ...layer,
    ...(weights !== undefined && { weights: names.get(weights) ?? weights }),
    ...(inputs && { inputs: inputs.map(follow) }),
  }));
  const { outputs } = architecture;
  return { ...architecture, layers, ...(outputs && { outputs: outputs.map(follow) }) };
}

function kindOf(module: string, parts: Parts): Kind | undefined {
  if (batchNormOf(module, parts) !== undefined) return 'batch-norm';
  if (parts.has('depthwise_kernel')) return 'depthwise';
  const weight = parts.get('weight') ?? parts.get('kernel');
  const rank = weight?.tensor.shape.length;
  return rank === 4 ? 'conv2d' : rank === 2 ? 'linear' : undefined;
}
