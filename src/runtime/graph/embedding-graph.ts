import type { Conv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import { planGraph } from '../../graph/plan.ts';
import { linearNormalization } from '../../image/normalization.ts';
import { axisSamples, axisSize } from '../../image/patch-axis.ts';
import { patchAxes, type Sampling } from '../../image/patch-coefficients.ts';
import { ExpandedKernels } from '../../weights/kernel-picture.ts';
import type { PatchEmbedding } from './patch-embedding.ts';

/**
 * Red, green and blue by Y, Cb and Cr, all with 128 subtracted: T.871 section 7, from BT.601's luma 0.299·R + 0.587·G + 0.114·B.
 */
const RGB_OF_YCC = [
  [1, 0, 1.402],
  [1, (-0.114 * 1.772) / 0.587, (-0.299 * 1.402) / 0.587],
  [1, 1.772, 0],
];

/**
 * The embedding as a graph that takes what `patchInput` gives: a convolution of 1×1 over coefficients. All that makes values of
 * coefficients is linear (normalisation, RGB of YCbCr, upsampling of chroma, the inverse DCT) and applied to its weights.
 */
export function embeddingGraph(embedding: PatchEmbedding, sampling: Sampling): PlannedGraph {
  const { node, spec, patchWidth, patchHeight } = embedding;
  const axes = patchAxes(sampling, embedding);
  const { kernels, bias } = ofComponents(embedding, axes.length);
  const sizes = axes.map(({ across, down }) => axisSize(across) * axisSize(down));
  const channels = sizes.reduce((sum, size) => sum + size, 0);
  const area = patchWidth * patchHeight;
  const values = new Float32Array(bias.length * channels);
  let first = 0;
  axes.forEach(({ across, down }, component) => {
    const bases = { across: axisSamples(across), down: axisSamples(down), width: patchWidth };
    for (let o = 0; o < bias.length; o++) {
      const kernel = kernels[component].subarray(o * area, (o + 1) * area);
      values.set(transformed(kernel, bases), o * channels + first);
    }
    first += sizes[component];
  });
  const [output] = node.outputs;
  const shape = [channels, spec.height / patchHeight, spec.width / patchWidth];
  const attributes: Conv2dAttributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 };
  const constants = {
    weight: { shape: [bias.length, channels, 1, 1], values },
    bias: { shape: [bias.length], values: bias },
  };
  return planGraph({
    inputs: [{ name: 'coefficients', shape }],
    outputs: [output],
    nodes: [
      {
        name: node.name,
        operator: 'conv2d',
        inputs: ['coefficients'],
        outputs: [output],
        attributes,
        constants,
      },
    ],
  });
}

/**
 * The kernels for samples of each component, from which 128 is subtracted, outputs × pixels of a patch; and what mid-grey and the
 * bias give.
 */
function ofComponents(
  { node, spec, patchWidth, patchHeight }: PatchEmbedding,
  components: number,
): { kernels: Float64Array[]; bias: Float32Array } {
  const { weight, bias } = node.constants;
  const weights = node.kernels ? new ExpandedKernels(node.kernels).exact() : weight.values;
  const area = patchWidth * patchHeight;
  const [outputs, channels] = weight.shape;
  const kernels = Array.from({ length: components }, () => new Float64Array(outputs * area));
  const constant = Float64Array.from({ length: outputs }, (_, o) => bias?.values[o] ?? 0);
  for (let channel = 0; channel < channels; channel++) {
    const { factor, addend } = linearNormalization(spec, false, channel);
    for (let at = 0; at < outputs * area; at++) {
      const o = Math.floor(at / area);
      const one = weights[(o * channels + channel) * area + (at % area)];
      constant[o] += one * (128 * factor + addend);
      kernels.forEach((kernel, component) => {
        kernel[at] += one * factor * (channels === 1 ? 1 : RGB_OF_YCC[channel][component]);
      });
    }
  }
  return { kernels, bias: Float32Array.from(constant) };
}

/** Bases of the values of a patch, pixels × values. */
interface Bases {
  readonly across: Float64Array;
  readonly down: Float64Array;
  /** Pixels across. */
  readonly width: number;
}

/** downᵀ · kernel · across: the weights of the values of a patch. */
function transformed(kernel: Float64Array, { across, down, width }: Bases): Float64Array {
  const height = kernel.length / width;
  const columns = across.length / width;
  const rows = down.length / height;
  const result = new Float64Array(rows * columns);
  const line = new Float64Array(columns);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < columns; k++) line[k] += kernel[y * width + x] * across[x * columns + k];
    }
    for (let j = 0; j < rows; j++) {
      const share = down[y * rows + j];
      if (share === 0) continue;
      for (let k = 0; k < columns; k++) result[j * columns + k] += share * line[k];
    }
  }
  return result;
}
