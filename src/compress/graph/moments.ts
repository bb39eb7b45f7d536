import type { Shape } from '../../graph/shape.ts';
import { runDct } from '../../jpeg/dct/transforms.ts';
import type { WindowAttributes } from '../../operators/window.ts';
import { mulberry32 } from '../../random.ts';
import type { Activations } from '../activations.ts';
import { covariance } from '../second-moments.ts';
import type { Weighted } from './weighted.ts';

/** What the rows of a picture of weights are multiplied with, over many inputs. */
export interface InputMoments {
  /** Columns of the picture, whole runs of 8. */
  readonly columns: number;
  /** Mean of each weight's input, in the order of the picture's columns, not transformed. */
  readonly mean: Float64Array;
  /** Covariance in the basis of the coefficients: an 8-point DCT over each run of columns. */
  readonly covariance: Float64Array;
}

/** Samples for each column, and bounds on them: a covariance of more columns needs more, and each costs more. */
const SAMPLES_PER_COLUMN = 8;
const MIN_SAMPLES = 2048;
const MAX_SAMPLES = 8192;
/** Groups of a convolution that are looked at; their moments are averaged. */
const MAX_GROUPS = 16;

/** Moments of what the rows of a picture of weights are multiplied with. */
export function inputMoments(seen: Activations): InputMoments {
  const { mean, matrix } = covariance(seen);
  return { columns: 8 * Math.ceil(seen.size / 8), mean, covariance: transformed(matrix, seen.size) };
}

/**
 * What a node multiplies its weights with, in the order of its picture's columns. For a convolution these are patches of its
 * input at random pixels of random inputs (im2col), for one in groups those of its groups together.
 *
 * `inputs`: count × elements of the node's input.
 */
export function seenInputs(
  weighted: Weighted,
  inputs: Float32Array,
  count: number,
  shape: Shape,
  output: Shape,
): Activations {
  const { inFeatures } = weighted.matrix;
  return weighted.layout === undefined
    ? { count, size: inFeatures, values: inputs }
    : patches(weighted, inputs, count, shape, output);
}

/** D·H·Dᵀ with the 8-point DCT over runs of 8; columns that pad the last run have no input. */
function transformed(matrix: Float64Array, size: number): Float64Array {
  const across = runDct(matrix, size, size);
  const columns = across.length / size;
  const turned = new Float64Array(columns * size);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < columns; k++) turned[k * size + row] = across[row * columns + k];
  }
  return runDct(turned, columns, size);
}

function patches(
  { shape: kernel, layout, matrix, node }: Weighted,
  inputs: Float32Array,
  count: number,
  [channels, height, width]: Shape,
  [, rows, columns]: Shape,
): Activations {
  const [, perGroup, kernelHeight, kernelWidth] = kernel;
  const { strides, pads, dilations, groups } = node.attributes as WindowAttributes & {
    readonly groups: number;
  };
  const size = matrix.inFeatures;
  const wanted = Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, SAMPLES_PER_COLUMN * size));
  const random = mulberry32(1);
  const below = (max: number): number => Math.floor(random() * max);
  const values = new Float32Array(wanted * size);
  const taps = kernelHeight * kernelWidth;
  const padded = size / taps;
  const looked = Math.min(groups, MAX_GROUPS);
  for (let sample = 0; sample < wanted; sample++) {
    const [image, y, x] = [below(count), below(rows), below(columns)];
    const first = perGroup * Math.floor(((sample % looked) * groups) / looked);
    for (let tap = 0; tap < taps; tap++) {
      const row = y * strides[0] + Math.floor(tap / kernelWidth) * dilations[0] - pads[0];
      const column = x * strides[1] + (tap % kernelWidth) * dilations[1] - pads[1];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      for (let i = 0; i < perGroup; i++) {
        const at = layout === 'taps' ? tap * padded + i : i * taps + tap;
        values[sample * size + at] = inputs[((image * channels + first + i) * height + row) * width + column];
      }
    }
  }
  return { count: wanted, size, values };
}
