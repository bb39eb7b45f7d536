import { naming, WjpegError } from '../errors.ts';
import { graphOf } from '../format/graph-manifest.ts';
import type { LayerSpec, Manifest } from '../format/manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import type { Graph, PlannedGraph } from '../graph/graph.ts';
import { chainOf } from '../graph/passes/chain-of.ts';
import { planGraph } from '../graph/plan.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import type { Architecture, ArchitectureLayer } from '../importers/architecture/description.ts';
import { fittingArchitectures } from '../importers/architecture/detect.ts';
import { importStateDict } from '../importers/architecture/import.ts';
import { isOnnxModel, namingWrongFile } from '../importers/file-kinds.ts';
import { readNetworkFile } from '../importers/network-file.ts';
import { exportedArchitecture } from '../importers/read-weights.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { type DenseNetwork, linearLayers } from '../weights/dense-network.ts';
import type { DenseSource } from './load-network.ts';

/** The networks that files were made from, of ONNX models or safetensors files: the `dense` path. */

/**
 * The chain of linear layers that a file was made from.
 *
 * @throws `DENSE_MISSING` where the original is not given, `DENSE_MISMATCH` where it is no chain, or has layers of other sizes
 */
export function originalChain({ manifest }: WjzFile, options: DenseSource): DenseNetwork {
  const { network } = readNetworkFile(given(options), { ...readOptions(options), like: manifest.layers });
  const chain = 'nodes' in network ? chainOf(network) : network;
  const shape = (layers: readonly { inFeatures: number; outFeatures: number }[]): string =>
    [layers[0]?.inFeatures, ...layers.map((layer) => layer.outFeatures)].join('-');
  const got = chain ? shape(linearLayers(chain)) : 'no chain of linear layers';
  const expected = shape(manifest.layers.filter((layer) => layer.type === 'linear'));
  if (chain && got === expected) return chain;
  throw mismatch(`the dense model is ${got}, expected ${expected} as in the .wjz`);
}

/**
 * The graph that a file was made from, batch norms not folded: that of an ONNX model, or of a safetensors file what its
 * architecture says. Where none is given it is the network of the zoo that has its tensors and the sizes of the file, or the
 * file's own graph with the tensors of the same names.
 *
 * @throws `DENSE_MISSING` where the original is not given, `DENSE_MISMATCH` where its inputs or outputs have other sizes, or
 * tensors other names
 */
export function originalGraph(file: WjzFile, options: DenseSource): Graph {
  const dense = given(options);
  const stored = planGraph(graphOf(file.manifest, file.tensors));
  const tensors = isOnnxModel(dense) ? undefined : namingWrongFile(dense, () => readSafetensors(dense));
  const isSaid = options.denseArchitecture !== undefined || (tensors && exportedArchitecture(dense));
  if (tensors && !isSaid) return detected(file, stored, tensors);
  const [{ shape }] = stored.inputs;
  // The size of pictures may be open in the model.
  const inputShapes = file.manifest.input.kind === 'image' ? { '': shape } : {};
  const { network } = naming('the dense model', () =>
    readNetworkFile(dense, { ...readOptions(options), inputShapes }),
  );
  if (!('nodes' in network)) {
    throw mismatch('the dense model is a chain of linear layers, expected the graph of the .wjz');
  }
  if (sizes(planGraph(network)) === sizes(stored)) return network;
  throw mismatch(
    `the dense model has inputs and outputs of ${sizes(planGraph(network))} values, expected ${sizes(stored)} as in the .wjz`,
  );
}

function given({ dense }: DenseSource): Uint8Array {
  if (dense) return dense;
  throw new WjpegError(
    'misuse',
    'DENSE_MISSING',
    "path 'dense' needs the original weights (option `dense`), which a .wjz does not contain",
  );
}

function readOptions({ denseArchitecture, denseExternalData }: DenseSource) {
  return { architecture: denseArchitecture, externalData: denseExternalData };
}

/** Elements of inputs and outputs, for comparison and messages. */
function sizes({ inputs, outputs, shapes }: PlannedGraph): string {
  return [...inputs.map((input) => input.shape), ...outputs.map((name) => shapes.get(name) as Shape)]
    .map(elementCount)
    .join('-');
}

function detected(file: WjzFile, stored: PlannedGraph, tensors: ReadonlyMap<string, Tensor>): Graph {
  const known = fittingArchitectures(tensors).find(({ graph }) => sizes(planGraph(graph)) === sizes(stored));
  return known?.graph ?? ownGraph(file.manifest, stored, tensors);
}

/** The graph of the file with the tensors of its layers' names. */
function ownGraph(
  { layers, outputs = [] }: Manifest,
  { inputs }: PlannedGraph,
  tensors: ReadonlyMap<string, Tensor>,
): Graph {
  const architecture: Architecture = { input: inputs[0].shape, layers: layers.map(described), outputs };
  let graph: Graph;
  try {
    ({ graph } = importStateDict(tensors, architecture));
  } catch (error) {
    if (!(error instanceof WjpegError)) throw error;
    throw mismatch(`the dense model is not the network of the .wjz: ${error.message}; ${NAME_IT}`, error);
  }
  for (const spec of layers) {
    const node = graph.nodes.find(({ name }) => name === (spec as { readonly name?: string }).name);
    const stored =
      spec.type === 'node' ? spec.constants.bias : spec.type === 'linear' ? spec.bias : undefined;
    if (stored === undefined || node?.constants.bias || node?.linear?.bias) continue;
    throw mismatch(`the dense model has no '${node?.name}.bias', which the .wjz has; ${NAME_IT}`);
  }
  return graph;
}

const NAME_IT =
  'if it has other names or batch norms, name its architecture (--architecture, option denseArchitecture)';

/** A layer of a manifest as descriptions have it, with the weights of its name. */
function described(spec: LayerSpec): ArchitectureLayer {
  if (spec.type === 'linear') {
    const { type, name, inputs, inFeatures, outFeatures } = spec;
    return { type, name, ...(inputs && { inputs }), inFeatures, outFeatures, weights: name };
  }
  if (spec.type !== 'node') return spec;
  const { operator, name, inputs, attributes, constants } = spec;
  const weights = Object.keys(constants).length > 0 ? { weights: name } : {};
  return { type: operator, name, inputs, ...attributes, ...weights };
}

function mismatch(message: string, cause?: unknown): WjpegError {
  return new WjpegError('misuse', 'DENSE_MISMATCH', message, { cause });
}
