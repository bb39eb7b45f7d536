import { WjpegError } from '../../errors.ts';
import { graphOf } from '../../format/graph-manifest.ts';
import type { LinearSpec } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/reading.ts';
import type { Graph, GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { dropUnused } from '../../graph/passes/drop-unused.ts';
import { dropFinalSoftmax } from '../../graph/passes/final-softmax.ts';
import { foldBatchNorm } from '../../graph/passes/fold-batch-norm.ts';
import { planGraph } from '../../graph/plan.ts';
import { readSafetensors } from '../../safetensors/read.ts';
import { type Tensor, toFloat32 } from '../../safetensors/tensor.ts';
import type { DenseNode } from '../../weights/network.ts';
import { expandedNode } from '../expanded-weights.ts';
import type { LoadNetworkOptions } from '../load-network.ts';
import type { Path } from '../path.ts';
import { chainNetwork } from '../ready-network.ts';
import { coefficientNodes, storedNode } from '../stored-network.ts';
import { chainGraph } from './chain-graph.ts';

/**
 * The graph of a file with the weights of its linear layers, ready for a backend: on the `coefficient` path quantised
 * coefficients, on the `matrix` path the matrices that the JPEGs expand to, on the `dense` path the original weights, by the
 * layers' names.
 *
 * @throws DENSE_MISSING, DENSE_MISMATCH where the original weights are not given or are others
 */
export async function storedGraph(
  file: WjzFile,
  path: Path,
  options: LoadNetworkOptions,
): Promise<PlannedGraph> {
  const graph = await wholeGraph(file, path, options);
  const { shapes } = planGraph(graph);
  const logits = dropFinalSoftmax(graph, (value) => shapes.get(value)?.length ?? 0);
  return planGraph(foldBatchNorm(logits));
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
  const make =
    path === 'coefficient'
      ? await coefficientNodes(file, options.jpegLimits)
      : expandedNode(options.jpegLimits);
  const dense = path === 'dense' ? denseTensors(options) : undefined;
  const graph = graphOf(file.manifest, file.tensors);
  const linear = new Map(
    file.manifest.layers.flatMap((layer) => (layer.type === 'linear' ? [[layer.name, layer] as const] : [])),
  );
  const nodes = graph.nodes.map((node): GraphNode => {
    const layer = linear.get(node.name);
    if (layer === undefined) return node;
    return { ...node, linear: dense ? denseNode(layer, dense) : storedNode(file, layer, false, make) };
  });
  return { ...graph, nodes };
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
    throw new WjpegError(
      'misuse',
      'DENSE_MISMATCH',
      `the dense model has ${weight ? `'${name}.weight' of [${weight.shape.join(', ')}]` : `no '${name}.weight'`}, ` +
        `expected [${outFeatures}, ${inFeatures}] as in the .wjz`,
    );
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
