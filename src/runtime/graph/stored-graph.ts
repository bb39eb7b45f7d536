import { graphOf } from '../../format/graph-manifest.ts';
import { asLinear, isPicture } from '../../format/kernel-spec.ts';
import type { NodeSpec } from '../../format/manifest.ts';
import type { WjzFile } from '../../format/reading.ts';
import type { Graph, GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { dropUnused } from '../../graph/passes/drop-unused.ts';
import { dropFinalSoftmax } from '../../graph/passes/final-softmax.ts';
import { foldAffine, withKernels } from '../../graph/passes/fold-affine.ts';
import { planGraph } from '../../graph/plan.ts';
import { kernelsOfMatrix } from '../../weights/kernel-picture.ts';
import type { DenseNode } from '../../weights/network.ts';
import type { LoadNetworkOptions } from '../load-network.ts';
import type { Path } from '../path.ts';
import { chainNetwork } from '../ready-network.ts';
import { coefficientNodes, type NodeMaker, storedNode } from '../stored-network.ts';
import { chainGraph } from './chain-graph.ts';

/**
 * The graph of a file with the weights of its layers, ready for a backend: on the `coefficient` path quantised coefficients, on
 * the `expanded` path the matrices that the JPEGs expand to, on the `dense` path the graph that the file was made from.
 * `endsInSoftmax`: whether a softmax after the first output was left out.
 *
 * @throws DENSE_MISSING, DENSE_MISMATCH where the original is not given or is another network
 */
export async function storedGraph(
  file: WjzFile,
  path: Path,
  options: LoadNetworkOptions,
): Promise<{ readonly graph: PlannedGraph; readonly endsInSoftmax: boolean }> {
  const graph = await wholeGraph(file, path, options);
  const { shapes } = planGraph(graph);
  const logits = dropFinalSoftmax(graph, (value) => shapes.get(value)?.length ?? 0);
  return { graph: planGraph(foldAffine(logits)), endsInSoftmax: logits !== graph };
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
  return planGraph(foldAffine(dropUnused({ ...graph, outputs })));
}

async function wholeGraph(file: WjzFile, path: Path, options: LoadNetworkOptions): Promise<Graph> {
  if (path === 'dense') return (await import('../original.ts')).originalGraph(file, options);
  const make =
    path === 'coefficient'
      ? await coefficientNodes(file, options.jpegLimits)
      : // With jpeg-js, which the other paths do without.
        (await import('../expanded-weights.ts')).expandedNode(options.jpegLimits);
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
    if (picture) return storedKernels(file, picture, node, make);
    return layer === undefined ? node : { ...node, linear: storedNode(file, layer, false, make) };
  });
  return { ...graph, nodes };
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
