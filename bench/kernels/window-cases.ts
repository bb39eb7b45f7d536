import { elementCount } from '../../kernels/node.ts';
import type { Shape } from '../../src/graph/shape.ts';
import { mulberry32 } from '../../src/random.ts';
import { shapesOf } from './element-cases.ts';
import { readyNode, type TimedNode } from './graph-kernel.ts';
import type { KernelCase } from './kernel-case.ts';
import type { Work } from './work.ts';

const MAP: Shape = [16, 32, 32];
const BYTES = 4 * elementCount(MAP);

/** Pools, sums, products of matrices, and kernels that only move elements. */
export const WINDOW_CASES: readonly KernelCase[] = [
  timed('2×2', 1.25, { operator: 'max-pool', attributes: { kernel: [2, 2], strides: [2, 2] } }, 3 / 4),
  timed('3×3', 2, { operator: 'average-pool', attributes: { kernel: [3, 3], pads: [1, 1, 1, 1] } }, 9),
  timed('', 1, { operator: 'global-average-pool' }, 1),
  timed('', 1, { operator: 'global-max-pool' }, 1),
  ...['reduce-max', 'reduce-mean', 'reduce-min', 'reduce-sum'].map((operator) =>
    timed('of channels', 1 + 1 / 16, { operator, attributes: { axes: [0] } }, 1),
  ),
  timed('to 64×64, linear', 5, { operator: 'resize', attributes: resized('linear') }, 4 * 4 * 2),
  timed('to 64×64, nearest', 5, { operator: 'resize', attributes: resized('nearest') }, 0),
  timed('of channels', 4, { operator: 'concatenate', inputs: [MAP, MAP] }, 0),
  timed('every other channel', 1, {
    operator: 'gather',
    attributes: { axis: 0, indices: Array.from({ length: 8 }, (_, index) => 2 * index) },
  }),
  timed('by 1 on each side', 2, { operator: 'pad', attributes: { pads: [0, 1, 1, 0, 1, 1] } }),
  timed('30×30 of it', 2, {
    operator: 'slice',
    attributes: { starts: [0, 1, 1], lengths: [16, 30, 30], steps: [1, 1, 1] },
  }),
  timed('twice', 3, { operator: 'tile', attributes: { repeats: [2, 1, 1] } }),
  timed('channels last', 2, { operator: 'transpose', attributes: { permutation: [1, 2, 0] } }),
  timed('of 2×2', 2, { operator: 'depth-to-space', attributes: { blockSize: 2 } }),
  timed('of 2×2', 2, { operator: 'space-to-depth', attributes: { blockSize: 2 } }),
  matmul(),
];

function resized(mode: string): object {
  return {
    size: [64, 64],
    scales: [2, 2],
    mode,
    coordinates: mode === 'nearest' ? 'asymmetric' : 'half_pixel',
  };
}

/** `moved`: floats loaded and stored, in maps; `operations`: in vectors of the map. */
function timed(
  how: string,
  moved: number,
  node: Omit<TimedNode, 'inputs'> & Partial<Pick<TimedNode, 'inputs'>>,
  operations = 0,
): KernelCase {
  const { inputs = [MAP] } = node;
  const work: Work = { bytes: moved * BYTES, operations: (operations * BYTES) / 16 };
  return {
    kernel: node.operator,
    what: `${shapesOf(inputs)}${how === '' ? '' : `, ${how}`}`,
    work,
    prepare: () => readyNode({ ...node, inputs }),
  };
}

function matmul(): KernelCase {
  const random = mulberry32(4);
  const weight = { shape: [64, 64], values: Float32Array.from({ length: 4096 }, () => random() - 0.5) };
  const loadedOnly = 4 * 4096;
  return {
    kernel: 'matmul',
    what: '64×64 by 64×64',
    work: {
      products: { precision: 'float32', count: 64 ** 3 },
      bytes: 8 * 4096 + loadedOnly,
      loadedOnly,
    },
    prepare: () => readyNode({ operator: 'matmul', inputs: [[64, 64]], constants: { weight } }),
  };
}
