import { graphOf } from '../format/graph-manifest.ts';
import { asLinear, isPicture } from '../format/kernel-spec.ts';
import type { JpegTensor, LayerSpec, Manifest } from '../format/manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import { isMultipliedOnCoefficients } from '../graph/passes/transform-convolutions.ts';
import { planGraph } from '../graph/plan.ts';
import type { Shape } from '../graph/shape.ts';
import { ALL_CODINGS } from '../jpeg/scans/all-codings.ts';
import { findOperator } from '../operators/index.ts';
import { sparseNode, storedNode } from '../runtime/stored-network.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { ExpandedKernels, type KernelLayout } from '../weights/kernel-picture.ts';
import type { MatrixNode } from '../weights/network.ts';

/** The kernels of a convolution. */
export interface LayerKernels {
  /** O×I×KH×KW; I counts the channels of a group. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float32Array;
  /** The tensor's element type, if they are stored as one. */
  readonly tensor?: Tensor['dtype'];
  /** Absent if they are stored as a tensor. */
  readonly stored?: {
    readonly jpeg: Uint8Array;
    /** As of the linear layer that is stored in the same way. */
    readonly weight: JpegTensor;
    readonly layout: KernelLayout;
    /** How they run on the path `coefficient`. */
    readonly runs: 'coefficients' | 'expanded';
  };
}

/** The kernels of a layer as the file has them; undefined for a layer that is no convolution. */
export function layerKernels(file: WjzFile, layer: LayerSpec): LayerKernels | undefined {
  if (layer.type !== 'node') return undefined;
  const key = findOperator(layer.operator)?.kernels;
  const given = key === undefined ? undefined : layer.constants[key];
  if (given === undefined) return undefined;
  if (!isPicture(given)) {
    const tensor = file.tensors.get(given.tensor) as Tensor;
    return { shape: tensor.shape, values: toFloat32(tensor), tensor: tensor.dtype };
  }
  const { shape, layout } = given;
  const linear = asLinear(layer.name, given);
  const matrix = storedNode(file, linear, false, sparseNode(ALL_CODINGS)) as MatrixNode;
  const kernels = { layout, shape, matrix };
  const [, ...map] = planGraph(graphOf(file.manifest, file.tensors)).shapes.get(layer.name) as Shape;
  return {
    shape,
    values: new ExpandedKernels(kernels).values,
    stored: {
      jpeg: file.jpegs.get(given.jpeg) as Uint8Array,
      weight: linear.weight,
      layout,
      runs: isMultipliedOnCoefficients(kernels, layer.attributes, map) ? 'coefficients' : 'expanded',
    },
  };
}

/** Whether the kernels of a layer look at red, green and blue: those of the first convolution of a network that takes colours. */
export function looksAtColours(
  { input, layers }: Manifest,
  layer: LayerSpec,
  shape: readonly number[],
): boolean {
  const first = layers.find((other) => other.type === 'node' && findOperator(other.operator)?.kernels);
  return input.kind === 'image' && input.channels === 3 && shape[1] === 3 && layer === first;
}
