import { graphOf } from '../format/graph-manifest.ts';
import { isPicture } from '../format/kernel-spec.ts';
import type { LayerSpec } from '../format/manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { isMultipliedOnCoefficients } from '../graph/passes/transform-convolutions.ts';
import { planGraph } from '../graph/plan.ts';
import type { Shape } from '../graph/shape.ts';
import { storedLayers } from '../runtime/stored-layers.ts';
import type { LinearNode, MatrixNode } from '../weights/network.ts';
import type { Inspected, InspectedKernels, InspectedNode } from './inspect-output.ts';

/** The nodes of a graph in the order in which they run, with the shapes that they give, and its layers of weights. */
export function inspectGraph(file: WjzFile): Inspected {
  const linear = storedLayers(file);
  const { nodes, shapes } = planGraph(graphOf(file.manifest, file.tensors));
  return {
    linear,
    nodes: nodes.map(
      ({ name, operator, inputs, outputs, attributes }): InspectedNode => ({
        name,
        operator,
        inputs,
        shape: shapes.get(outputs[0]) as Shape,
        attributes,
      }),
    ),
    kernels: new Map(file.manifest.layers.flatMap((layer) => kernelsOf(layer, linear, shapes))),
  };
}

/** Kernels that are stored as a picture, by their layer's name, and whether they are multiplied on their coefficients. */
function kernelsOf(
  layer: LayerSpec,
  linear: readonly LinearNode[],
  shapes: ReadonlyMap<string, Shape>,
): (readonly [string, InspectedKernels])[] {
  if (layer.type !== 'node') return [];
  const pictures = Object.values(layer.constants).filter(isPicture);
  return pictures.map(({ layout, shape }) => {
    const matrix = linear.find(({ name }) => name === layer.name) as MatrixNode;
    const [, ...map] = shapes.get(layer.name) as Shape;
    const runs = isMultipliedOnCoefficients({ layout, shape, matrix }, layer.attributes, map)
      ? 'coefficients'
      : 'expanded';
    return [layer.name, { layout, shape, runs }] as const;
  });
}
