import { naming, WjpegError } from '../../errors.ts';
import { INPUT } from '../../format/graph-manifest.ts';
import type { Constant, Graph, GraphNode } from '../../graph/graph.ts';
import { planGraph } from '../../graph/plan.ts';
import { formatShape } from '../../graph/shape.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import type { DenseNode } from '../../weights/network.ts';
import { type Architecture, constantsOf, type DescribedLayer, describe } from './description.ts';
import {
  constantOf,
  kernelsOf,
  matrixOf,
  type NamedTensor,
  type ScaleAndOffset,
  StateDict,
} from './state-dict.ts';

/** A network read from a state dict. */
export interface StateDictImport {
  readonly graph: Graph;
  /** What the reader decided, for the user to read. */
  readonly notes: readonly string[];
}

/**
 * Reads the tensors of a state dict as the network that a description says: PyTorch's names (`conv1.weight` O×I×KH×KW,
 * `bn1.running_mean`, `fc.weight` O×I), or those of Keras and Flax (`kernel`, `gamma`, `moving_mean`). Wrappers that all names
 * begin with (`module.`) may be left out. Every tensor of the file must have a place.
 *
 * @throws `ARCHITECTURE_INVALID` and `OPERATOR_UNKNOWN` for descriptions, `ARCHITECTURE_TENSORS` naming what is missing and
 * left over, `MODEL_…` for tensors that are not finite or integers, `GRAPH_…` for shapes that do not fit
 */
export function importStateDict(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: Architecture,
): StateDictImport {
  const { input, layers, outputs } = describe(architecture);
  const dict = new StateDict(tensors);
  const missing: string[] = [];
  const epsilons = new Set<number>();
  const nodes = layers.map((layer) => nodeOf(layer, dict, missing, epsilons));
  const { leftOver } = dict;
  if (missing.length + leftOver.length > 0) throw misfit(missing, leftOver);
  const graph = {
    inputs: [{ name: INPUT, shape: input }],
    outputs,
    nodes: nodes.map((make) => make()),
  };
  planGraph(graph);
  return { graph, notes: notesOn(epsilons) };
}

/** The node of a layer, whose numbers are read when it is called; what it lacks is added to `missing`. */
function nodeOf(
  layer: DescribedLayer,
  dict: StateDict,
  missing: string[],
  epsilons: Set<number>,
): () => GraphNode {
  const { place, name, operator, inputs, attributes } = layer;
  if (operator.type === 'batch-norm' && layer.tensors.size === 0)
    return normNode(layer, dict, missing, epsilons);
  const found = constants(layer, dict, missing);
  return () => {
    const read = Object.fromEntries([...found].map(([key, get]) => [key, get()]));
    const common = { name, operator: operator.type, inputs, outputs: [name] };
    if (operator.type !== 'linear') return { ...common, attributes, constants: read };
    const linear = naming(place, () => linearNode(name, attributes, read));
    const { inFeatures, outFeatures } = linear;
    return { ...common, attributes: { inFeatures, outFeatures }, constants: {}, linear };
  };
}

type Constants = ReadonlyMap<string, () => Constant>;

/** What a state dict may call a constant of ours, PyTorch's name first. */
function partsOf(type: string, constant: string): readonly string[] {
  if (constant === 'slope') return ['weight', 'alpha'];
  if (constant !== 'weight') return [constant];
  if (type === 'conv2d') return ['weight', 'kernel', 'depthwise_kernel'];
  return type === 'linear' ? ['weight', 'kernel'] : ['weight'];
}

function constants(
  { operator, weights, tensors }: DescribedLayer,
  dict: StateDict,
  missing: string[],
): Constants {
  const { type } = operator;
  return new Map(
    Object.entries(constantsOf(operator)).flatMap(([key, need]): [string, () => Constant][] => {
      const reference = tensors.get(key);
      const parts = partsOf(type, key);
      const found =
        reference !== undefined
          ? withPart('weight', dict.tensor(reference))
          : weights === undefined
            ? undefined
            : dict.part(weights, ...parts);
      if (found !== undefined) {
        const read = type === 'conv2d' && key === 'weight' ? kernelsOf : matrixOf;
        return [[key, () => (key === 'weight' ? read(found) : constantOf(found))]];
      }
      if (reference !== undefined) missing.push(reference);
      else if (need === 'required') missing.push(`${weights}.${parts[0]}`);
      return [];
    }),
  );
}

function withPart(
  part: string,
  found: NamedTensor | undefined,
): (NamedTensor & { readonly part: string }) | undefined {
  return found && { ...found, part };
}

/** A batch normalisation of running statistics. */
function normNode(
  { name, inputs, attributes, weights, epsilon }: DescribedLayer,
  dict: StateDict,
  missing: string[],
  epsilons: Set<number>,
): () => GraphNode {
  const norm = dict.batchNorm(weights as string, epsilon);
  if (norm === undefined) missing.push(`${weights}.running_mean`, `${weights}.running_var`);
  else if (epsilon === undefined) epsilons.add(norm.epsilon);
  return () => {
    const { scale, offset, trained } = norm as ScaleAndOffset;
    const common = { name, operator: 'batch-norm', inputs, outputs: [name], attributes };
    return { ...common, constants: { scale, offset }, trained };
  };
}

function linearNode(
  name: string,
  given: { readonly inFeatures?: number; readonly outFeatures?: number },
  { weight, bias }: Readonly<Record<string, Constant>>,
): DenseNode {
  if (weight.shape.length !== 2)
    throw wrongShape(`the weight of '${name}' has shape ${formatShape(weight.shape)}, expected O×I`);
  const [outFeatures, inFeatures] = weight.shape;
  const differs =
    (given.outFeatures ?? outFeatures) !== outFeatures || (given.inFeatures ?? inFeatures) !== inFeatures;
  if (differs)
    throw wrongShape(
      `the weight of '${name}' is ${formatShape(weight.shape)}, but the layer is said to be ` +
        `${given.outFeatures ?? outFeatures}×${given.inFeatures ?? inFeatures}`,
    );
  if (bias !== undefined && bias.values.length !== outFeatures)
    throw wrongShape(
      `the bias of '${name}' has shape ${formatShape(bias.shape)}, expected ${outFeatures} numbers`,
    );
  return {
    kind: 'dense',
    name,
    inFeatures,
    outFeatures,
    relu: false,
    bias: bias?.values ?? null,
    weights: weight.values,
  };
}

function wrongShape(message: string): WjpegError {
  return new WjpegError('misuse', 'ARCHITECTURE_TENSORS', message);
}

/** Names listed of what is missing or left over. */
const LISTED = 6;

function misfit(missing: readonly string[], leftOver: readonly string[]): WjpegError {
  const list = (what: string, names: readonly string[]): string[] => {
    if (names.length === 0) return [];
    const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
    return [`${what} ${names.slice(0, LISTED).join(', ')}${more}`];
  };
  const parts = [...list('missing', missing), ...list('left over', leftOver)];
  return wrongShape(`the tensors are not those of the architecture: ${parts.join('; ')}`);
}

function notesOn(epsilons: ReadonlySet<number>): string[] {
  if (epsilons.size === 0) return [];
  return [
    `Batch normalisations are taken with epsilon ${[...epsilons].join(' and ')}, which files do not hold; "epsilon" of a layer in the description says another.`,
  ];
}
