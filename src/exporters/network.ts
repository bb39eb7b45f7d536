import { INPUT, inputShape, nameOf } from '../format/graph-manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import type { PlannedGraph } from '../graph/graph.ts';
import { namer } from '../graph/namer.ts';
import { planGraph } from '../graph/plan.ts';
import { LOGITS } from '../runtime/graph/output-names.ts';
import { graphOfValues } from '../runtime/graph/stored-graph.ts';

/**
 * The graph of a file with its weights as they are stored, batch norms folded. It takes `input` and gives what `run` of a session
 * gives by these names: of a chain `logits`, or its softmax where it ends in one.
 */
export async function networkGraph(file: WjzFile): Promise<PlannedGraph> {
  const { manifest } = file;
  if (manifest.outputs) return graphOfValues(file, 'coefficient', {}, manifest.outputs);
  const { layers, input } = manifest;
  const last = layers.length - 1;
  const graph = await graphOfValues(file, 'coefficient', {}, [String(last)]);
  // The values of a chain are numbered: they get the names of layers.
  const output = layers[last].type === 'softmax' ? nameOf(layers[last], last) : LOGITS;
  const unique = namer([INPUT, output]);
  const names = new Map<string, string>([[INPUT, INPUT]]);
  for (const [index, layer] of layers.entries())
    names.set(String(index), index === last ? output : unique(nameOf(layer, index)));
  const now = (value: string): string => names.get(value) as string;
  return planGraph({
    inputs: [{ name: INPUT, shape: inputShape(input) }],
    outputs: [output],
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(now),
      outputs: node.outputs.map(now),
    })),
  });
}
