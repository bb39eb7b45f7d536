import { naming, WjpegError } from '../../errors.ts';
import { INPUT, nameOf } from '../../format/graph-manifest.ts';
import type { Constant, Graph, GraphNode } from '../../graph/graph.ts';
import { GRAPH_LIMITS, planGraph } from '../../graph/plan.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { describedOperator, spreadNumbers, unknownField } from '../../operators/described-layer.ts';
import { array, flag, integer, jsonObject, object, optional, text } from '../../options/structure.ts';
import type { DenseNode } from '../../weights/network.ts';

/** A layer of a network to train: an operator, its attributes beside its type. */
export interface NetLayer {
  /** An operator, as manifests call it. */
  readonly type: string;
  /** Unique; its place if absent. */
  readonly name?: string;
  /** Names of earlier layers, or `input`; the layer before if absent. */
  readonly inputs?: readonly string[];
  /** Of `conv2d`; as many as it takes if absent and the convolution is depthwise. */
  readonly outChannels?: number;
  /** Of `conv2d` and pools: one number, or [height, width]. */
  readonly kernel?: number | readonly number[];
  /** Of `conv2d`: each channel on its own. */
  readonly depthwise?: boolean;
  /** Of `linear`; as many as there are classes if absent. */
  readonly outFeatures?: number;
  /** Of `conv2d` and `linear`; as the option `bias` says if absent. */
  readonly bias?: boolean;
  readonly [attribute: string]: unknown;
}

/** A network to train. Sizes of inputs follow from the pictures. docs/training.md describes it. */
export interface NetDescription {
  readonly layers: readonly NetLayer[];
}

/** What a network is made for. */
export interface NetOptions {
  /** Number of classes. */
  readonly outputs: number;
  readonly bias: 'none' | 'output' | 'all';
}

const size = integer(1, 65_535);
const pair = array(size, 2);
const wiring = object({ name: optional(text(1, 200)), inputs: optional(array(text(1, 200), 1)) });
const sizes = object({
  outChannels: optional(size),
  outFeatures: optional(size),
  depthwise: optional(flag),
  bias: optional(flag),
});
const OWN: Readonly<Record<string, readonly string[]>> = {
  conv2d: ['outChannels', 'kernel', 'depthwise', 'bias'],
  linear: ['outFeatures', 'bias'],
};

/**
 * A network with weights of zero.
 *
 * @param input channels × height × width
 * @throws `NET_INVALID` naming the field, `OPERATOR_UNKNOWN`, `GRAPH_…` for shapes that do not fit
 */
export function describedNet(description: NetDescription, input: Shape, options: NetOptions): Graph {
  const layers = readLayers(description);
  const shapes = new Map<string, Shape>([[INPUT, input]]);
  const nodes: GraphNode[] = [];
  for (const [index, layer] of layers.entries()) {
    const place = `layers.${index}`;
    const node = ofNet(() => nodeOf(layer, index, place, nodes, shapes, options, layers.length));
    if (shapes.has(node.name)) throw invalid(`${place}: there is an earlier layer '${node.name}'`);
    nodes.push(node);
    const known = naming(place, () =>
      planGraph({ inputs: [{ name: INPUT, shape: input }], outputs: node.outputs, nodes }),
    );
    shapes.set(node.name, known.shapes.get(node.name) as Shape);
  }
  return { inputs: [{ name: INPUT, shape: input }], outputs: nodes[nodes.length - 1].outputs, nodes };
}

function readLayers(description: unknown): readonly Readonly<Record<string, unknown>>[] {
  const { layers } = ofNet(() => jsonObject(description, ''));
  if (Array.isArray(layers) && layers.length > GRAPH_LIMITS.maxNodes) {
    throw invalid(`layers: expected at most ${GRAPH_LIMITS.maxNodes}, got ${layers.length}`);
  }
  return ofNet(() => array(jsonObject, 1)(layers, 'layers'));
}

function nodeOf(
  layer: Readonly<Record<string, unknown>>,
  index: number,
  place: string,
  nodes: readonly GraphNode[],
  shapes: ReadonlyMap<string, Shape>,
  options: NetOptions,
  count: number,
): GraphNode {
  const operator = describedOperator(layer, place);
  const { type } = operator;
  const known = ['type', 'name', 'inputs', ...operator.attributes.names, ...(OWN[type] ?? [])];
  const wrong = unknownField(layer, place, known);
  if (wrong !== undefined) throw invalid(wrong);
  const { name = defaultName(type, index, nodes), inputs = [nodes[index - 1]?.name ?? INPUT] } = wiring(
    layer,
    place,
  );
  const missing = inputs.find((value) => !shapes.has(value));
  if (missing !== undefined) {
    throw invalid(`${place}.inputs: '${missing}' is no earlier layer, nor 'input'`);
  }
  const shape = shapes.get(inputs[0]) as Shape;
  const given = spreadNumbers(operator, layer);
  const own = sizes(layer, place);
  const common = { name, operator: type, inputs, outputs: [name], constants: {} };
  const withBias = own.bias ?? (options.bias === 'all' || (options.bias === 'output' && index === count - 1));
  if (type === 'linear') {
    const attributes = { inFeatures: elementCount(shape), outFeatures: own.outFeatures ?? options.outputs };
    const { inFeatures, outFeatures } = attributes;
    const linear: DenseNode = {
      kind: 'dense',
      name,
      ...attributes,
      weights: new Float32Array(inFeatures * outFeatures),
      bias: withBias ? new Float32Array(outFeatures) : null,
      relu: false,
    };
    return { ...common, attributes, linear };
  }
  if (type === 'conv2d') {
    const { depthwise = false, outChannels = depthwise ? shape[0] : undefined } = own;
    if (outChannels === undefined) throw invalid(`${place}.outChannels: expected a number of channels`);
    const attributes = operator.attributes(depthwise ? { ...given, groups: shape[0] } : given, place);
    const { groups } = attributes as unknown as { groups: number };
    if (shape[0] % groups !== 0 || outChannels % groups !== 0) {
      throw invalid(`${place}: ${shape[0]} and ${outChannels} channels are no multiples of ${groups} groups`);
    }
    const kernel = [outChannels, shape[0] / groups, ...pair(given.kernel, `${place}.kernel`)];
    return {
      ...common,
      attributes,
      constants: { weight: zeros(kernel), ...(withBias && { bias: zeros([outChannels]) }) },
    };
  }
  const attributes = operator.attributes(given, place);
  if (type !== 'batch-norm') return { ...common, attributes };
  const scale = { shape: [shape[0]], values: new Float32Array(shape[0]).fill(1) };
  return { ...common, attributes, constants: { scale, offset: zeros([shape[0]]) } };
}

/** Layers with weights are called by their number among these, as a model that is one JPEG leaves it out; others as in files. */
function defaultName(type: string, index: number, nodes: readonly GraphNode[]): string {
  const hasWeights = (operator: string): boolean => operator === 'conv2d' || operator === 'linear';
  if (!hasWeights(type)) return nameOf({ type }, index);
  return String(nodes.filter(({ operator }) => hasWeights(operator)).length + 1);
}

function zeros(shape: Shape): Constant {
  return { shape, values: new Float32Array(elementCount(shape)) };
}

/** Errors of fields are those of a description. */
function ofNet<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof WjpegError) || cause.code !== 'MANIFEST_FIELD') throw cause;
    throw invalid(cause.message.replace(/^model\.json: /, ''), cause);
  }
}

function invalid(message: string, cause?: unknown): WjpegError {
  return new WjpegError('misuse', 'NET_INVALID', message, { cause });
}
