import { naming, WjpegError } from '../../errors.ts';
import { graphOf } from '../../format/graph-manifest.ts';
import { asLinear, isPicture } from '../../format/kernel-spec.ts';
import type { LinearSpec, NodeSpec } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/reading.ts';
import type { Graph, GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { dropUnused } from '../../graph/passes/drop-unused.ts';
import { dropFinalSoftmax } from '../../graph/passes/final-softmax.ts';
import { foldBatchNorm, withKernels } from '../../graph/passes/fold-batch-norm.ts';
import { planGraph } from '../../graph/plan.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { isOnnxModel } from '../../importers/file-kinds.ts';
import { readSafetensors } from '../../safetensors/read.ts';
import { type Tensor, toFloat32 } from '../../safetensors/tensor.ts';
import { kernelsOfMatrix } from '../../weights/kernel-picture.ts';
import type { DenseNode } from '../../weights/network.ts';
import { expandedNode } from '../expanded-weights.ts';
import type { LoadNetworkOptions } from '../load-network.ts';
import type { Path } from '../path.ts';
import { chainNetwork } from '../ready-network.ts';
import { coefficientNodes, type NodeMaker, storedNode } from '../stored-network.ts';
import { chainGraph } from './chain-graph.ts';

/**
 * The graph of a file with the weights of its layers, ready for a backend: on the `coefficient` path quantised coefficients, on
 * the `expanded` path the matrices that the JPEGs expand to, on the `dense` path the original weights, by the layers' names; of
 * an ONNX model its own graph. `endsInSoftmax`: whether a softmax after the first output was left out.
 *
 * @throws DENSE_MISSING, DENSE_MISMATCH where the original weights are not given or are others
 */
export async function storedGraph(
  file: WjzFile,
  path: Path,
  options: LoadNetworkOptions,
): Promise<{ readonly graph: PlannedGraph; readonly endsInSoftmax: boolean }> {
  const graph = await wholeGraph(file, path, options);
  const { shapes } = planGraph(graph);
  const logits = dropFinalSoftmax(graph, (value) => shapes.get(value)?.length ?? 0);
  return { graph: planGraph(foldBatchNorm(logits)), endsInSoftmax: logits !== graph };
}

/** The graph that gives values of a file's network, by its names for them (`valueNames`), and computes nothing else. */
export async function graphOfValues(
  file: WjzFile,
  path: Path,
  options: LoadNetworkOptions,
  outputs: readonly string[],
): Promise<PlannedGraph> {
  const graph = file.manifest.outputs
    ? await wholeGraph(file, path, options)
    : chainGraph(file.manifest, await chainNetwork(file, path, options));
  return planGraph(foldBatchNorm(dropUnused({ ...graph, outputs })));
}

async function wholeGraph(file: WjzFile, path: Path, options: LoadNetworkOptions): Promise<Graph> {
  if (path === 'dense' && options.dense && isOnnxModel(options.dense)) return onnxGraph(file, options.dense);
  const make =
    path === 'coefficient'
      ? await coefficientNodes(file, options.jpegLimits)
      : expandedNode(options.jpegLimits);
  const dense = path === 'dense' ? denseTensors(options) : undefined;
  const graph = graphOf(file.manifest, file.tensors);
  const linear = new Map(
    file.manifest.layers.flatMap((layer) => (layer.type === 'linear' ? [[layer.name, layer] as const] : [])),
  );
  const pictures = new Map(
    file.manifest.layers.flatMap((layer) => (layer.type === 'node' ? [[layer.name, layer] as const] : [])),
  );
  const nodes = graph.nodes.map((node): GraphNode => {
    const layer = linear.get(node.name);
    const picture = pictures.get(node.name);
    if (picture) return dense ? denseKernels(picture, node, dense) : storedKernels(file, picture, node, make);
    if (layer === undefined) return node;
    return { ...node, linear: dense ? denseNode(layer, dense) : storedNode(file, layer, false, make) };
  });
  return { ...graph, nodes };
}

/** The graph of the ONNX model that a file was made from: its input is the file's, and its outputs have the file's sizes. */
async function onnxGraph(file: WjzFile, bytes: Uint8Array): Promise<Graph> {
  const stored = planGraph(graphOf(file.manifest, file.tensors));
  const [{ shape }] = stored.inputs;
  // The size of pictures may be open in the model.
  const inputShapes = file.manifest.input.kind === 'image' ? { '': shape } : {};
  const { importOnnx } = await import('../../importers/onnx/index.ts');
  const { graph } = naming('the dense model', () => importOnnx(bytes, { inputShapes, channelsFirst: true }));
  const dense = planGraph(graph);
  const sizes = ({ inputs, outputs, shapes }: PlannedGraph): string =>
    [...inputs.map((input) => input.shape), ...outputs.map((name) => shapes.get(name) as Shape)]
      .map(elementCount)
      .join('-');
  if (sizes(dense) === sizes(stored)) return graph;
  throw new WjpegError(
    'misuse',
    'DENSE_MISMATCH',
    `the dense model has inputs and outputs of ${sizes(dense)} values, expected ${sizes(stored)} as in the .wjz`,
  );
}

/** A node with the kernels that are stored as a picture, if any; on the `coefficient` path they keep their coefficients. */
function storedKernels(file: WjzFile, { constants }: NodeSpec, node: GraphNode, make: NodeMaker): GraphNode {
  for (const [key, stored] of Object.entries(constants)) {
    if (!isPicture(stored)) continue;
    const { layout, shape } = stored;
    const made = storedNode(file, asLinear(node.name, stored), false, make);
    const bias = node.constants.bias?.values ?? null;
    if (made.kind === 'matrix') {
      return { ...node, ...withKernels(node.constants, { layout, shape, matrix: { ...made, bias } }) };
    }
    const { weights } = made as DenseNode;
    const values = kernelsOfMatrix(weights, shape, layout);
    return { ...node, constants: { ...node.constants, [key]: { shape, values } } };
  }
  return node;
}

/** A node with the original kernels in the place of those that are stored as a picture, by its name. */
function denseKernels(
  { constants }: NodeSpec,
  node: GraphNode,
  tensors: ReadonlyMap<string, Tensor>,
): GraphNode {
  const pictures = Object.entries(constants).flatMap(([key, stored]) =>
    isPicture(stored) ? [[key, stored] as const] : [],
  );
  const original = pictures.map(([key, { shape }]) => {
    const tensor = tensors.get(`${node.name}.${key}`);
    if (tensor?.shape.join() === shape.join()) return [key, { shape, values: toFloat32(tensor) }];
    throw mismatch(`${node.name}.${key}`, tensor, shape);
  });
  return { ...node, constants: { ...node.constants, ...Object.fromEntries(original) } };
}

/** The tensors of the original weights. */
export function denseTensors({ dense }: LoadNetworkOptions): ReadonlyMap<string, Tensor> {
  if (dense) return readSafetensors(dense);
  throw new WjpegError(
    'misuse',
    'DENSE_MISSING',
    "path 'dense' needs the original weights (option `dense`): a .wjz does not hold them",
  );
}

/** A layer of the original weights, by its name. */
export function denseNode(
  { name, inFeatures, outFeatures }: LinearSpec,
  tensors: ReadonlyMap<string, Tensor>,
): DenseNode {
  const weight = tensors.get(`${name}.weight`);
  const bias = tensors.get(`${name}.bias`);
  if (weight?.shape.join() !== `${outFeatures},${inFeatures}`) {
    throw mismatch(`${name}.weight`, weight, [outFeatures, inFeatures]);
  }
  return {
    kind: 'dense',
    name,
    inFeatures,
    outFeatures,
    relu: false,
    bias: bias ? toFloat32(bias) : null,
    weights: toFloat32(weight),
  };
}

function mismatch(name: string, tensor: Tensor | undefined, expected: readonly number[]): WjpegError {
  return new WjpegError(
    'misuse',
    'DENSE_MISMATCH',
    `the dense model has ${tensor ? `'${name}' of [${tensor.shape.join(', ')}]` : `no '${name}'`}, ` +
      `expected [${expected.join(', ')}] as in the .wjz`,
  );
}
