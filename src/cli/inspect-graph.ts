import { graphOf } from '../format/graph-manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { planGraph } from '../graph/plan.ts';
import type { Shape } from '../graph/shape.ts';
import { storedLayers } from '../runtime/load-network.ts';
import type { Inspected, InspectedNode } from './inspect-output.ts';

/** The nodes of a graph in the order in which they run, with the shapes that they give, and its layers of weights. */
export function inspectGraph(file: WjzFile): Inspected {
  const { nodes, shapes } = planGraph(graphOf(file.manifest, file.tensors));
  return {
    linear: storedLayers(file),
    nodes: nodes.map(
      ({ name, operator, inputs, outputs, attributes }): InspectedNode => ({
        name,
        operator,
        inputs,
        shape: shapes.get(outputs[0]) as Shape,
        attributes,
      }),
    ),
  };
}
