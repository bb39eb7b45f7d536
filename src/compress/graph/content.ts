import { INPUT, requirementsOf } from '../../format/graph-manifest.ts';
import type { LayerSpec, NodeSpec } from '../../format/manifest.ts';
import type { WjzContent } from '../../format/write.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { elementCount } from '../../graph/shape.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import type { DenseNode } from '../../weights/network.ts';
import { LayerNames } from '../layer-names.ts';
import { manifestOf } from '../manifest.ts';
import type { CompressSettings } from '../options.ts';
import { type LayerReport, reportDense } from '../report.ts';
import { keepTensor } from '../rest-tensors.ts';
import type { StoredNode } from './store-node.ts';

/** A stored graph as a file, and what became of its weights. */
export interface StoredGraph {
  readonly content: WjzContent;
  readonly layers: readonly LayerReport[];
  /** Bytes of the network as float32. */
  readonly denseBytes: number;
}

/** Writes the nodes of a graph as layers of a manifest, named by the values that they give. */
export function graphContent(
  graph: PlannedGraph,
  stored: ReadonlyMap<GraphNode, StoredNode>,
  options: CompressSettings,
  settings: Readonly<Record<string, string | number | boolean>>,
): StoredGraph {
  const tensors = new Map<string, Tensor>();
  const jpegs = new Map<string, Uint8Array>();
  const layers: LayerReport[] = [];
  const names = new LayerNames();
  // A layer of that name would be taken for the input.
  names.next(INPUT);
  const given = new Map([[graph.inputs[0].name, INPUT]]);
  const nodes = [...inputReshape(graph, options), ...graph.nodes];
  let denseBytes = 0;
  const specs = nodes.map((node): LayerSpec => {
    const { name, jpeg } = names.next(node.outputs[0]);
    const inputs = node.inputs.map((value) => given.get(value) as string);
    given.set(node.outputs[0], name);
    const keep = (key: string, values: Float32Array, shape: readonly number[]) =>
      keepTensor(tensors, `${name}.${key}`, values, shape, options.rest);
    denseBytes += bytesOf(node);
    const part = stored.get(node);
    if (part) layers.push(reportOf(name, part, options));
    const now = part?.node ?? node;
    const { weight, jpeg: bytes } = part?.picture?.compressed ?? {};
    if (bytes) jpegs.set(jpeg, bytes);
    if (now.operator === 'linear') {
      const { inFeatures, outFeatures, weights, bias } = now.linear as DenseNode;
      return {
        type: 'linear',
        name,
        inputs,
        inFeatures,
        outFeatures,
        weight: weight ? { ...weight, jpeg } : keep('weight', weights, [outFeatures, inFeatures]),
        ...(bias && { bias: keep('bias', bias, [outFeatures]) }),
      };
    }
    const constants = Object.entries(now.constants).map(([key, { values, shape }]) => {
      const { layout } = part?.weighted ?? {};
      return weight && layout && key === 'weight'
        ? [key, { jpeg, layout, shape, affineMap: weight.affineMap }]
        : [key, keep(key, values, shape)];
    });
    return {
      type: 'node',
      operator: now.operator,
      name,
      inputs,
      attributes: now.attributes as NodeSpec['attributes'],
      constants: Object.fromEntries(constants),
    };
  });
  const outputs = graph.outputs.map((value) => given.get(value) as string);
  const requires = requirementsOf(specs);
  const manifest = { ...manifestOf(specs, options, denseBytes, settings), requires, outputs };
  return { content: { manifest, jpegs, tensors }, layers, denseBytes };
}

/** A picture is channels × height × width for both; a vector takes the shape that the graph has for it. */
function inputReshape(graph: PlannedGraph, { input }: CompressSettings): GraphNode[] {
  const [{ name, shape }] = graph.inputs;
  if (input.kind === 'image' || shape.length === 1) return [];
  return [
    {
      name: 'input shape',
      operator: 'reshape',
      inputs: [name],
      outputs: [name],
      attributes: { shape },
      constants: {},
    },
  ];
}

function bytesOf({ linear, constants }: GraphNode): number {
  const { weights, bias } = (linear ?? {}) as Partial<DenseNode>;
  const own = (weights?.byteLength ?? 0) + (bias?.byteLength ?? 0);
  return Object.values(constants).reduce((sum, { shape }) => sum + 4 * elementCount(shape), own);
}

function reportOf(
  name: string,
  { weighted, picture, node }: StoredNode,
  { rest }: CompressSettings,
): LayerReport {
  const { matrix, shape, layout } = weighted;
  const count = elementCount(shape);
  const common = { name, shape, denseBytes: 4 * count };
  if (picture) {
    const { report } = picture;
    // Of a picture of kernels, which has columns that pad it.
    const density = (report.density * matrix.weights.length) / count;
    return { ...report, ...common, density, storedAs: layout ?? 'matrix' };
  }
  const values = (node.linear as DenseNode | undefined)?.weights ?? node.constants.weight.values;
  const weights = weighted.node.constants.weight?.values ?? matrix.weights;
  return { ...reportDense({ ...matrix, weights }, rest, values), ...common };
}
