import type { FusedConv2dAttributes } from '../../kernels/conv2d/attributes.ts';
import { wayOf } from '../../kernels/conv2d/ways.ts';
import { elementCount, type Precision } from '../../kernels/node.ts';
import type { Constant } from '../../src/graph/graph.ts';
import { findOperator } from '../../src/operators/index.ts';
import { mulberry32 } from '../../src/random.ts';
import { ExpandedKernels } from '../../src/weights/kernel-picture.ts';
import { readyNode } from './graph-kernel.ts';
import type { KernelCase } from './kernel-case.ts';
import { sparseKernels } from './sparse-kernels.ts';

interface Form {
  readonly channels: number;
  readonly outputs: number;
  /** Rows and columns of the input. */
  readonly side: number;
  readonly kernel?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly precision?: Precision;
}

const BYTES = { float32: 4, int16: 2, int8: 1 };
/** Multiplications for each output, input channel and tile of 3×3, and outputs of a tile (Winograd). */
const TILES = { 2: { products: 16, outputs: 4 }, 4: { products: 36, outputs: 16 } };

export const CONVOLUTION_CASES: readonly KernelCase[] = [
  dense({ channels: 16, outputs: 16, side: 32 }),
  dense({ channels: 64, outputs: 64, side: 8 }),
  dense({ channels: 16, outputs: 32, side: 32, stride: 2 }),
  dense({ channels: 20, outputs: 50, side: 12, kernel: 5 }),
  dense({ channels: 64, outputs: 64, side: 16, kernel: 1 }),
  dense({ channels: 16, outputs: 32, side: 32, kernel: 1, stride: 2 }),
  dense({ channels: 64, outputs: 64, side: 24, groups: 64 }),
  dense({ channels: 16, outputs: 16, side: 32, precision: 'int16' }),
  dense({ channels: 16, outputs: 32, side: 32, stride: 2, precision: 'int16' }),
  dense({ channels: 16, outputs: 16, side: 32, precision: 'int8' }),
  dense({ channels: 64, outputs: 64, side: 8, precision: 'int8' }),
  dense({ channels: 64, outputs: 64, side: 16, kernel: 1, precision: 'int8' }),
  onCoefficients(16, 32, 0.1),
  onCoefficients(64, 16, 0.1),
];

/** A convolution with padding that keeps its size, but for strides. */
function dense(form: Form): KernelCase {
  const { channels, outputs, side, kernel = 3, stride = 1, groups = 1, precision = 'float32' } = form;
  const random = mulberry32(2);
  const shape = [outputs, channels / groups, kernel, kernel];
  const weight = {
    shape,
    values: Float32Array.from({ length: elementCount(shape) }, () => (random() - 0.5) / kernel),
  };
  const pads = Array<number>(4).fill(kernel >> 1);
  const attributes = { pads, strides: [stride, stride], groups };
  const read = findOperator('conv2d')?.attributes(attributes, '') as FusedConv2dAttributes;
  const rows = side / stride;
  const isNonNegative = precision === 'int8';
  const way = wayOf(shape, { ...read, ...(isNonNegative && { isNonNegative }) }, [rows, rows], {
    precision,
    isCompact: false,
  });
  const map = outputs * rows * rows;
  const tile = way.kind === 'tiles' && TILES[way.tile];
  const products = tile
    ? (map / tile.outputs) * (channels / groups) * tile.products
    : (map * elementCount(shape)) / outputs;
  const weights = tile ? (weight.values.length / 9) * tile.products : weight.values.length;
  const loadedOnly = weights * BYTES[way.precision];
  const strided = stride > 1 ? `, strides of ${stride}` : '';
  const tiled = tile ? `, tiles of ${way.tile}×${way.tile}` : '';
  return {
    kernel: groups > 1 ? 'conv2d, depthwise' : 'conv2d',
    what: `${kernel}×${kernel}, ${channels} → ${outputs}, ${side}×${side}${strided}, ${way.precision}${tiled}`,
    work: {
      products: { precision: way.precision, count: products },
      bytes: 4 * (channels * side * side + map) + loadedOnly,
      loadedOnly,
    },
    prepare: () =>
      readyNode({
        operator: 'conv2d',
        inputs: [[channels, side, side]],
        attributes,
        constants: { weight },
        precision,
        ...(isNonNegative && { range: [0, 1] as const }),
      }),
  };
}

/** 3×3 on its coefficients, so many of them not zero. */
function onCoefficients(channels: number, side: number, density: number): KernelCase {
  const kernels = sparseKernels(channels, density);
  const nonzeros = kernels.matrix.coefficients.value.length;
  const map = channels * side * side;
  const loadedOnly = 8 * nonzeros;
  return {
    kernel: 'transformed-conv2d',
    what: `3×3, ${channels} → ${channels}, ${side}×${side}, ${100 * density}% of coefficients`,
    work: {
      products: { precision: 'float32', count: nonzeros * side * side },
      // Each product loads its input: outputs share none.
      bytes: 4 * nonzeros * side * side + loadedOnly + 4 * map,
      loadedOnly: 4 * nonzeros * side * side + loadedOnly,
      memory: 8 * map,
    },
    prepare: () =>
      readyNode({
        operator: 'conv2d',
        inputs: [[channels, side, side]],
        attributes: { pads: [1, 1, 1, 1] },
        constants: { weight: new ExpandedKernels(kernels) as Constant },
        kernels,
      }),
  };
}
