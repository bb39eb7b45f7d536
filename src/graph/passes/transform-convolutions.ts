import type { FusedConv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import { type ConvolutionOptions, type Way, wayOf } from '../../../kernels/conv2d/ways.ts';
import type { KernelCoefficients } from '../../../kernels/node.ts';
import { DCT_BASIS } from '../../jpeg/dct/basis.ts';
import type { PictureKernels } from '../../weights/kernel-picture.ts';
import type { Constant, Graph, GraphNode, PlannedGraph } from '../graph.ts';
import { elementCount, type Shape } from '../shape.ts';

/**
 * Costs beside that of a dense weight at a pixel (`npm run bench:convolutions`, docs/lab/convolutions.md): a nonzero, since outputs
 * share no loads and rows of planes are padded; the 8-point transforms of a channel, at each pixel that is taken or given; a dense
 * weight of 3×3 without strides in tiles of 2×2 or 4×4 outputs, of which 16 of 36 or 36 of 144 multiplications are left (Winograd), and
 * what the transforms of a tile cost per channel.
 */
const NONZERO_COST = 1.55;
const CHANNEL_COST = 12;
const TILE_COST = { 2: { weight: 16 / 36, channel: 14 }, 4: { weight: 36 / 144, channel: 10 } };
/** Of a dense weight where convolutions are multiplied in words of two int16, or of four bytes. */
const PRECISION_COST = { float32: 1, int16: 0.5, int8: 0.25 };
/** Channels from which the transforms of pixels cost little beside what they save. */
const MIN_CHANNELS = 8;
/** Kernels index columns of coefficients with 16 bits. */
const MAX_COLUMNS = 2 ** 16;

const IN_FLOATS: ConvolutionOptions = { precision: 'float32', isCompact: false };
/** Bytes of a nonzero on `wasm`, and of a dense weight. */
const NONZERO_BYTES = 8;
const WEIGHT_BYTES = { float32: 4, int16: 2, int8: 1 };

type Window = Readonly<Record<'strides', readonly number[]>>;

/**
 * Whether a convolution is multiplied on its coefficients. Others are expanded when a network is made ready: kernels that lie
 * as `matrix`, those with an offset (what the offset adds is the sum of a whole window), few channels, and coefficients so
 * dense that nothing would be saved. `attributes`: those of the convolution; `map`: rows and columns of its outputs.
 */
export function isMultipliedOnCoefficients(
  { layout, shape, matrix }: PictureKernels,
  attributes: object,
  map: readonly number[],
  how = IN_FLOATS,
): boolean {
  const { value, columns } = matrix.coefficients;
  const [outputs, inputs] = shape;
  const { strides } = attributes as Window;
  const way = wayOf(shape, { ...(attributes as FusedConv2dAttributes), groups: 1 }, map, how);
  const isPossible =
    layout === 'taps' &&
    matrix.offset === null &&
    Math.min(outputs, inputs) >= MIN_CHANNELS &&
    columns <= MAX_COLUMNS;
  if (!isPossible || how.isCompact)
    return isPossible && NONZERO_BYTES * value.length <= WEIGHT_BYTES[way.precision] * elementCount(shape);
  return (
    NONZERO_COST * value.length + CHANNEL_COST * (inputs * strides[0] * strides[1] + outputs) <=
    denseCost(shape, matrix.coefficients, way)
  );
}

function denseCost(
  shape: readonly number[],
  coefficients: KernelCoefficients['sparse'],
  { tile, precision }: Way,
): number {
  const perWeight = PRECISION_COST[precision];
  // Weights that expand to zero for 8 outputs are left out by the dense kernel, too.
  if (tile === undefined) return perWeight * 64 * filledBlocks(coefficients);
  const [outputs, inputs] = shape;
  const { weight, channel } = TILE_COST[tile];
  return perWeight * weight * 9 * inputs * outputs + channel * (inputs + outputs);
}

/** Blocks of 8×8 coefficients that are not all zero. */
function filledBlocks({ rows, rowStart, column }: KernelCoefficients['sparse']): number {
  let count = 0;
  for (let row = 0; row < rows; row += 8) {
    const end = rowStart[Math.min(rows, row + 8)];
    count += new Set(column.subarray(rowStart[row], end).map((at) => at >> 3)).size;
  }
  return count;
}

/**
 * Writes out each convolution that is multiplied on its coefficients as three: the 8-point DCT over runs of 8 channels, once
 * per value however many convolutions take it; the nonzeros, `coefficient-conv2d`; and the inverse DCT with the scale and bias
 * of each output channel. The transforms are convolutions of 1×1. The kernels of all others are expanded here, once.
 */
export function transformConvolutions(graph: PlannedGraph): Graph {
  const transformed = new Map<string, GraphNode>();
  return onCoefficients(graph, IN_FLOATS, (node, kernels, attributes) => {
    const [input] = node.inputs;
    const [outputs, inputs] = kernels.shape;
    const known = transformed.get(input);
    const forward = known ?? convolution(`${input}\0DCT`, input, forwardKernels(inputs));
    transformed.set(input, forward);
    const product = `${node.name}\0coefficients`;
    const middle: GraphNode = {
      name: product,
      operator: 'coefficient-conv2d',
      inputs: forward.outputs,
      outputs: [product],
      attributes: { ...attributes, outputs: 8 * Math.ceil(outputs / 8) },
      constants: {},
      coefficients: coefficientsOf(kernels),
    };
    const last = convolution(node.name, product, inverseKernels(outputs, kernels.matrix.scale));
    const bias = node.constants.bias;
    return [
      ...(known ? [] : [forward]),
      middle,
      { ...last, outputs: node.outputs, constants: { ...last.constants, ...(bias && { bias }) } },
    ];
  });
}

/** The same in one node each, `transformed-conv2d`. */
export function joinTransforms(graph: PlannedGraph, options: ConvolutionOptions): Graph {
  return onCoefficients(
    graph,
    options,
    ({ kernels: _, constants: { bias }, ...node }, kernels, attributes) => {
      const { shape, matrix } = kernels;
      return [
        {
          ...node,
          operator: 'transformed-conv2d',
          attributes: { ...attributes, outputs: shape[0] },
          constants: {
            scale: { shape: [matrix.scale.length], values: matrix.scale },
            ...(bias && { bias }),
          },
          coefficients: coefficientsOf(kernels),
        },
      ];
    },
  );
}

/** `write` gets the convolutions that are multiplied on their coefficients, with their windows; the kernels of others are expanded. */
function onCoefficients(
  graph: PlannedGraph,
  options: ConvolutionOptions,
  write: (node: GraphNode, kernels: PictureKernels, attributes: object) => GraphNode[],
): Graph {
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const { kernels } = node;
    if (kernels === undefined) return [node];
    const [, ...map] = graph.shapes.get(node.outputs[0]) as Shape;
    if (!isMultipliedOnCoefficients(kernels, node.attributes, map, options)) return [expanded(node)];
    const { strides, pads, dilations } = node.attributes as Readonly<Record<string, readonly number[]>>;
    return write(node, kernels, { strides, pads, dilations, kernel: kernels.shape.slice(2) });
  });
  return { ...graph, nodes };
}

function coefficientsOf({ matrix }: PictureKernels): KernelCoefficients {
  return { sparse: matrix.coefficients, quantization: matrix.quantization };
}

/** A convolution whose kernels are numbers, no longer a picture that is expanded when they are asked for. */
function expanded({ kernels: _, ...node }: GraphNode): GraphNode {
  const { shape, values } = node.constants.weight;
  return { ...node, constants: { ...node.constants, weight: { shape, values } } };
}

function convolution(
  name: string,
  input: string,
  { weight, groups }: { readonly weight: Constant; readonly groups: number },
): GraphNode {
  const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups };
  return {
    name,
    operator: 'conv2d',
    inputs: [input],
    outputs: [name],
    attributes,
    constants: { weight },
  };
}

/** X[8r + u] = Σ basis[u][x]·input[8r + x]; groups of 8 channels where there are whole runs, else one group. */
function forwardKernels(inputs: number): { weight: Constant; groups: number } {
  const runs = Math.ceil(inputs / 8);
  const isWhole = inputs % 8 === 0;
  const perGroup = isWhole ? 8 : inputs;
  const values = new Float32Array(8 * runs * perGroup);
  for (let k = 0; k < 8 * runs; k++) {
    const first = isWhole ? 0 : k - (k % 8);
    for (let x = 0; x < 8 && first + x < perGroup; x++) {
      values[k * perGroup + first + x] = DCT_BASIS[(k % 8) * 8 + x];
    }
  }
  return { weight: { shape: [8 * runs, perGroup, 1, 1], values }, groups: isWhole ? runs : 1 };
}

/** output[8r + x] = scale·Σ basis[u][x]·Z[8r + u]; as above. */
function inverseKernels(outputs: number, scale: Float32Array): { weight: Constant; groups: number } {
  const runs = Math.ceil(outputs / 8);
  const isWhole = outputs % 8 === 0;
  const perGroup = isWhole ? 8 : 8 * runs;
  const values = new Float32Array(outputs * perGroup);
  for (let o = 0; o < outputs; o++) {
    const first = isWhole ? 0 : o - (o % 8);
    for (let u = 0; u < 8; u++) {
      values[o * perGroup + first + u] = scale[scale.length === 1 ? 0 : o] * DCT_BASIS[u * 8 + (o % 8)];
    }
  }
  return { weight: { shape: [outputs, perGroup, 1, 1], values }, groups: isWhole ? runs : 1 };
}
