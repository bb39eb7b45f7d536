import type { Conv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import type { ImageInputSpec, InputSpec } from '../../format/manifest.ts';
import { consumersOf, onlyConsumer } from '../../graph/consumers.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import type { PatchSize } from '../../image/patch-coefficients.ts';

/** A convolution that cuts the picture into patches: its kernel and stride are whole blocks, and nothing else takes the picture. */
export interface PatchEmbedding extends PatchSize {
  readonly node: GraphNode;
  readonly spec: ImageInputSpec;
}

/** The patch embedding that a graph begins with, if it does. */
export function findPatchEmbedding(graph: PlannedGraph, spec: InputSpec): PatchEmbedding | undefined {
  const node = onlyConsumer(consumersOf(graph), graph.inputs[0].name);
  if (spec.kind !== 'image' || graph.inputs.length > 1 || node?.operator !== 'conv2d') return undefined;
  const { strides, pads, dilations, groups } = node.attributes as Conv2dAttributes;
  const [, , patchHeight, patchWidth] = node.constants.weight.shape;
  const cutsPatches =
    groups === 1 &&
    strides[0] === patchHeight &&
    strides[1] === patchWidth &&
    pads.every((pad) => pad === 0) &&
    dilations.every((dilation) => dilation === 1);
  const areBlocks = [patchHeight, patchWidth].every((side) => side % 8 === 0);
  const fills = spec.height % patchHeight === 0 && spec.width % patchWidth === 0;
  // A value that is given to the graph cannot be asked of it.
  const isInner = !graph.outputs.includes(node.outputs[0]);
  return cutsPatches && areBlocks && fills && isInner ? { node, spec, patchWidth, patchHeight } : undefined;
}
