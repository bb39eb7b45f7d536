import type { MatrixNode } from './network.ts';
import { reconstructWeights } from './reconstruct.ts';

/**
 * How the kernels of a convolution, O×I×KH×KW, lie in a matrix that is stored as a picture, one row per output channel:
 * - `taps`: I channels, padded to a multiple of 8, for one tap (place of the kernel) after another. The blocks of a tap hold
 *   8 outputs × 8 inputs, so that they are multiplied with an 8-point DCT over the channels of a pixel;
 * - `matrix`: the kernels of all I channels one after another, as the tensor has them.
 */
export type KernelLayout = 'taps' | 'matrix';

/** The kernels of a convolution as a JPEG holds them. */
export interface PictureKernels {
  readonly layout: KernelLayout;
  /** O×I×KH×KW. */
  readonly shape: readonly number[];
  /** The matrix that is the picture; its bias is that of the convolution. */
  readonly matrix: MatrixNode;
}

/** The kernels as a constant, O×I×KH×KW, which is expanded when its values are asked for. */
export class ExpandedKernels {
  readonly shape: readonly number[];
  readonly #kernels: PictureKernels;

  constructor(kernels: PictureKernels) {
    this.shape = kernels.shape;
    this.#kernels = kernels;
  }

  /** By the inverse DCT without rounding or clamping of samples; row-major, made anew by each call. */
  get values(): Float32Array {
    return Float32Array.from(this.exact());
  }

  /** The same in float64. */
  exact(): Float64Array {
    const { matrix, shape, layout } = this.#kernels;
    return kernelsOfMatrix(reconstructWeights(matrix), shape, layout);
  }
}

/** Input channels of a group from which kernels lie as taps; below that a tap would be mostly padding. */
const MIN_CHANNELS = 8;

/** How kernels O×I×KH×KW are laid out when they become a picture. */
export function kernelLayout([, inputs]: readonly number[]): KernelLayout {
  return inputs >= MIN_CHANNELS ? 'taps' : 'matrix';
}

/** Rows and columns of the picture. */
export function kernelPictureSize(
  [outputs, inputs, height, width]: readonly number[],
  layout: KernelLayout,
): { readonly rows: number; readonly columns: number } {
  return { rows: outputs, columns: channelsOf(inputs, layout) * height * width };
}

/** The kernels (O×I×KH×KW, row-major) as a matrix; what pads it is zero. */
export function kernelsToMatrix(
  values: Float32Array,
  shape: readonly number[],
  layout: KernelLayout,
): Float32Array {
  if (layout === 'matrix') return values;
  const { rows, columns } = kernelPictureSize(shape, layout);
  const matrix = new Float32Array(rows * columns);
  visitTaps(shape, (kernel, picture) => {
    matrix[picture] = values[kernel];
  });
  return matrix;
}

/** The kernels, O×I×KH×KW, of a matrix. */
export function kernelsOfMatrix<T extends Float32Array | Float64Array>(
  matrix: T,
  shape: readonly number[],
  layout: KernelLayout,
): T {
  if (layout === 'matrix') return matrix;
  const values = matrix.slice(
    0,
    shape.reduce((product, extent) => product * extent, 1),
  ) as T;
  visitTaps(shape, (kernel, picture) => {
    values[kernel] = matrix[picture];
  });
  return values;
}

/** Channels of a tap in the picture. */
function channelsOf(inputs: number, layout: KernelLayout): number {
  return layout === 'taps' ? 8 * Math.ceil(inputs / 8) : inputs;
}

/** Each weight's place in the tensor, and in the matrix. */
export function visitKernels(
  shape: readonly number[],
  layout: KernelLayout,
  visit: (kernel: number, picture: number) => void,
): void {
  if (layout === 'taps') visitTaps(shape, visit);
  else {
    const count = shape.reduce((product, extent) => product * extent, 1);
    for (let i = 0; i < count; i++) visit(i, i);
  }
}

/** Those of layout `taps`. */
function visitTaps(shape: readonly number[], visit: (kernel: number, picture: number) => void): void {
  const [outputs, inputs, height, width] = shape;
  const taps = height * width;
  const channels = channelsOf(inputs, 'taps');
  let kernel = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++) visit(kernel++, (o * taps + tap) * channels + i);
    }
  }
}
