import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec, InputSpec } from '../../format/manifest.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { dropIdentities } from '../../graph/passes/drop-identities.ts';
import { planGraph } from '../../graph/plan.ts';
import { addRefused, type RefusedNodes, refusalLine } from '../../graph/refusal-line.ts';
import { elementCount, formatShape } from '../../graph/shape.ts';
import type { PoolAttributes, WindowAttributes } from '../../operators/window.ts';
import type { LinearNode, MatrixNode, RowsNode } from '../../weights/network.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';

/** A matrix that is multiplied as it is: outputs × inputs, row-major. */
export interface DenseWeights {
  readonly kind: 'dense';
  readonly values: ArrayLike<number>;
}

/** What multiplies: all of a layer's inputs, or those that a convolution's kernel covers. */
export interface WeightedLayer {
  readonly name: string;
  readonly weights: DenseWeights | RowsNode | MatrixNode;
  /** Columns of the weights; those of `matrix` may be padded to whole runs of 8 per tap. */
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: ArrayLike<number> | null;
  relu: boolean;
}

/** A map of channels × height × width. */
export interface MapSize {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A fully connected layer. */
export interface LinearStage extends WeightedLayer {
  readonly kind: 'linear';
}

/** A convolution; columns of its weights are taps, row by row, and the channels of each. */
export interface ConvolutionStage extends WeightedLayer {
  readonly kind: 'convolution';
  readonly from: MapSize;
  readonly to: MapSize;
  readonly kernel: readonly number[];
  readonly window: WindowAttributes;
}

/** The maximum of windows that do not overlap. */
export interface PoolStage {
  readonly kind: 'pool';
  readonly name: string;
  readonly from: MapSize;
  readonly to: MapSize;
  readonly kernel: readonly number[];
}

/** The mean of each channel, which makes a vector of the last map. */
export interface AverageStage {
  readonly kind: 'average';
  readonly name: string;
  readonly from: MapSize;
}

type MapStage = ConvolutionStage | PoolStage;

/** A network as a C program runs it: maps pixel by pixel, then vectors. */
export interface Plan {
  readonly input: ImageInputSpec;
  readonly maps: readonly MapStage[];
  /** Undefined where the first vector is the whole last map. */
  readonly average: AverageStage | undefined;
  readonly vectors: readonly LinearStage[];
}

/**
 * The chain of a graph.
 *
 * @throws `EXPORT_OPERATOR` for operators that the C has no code for, and for networks that are no chain of them
 */
export function planC(graph: PlannedGraph, input: InputSpec): Plan {
  const { nodes, shapes } = planGraph(dropIdentities(graph));
  const maps: MapStage[] = [];
  let average: AverageStage | undefined;
  const vectors: LinearStage[] = [];
  const refused: RefusedNodes = new Map();
  if (input.kind !== 'image') throw refuse('the network takes a vector, expected a picture');
  let value = graph.inputs[0].name;
  for (const [index, node] of nodes.entries()) {
    if (node.inputs.length !== 1 || node.inputs[0] !== value || node.outputs.length !== 1)
      throw refuse(
        `'${node.name}' takes or gives other values than its neighbours: only chains can be exported`,
      );
    const before = vectors.at(-1) ?? average ?? maps.at(-1);
    const what = obstacle(node, index === nodes.length - 1, before);
    if (what !== undefined) addRefused(refused, what, node.name);
    else if (node.operator === 'relu') (before as WeightedLayer).relu = true;
    else if (node.operator === 'conv2d')
      maps.push(convolution(node, mapOf(shapes, value), mapOf(shapes, node.outputs[0])));
    else if (node.operator === 'max-pool')
      maps.push(pool(node, mapOf(shapes, value), mapOf(shapes, node.outputs[0])));
    else if (node.operator === 'global-average-pool')
      average = { kind: 'average', name: node.name, from: mapOf(shapes, value) };
    else if (node.operator === 'linear') vectors.push(linear(node.linear as LinearNode, index === 0));
    [value] = node.outputs;
  }
  if (refused.size > 0) throw refuse(refusalLine([['no C for operators', refused]]));
  if (graph.outputs.length !== 1 || graph.outputs[0] !== value || vectors.length === 0)
    throw refuse('the network does not end in one linear layer');
  checkSize([...maps, ...vectors], average);
  return { input, maps, average, vectors };
}

/** Weights of all layers together; a megabyte of flash is much. */
const MAX_WEIGHTS = 2 ** 24;
/** Elements of a vector or a kernel's patch, which counters of 16 bits go through. */
const MAX_INPUTS = 65535;

/** Pixels of a map whose channels' sums are integers of 32 bits. */
const MAX_AVERAGED = 32768;

function checkSize(stages: readonly (LinearStage | MapStage)[], average: AverageStage | undefined): void {
  const averaged = average ? average.from.height * average.from.width : 0;
  if (averaged > MAX_AVERAGED)
    throw tooLarge(`'${average?.name}' averages ${averaged} pixels, of which C can have ${MAX_AVERAGED}`);

  let weights = 0;
  for (const stage of stages) {
    if (stage.kind === 'pool') continue;
    weights += stage.inputs * stage.outputs;
    if (Math.max(stage.inputs, stage.outputs) > MAX_INPUTS)
      throw tooLarge(
        `'${stage.name}' is ${stage.outputs}×${stage.inputs}, of which C can have ${MAX_INPUTS} each`,
      );
  }
  if (weights > MAX_WEIGHTS)
    throw tooLarge(`the network has ${weights} weights, of which C can have ${MAX_WEIGHTS}`);
}

function tooLarge(message: string): WjpegError {
  return new WjpegError('limit', 'EXPORT_TOO_LARGE', message);
}

function refuse(message: string): WjpegError {
  return new WjpegError('unsupported', 'EXPORT_OPERATOR', message);
}

/** What makes a vector, as operators are called. */
const VECTORS = { linear: 'linear', average: 'global-average-pool' } as const;

/** Why a node cannot be part of the chain. */
function obstacle(
  { operator, attributes, linear, kernels, constants }: GraphNode,
  isLast: boolean,
  before: LinearStage | AverageStage | MapStage | undefined,
): string | undefined {
  const vector = before?.kind === 'linear' || before?.kind === 'average' ? VECTORS[before.kind] : undefined;
  switch (operator) {
    case 'linear':
      return offsetObstacle(linear as LinearNode);
    case 'relu':
      return before && 'weights' in before ? undefined : 'relu without weights before it';
    case 'softmax':
      return isLast && before?.kind === 'linear' ? undefined : 'softmax within the network';
    case 'flatten':
    case 'reshape':
      return undefined;
    case 'conv2d': {
      const { dilations, groups } = attributes as WindowAttributes & { groups: number };
      if (vector) return `conv2d after ${vector}`;
      if (groups > 1) return 'conv2d in groups';
      if (dilations.some((step) => step > 1)) return 'dilated conv2d';
      return kernels
        ? offsetObstacle(kernels.matrix)
        : constants.weight
          ? undefined
          : 'conv2d without weights';
    }
    case 'max-pool': {
      if (vector) return `max-pool after ${vector}`;
      const { kernel, strides, pads, dilations, ceilMode } = attributes as PoolAttributes;
      const isPlain = !ceilMode && pads.every((pad) => pad === 0) && dilations.every((step) => step === 1);
      return isPlain && kernel.every((extent, axis) => extent === strides[axis])
        ? undefined
        : 'max-pool with windows that overlap or have padding';
    }
    case 'global-average-pool':
      return vector && `global-average-pool after ${vector}`;
    default:
      return operator;
  }
}

function offsetObstacle(node: LinearNode): string | undefined {
  return node.kind !== 'dense' && node.offset?.some((offset) => offset !== 0)
    ? 'weights with offsets (compress it with --map symmetric)'
    : undefined;
}

function mapOf(shapes: PlannedGraph['shapes'], value: string): MapSize {
  const shape = shapes.get(value) as readonly number[];
  if (shape.length !== 3)
    throw refuse(`'${value}' is ${formatShape(shape)}, expected channels × height × width`);
  const [channels, height, width] = shape;
  return { channels, height, width };
}

function linear(node: LinearNode, isFirst: boolean): LinearStage {
  const { name, inFeatures, outFeatures, bias } = node;
  const weights =
    node.kind === 'dense'
      ? { kind: 'dense' as const, values: node.weights }
      : node.kind === 'rows' && !isFirst
        ? { kind: 'dense' as const, values: reconstructWeights(node) }
        : node;
  return { kind: 'linear', name, weights, inputs: inFeatures, outputs: outFeatures, bias, relu: false };
}

function convolution(node: GraphNode, from: MapSize, to: MapSize): ConvolutionStage {
  const { kernels, constants, attributes, name } = node;
  const { shape } = constants.weight;
  const [outputs, , ...kernel] = shape;
  const taps = kernels?.layout === 'taps';
  const bias = constants.bias?.values ?? kernels?.matrix.bias ?? null;
  const weights = taps
    ? kernels.matrix
    : { kind: 'dense' as const, values: byTaps(constants.weight.values, shape) };
  const inputs = taps ? kernels.matrix.inFeatures : elementCount(shape) / outputs;
  const window = attributes as WindowAttributes;
  return { kind: 'convolution', name, weights, inputs, outputs, bias, relu: false, from, to, kernel, window };
}

function pool({ name, attributes }: GraphNode, from: MapSize, to: MapSize): PoolStage {
  return { kind: 'pool', name, from, to, kernel: (attributes as PoolAttributes).kernel };
}

/** Kernels O×I×KH×KW as O rows of taps with their channels. */
function byTaps(
  values: ArrayLike<number>,
  [outputs, inputs, height, width]: readonly number[],
): Float64Array {
  const taps = height * width;
  const rows = new Float64Array(outputs * inputs * taps);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++)
        rows[(o * taps + tap) * inputs + i] = values[(o * inputs + i) * taps + tap];
  return rows;
}
