import { weightNames } from '../compress/graph/compress-graph.ts';
import { orderNeurons } from '../compress/neuron-order.ts';
import type { CompressOptions } from '../compress/options.ts';
import { naming, WjpegError } from '../errors.ts';
import { type Fit, type ImageInputSpec, type InputSpec, inputLength } from '../format/manifest.ts';
import type { Graph } from '../graph/graph.ts';
import { chainOf } from '../graph/passes/chain-of.ts';
import { planGraph } from '../graph/plan.ts';
import { elementCount, formatShape, type Shape } from '../graph/shape.ts';
import { isOnnxModel } from '../importers/file-kinds.ts';
import { type ArchitectureOption, readNetworkFile } from '../importers/network-file.ts';
import { type Exported, exportedNotes } from '../importers/onnx/exported.ts';
import { onnxExternalData } from '../node/onnx-external-data.ts';
import { type DenseNetwork, linearLayers } from '../weights/dense-network.ts';
import { type CompressArguments, list } from './compress-arguments.ts';
import { inputShapes } from './network-options.ts';
import { perChannel } from './number-lists.ts';
import { statedAccuracy } from './stated-accuracy.ts';

/** A network to compress, and how. */
export interface NetworkToCompress {
  readonly network: DenseNetwork | Graph;
  readonly settings: CompressOptions;
  /** Of a chain: its layers and activations in order. */
  readonly architecture?: readonly string[];
  /** How pictures are brought to the network's size, where the file says so. */
  readonly fit?: Fit;
  /** What the reader decided, for people. */
  readonly notes: readonly string[];
}

/** Reads the network of a file: an ONNX model, or safetensors with the names of a state dict. */
export function readNetwork(
  bytes: Uint8Array,
  options: CompressArguments,
  architecture: ArchitectureOption | undefined,
): NetworkToCompress {
  const shapes = inputShapes(options.inputShape);
  return naming(options.model, () => {
    if (options.inputShape !== undefined && !isOnnxModel(bytes))
      throw new WjpegError('misuse', 'OPTION_VALUE', '--input-shape is for an ONNX model');
    const read = readNetworkFile(bytes, {
      architecture,
      file: options.model,
      inputShapes: shapes,
      ...(isOnnxModel(bytes) && { externalData: onnxExternalData(options.model) }),
    });
    const stated = isOnnxModel(bytes) ? undefined : statedAccuracy(bytes);
    const known = isOnnxModel(bytes) ? exportedNotes(bytes) : {};
    const asked = { ...options, denseAccuracy: options.denseAccuracy ?? stated };
    const { settings, ...made } = toCompress(read.network, asked, known);
    const isKnown = known.input?.kind === 'image' && settings.input === known.input;
    return {
      ...made,
      settings,
      ...(known.input?.kind === 'image' && { fit: known.input.preprocessing.fit }),
      ...(read.architecture && { architecture: read.architecture }),
      notes: [
        ...read.notes,
        ...(isKnown ? ['pictures are prepared as wjpeg export noted in the model'] : []),
      ],
    };
  });
}

function toCompress(
  network: Graph | DenseNetwork,
  options: CompressArguments,
  known: Exported,
): Omit<NetworkToCompress, 'notes'> {
  if (!('nodes' in network)) return chain(network, options, known);
  const linear = isForGraphs(network, options) ? undefined : chainOf(network);
  const shape = network.inputs[0]?.shape ?? [];
  if (linear !== undefined) return chain(linear, options, known, shape);
  const input = inputSpec(options, shape, known.input);
  const [output, ...others] = network.outputs;
  if (options.labels !== undefined && others.length === 0)
    checkLabels(options, elementCount(planGraph(network).shapes.get(output) as Shape));
  return { network, settings: compressOptions(options, input, weightNames(network), known) };
}

/** Chains with batch norms are stored as graphs, which make use of what these tell, unless something that only chains have is wanted. */
function isForGraphs({ nodes }: Graph, { layout, order }: CompressArguments): boolean {
  return nodes.some(({ trained }) => trained !== undefined) && layout !== 'rows' && order !== 'energy';
}

/** `shape`: that of the graph which was found to be this chain, if it was one. */
function chain(
  network: DenseNetwork,
  options: CompressArguments,
  known: Exported,
  shape?: Shape,
): Omit<NetworkToCompress, 'notes'> {
  const layers = linearLayers(network);
  checkLabels(options, layers[layers.length - 1].outFeatures);
  return {
    network: options.order === 'energy' ? orderNeurons(network) : network,
    settings: compressOptions(
      options,
      inputSpec(options, (shape && pictureShape(shape)) ?? [layers[0].inFeatures], known.input),
      layers.map(({ name }) => name),
      known,
    ),
  };
}

/** Said before minutes of work. */
function checkLabels(options: CompressArguments, outputs: number): void {
  const count = list(options.labels)?.length ?? outputs;
  if (count === outputs) return;
  throw new WjpegError(
    'misuse',
    'OPTION_VALUE',
    `--labels has ${count} names, expected ${outputs}, one per output`,
  );
}

function compressOptions(
  options: CompressArguments,
  input: InputSpec,
  every: readonly string[],
  known: Exported,
): CompressOptions {
  const { quality, layout, map, scale, name, description, license, denseAccuracy } = options;
  const labels = list(options.labels) ?? known.labels;
  return {
    input,
    ...(quality !== undefined && { quality }),
    ...(options.maxError !== undefined && { maxError: options.maxError }),
    entropy: options.entropy,
    ...(options.offset !== undefined && { offset: options.offset }),
    ...(options.progressive !== undefined && { progressive: options.progressive }),
    layout,
    map,
    scope: scale,
    layers:
      options.layers === 'all'
        ? every
        : options.layers === 'auto'
          ? 'auto'
          : (list(options.layers) as string[]),
    rest: options.rest === 'float16' ? 'F16' : 'F32',
    ...(labels && { labels }),
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(license !== undefined && { license }),
    ...(denseAccuracy !== undefined && { denseAccuracy }),
  };
}

/**
 * `shape`: what the network takes, without the batch; a plain vector says nothing of pictures. `known`: what the file says of its
 * inputs; what is named on the command line counts instead.
 */
function inputSpec(options: CompressArguments, shape: Shape, known: InputSpec | undefined): InputSpec {
  const length = elementCount(shape);
  const { range, mean, std, background } = options;
  const isNormalised = (mean ?? std ?? range) !== undefined;
  if (known && options.input === undefined && inputLength(known) === length) {
    if (known.kind === 'vector' || !(isNormalised || background)) return known;
    const { preprocessing } = known;
    return {
      ...known,
      ...(isNormalised && normalization(options, known.channels)),
      preprocessing: { ...preprocessing, ...(background && { background }) },
    };
  }
  const size = options.input === undefined ? pictureShape(shape) : namedShape(options.input, shape);
  if (size === undefined) return { kind: 'vector', length };
  const [channels, height, width] = size;
  return {
    kind: 'image',
    width,
    height,
    channels: channels as 1 | 3,
    ...normalization(options, channels),
    preprocessing: { background: background ?? 'dark', fit: 'contain' },
  };
}

function normalization(
  { mean = '0', std = '1', range = 1 }: CompressArguments,
  channels: number,
): Pick<ImageInputSpec, 'mean' | 'std'> {
  const normal = (name: 'mean' | 'std', text: string): number | readonly number[] => {
    const values = perChannel(name, text, channels).map((value) => value / range);
    return values.every((value) => value === values[0]) ? values[0] : values;
  };
  return { mean: normal('mean', mean), std: normal('std', std) };
}

/** The shape of a network that takes channels × height × width, if they are grey or RGB pictures. */
function pictureShape(shape: Shape): Shape | undefined {
  return shape.length === 3 && (shape[0] === 1 || shape[0] === 3) ? shape : undefined;
}

function namedShape(input: string, shape: Shape): Shape {
  const size = /^([1-9]\d*)[x×]([1-9]\d*)(?:[x×]([13]))?$/.exec(input);
  if (!size)
    throw new WjpegError(
      'misuse',
      'INPUT_SIZE',
      `--input is '${input}', expected WIDTHxHEIGHT such as 28x28, or WIDTHxHEIGHTx3 for RGB`,
    );
  const [width, height] = [Number(size[1]), Number(size[2])];
  const known = pictureShape(shape);
  const channels = size[3] === undefined ? (known?.[0] ?? 1) : Number(size[3]);
  const named = [channels, height, width];
  if (known ? named.join() === known.join() : elementCount(named) === elementCount(shape)) return named;
  throw new WjpegError(
    'misuse',
    'INPUT_SIZE',
    known
      ? `--input ${input} is ${formatShape(named)}, but the network takes ${formatShape(shape)} (channels × height × width)`
      : `--input ${input} is ${elementCount(named)} samples, but the first layer takes ${elementCount(shape)}`,
  );
}
