import * as layout from '../../../../kernels/wasm/layout.ts';
import type { MatrixNode, RowsNode } from '../../../weights/network.ts';
import { reconstructTile } from '../../../weights/reconstruct.ts';
import type { Precision } from '../backend.ts';
import type { KernelMemory } from './memory.ts';
import { bitsOf, INT16_RANGE, type Words } from './node-record.ts';
import { writePackedBatches } from './packed-batches.ts';
import type { WorkSizes } from './work.ts';

/** Adds the coefficients laid out for batches. Returns false and adds nothing if that layout cannot represent them. */
export function writeLanes(
  memory: KernelMemory,
  address: number,
  node: RowsNode | MatrixNode,
  precision: Precision,
): boolean {
  const form = writePackedBatches(memory, node);
  if (!form) return false;
  memory.setWords(address, [
    [layout.C_BLOCK_LINES, form.blockLines],
    [layout.C_LINE_PLACES, form.places],
    [layout.C_BLOCK_MASKS, form.masks],
    [layout.C_LINE_COUNT, form.lines],
    [layout.C_COMBINATIONS, form.combinations],
    [layout.C_COMBINED, form.combined],
    [layout.C_ENTRY_RUNS, form.runs],
    [layout.C_ENTRY_RUN_COUNT, form.runCount],
    [layout.C_ENTRY_LINES, form.entryLines],
    [layout.C_ENTRY_VALUES, form.values],
    ...(precision !== 'float32' && node.kind === 'rows' ? boundWords(node) : []),
  ]);
  return true;
}

/** Whether `INT16_LANES` images fit side by side through a node that has a batch layout. */
export function hasInt16Lanes(memory: KernelMemory, address: number): boolean {
  return memory.floats(address, layout.NODE_WORDS)[layout.C_LANE_RANGE] > 0;
}

/**
 * Adds the memory for groups of images. `lines`: maximum lines of a node. `panels`: 2 if
 * `INT16_LANES` images go side by side.
 */
export function allocateLanesWork(
  memory: KernelMemory,
  address: number,
  sizes: WorkSizes,
  lines: number,
  panels: 1 | 2,
): void {
  const zeros = (bytes: number): number => memory.write(new Uint8Array(bytes));
  const activations = panels * sizes.features * layout.LINE;
  memory.setWords(address, [
    [layout.WORK_LANE_ROW, zeros(sizes.blocksPerRow * 128)],
    [layout.WORK_LANE_BLOCKS, memory.allocate(sizes.blocksPerRow * (1024 + 4))],
    [layout.WORK_LINES, memory.allocate(lines * layout.LINE)],
    [layout.WORK_SCRATCH, memory.allocate(9 * layout.LINE)],
    [layout.WORK_LANE_SUMS, memory.allocate(layout.INT16_LANES * 4)],
    [layout.WORK_LANES_FIRST, zeros(activations)],
    [layout.WORK_LANES_SECOND, zeros(activations)],
  ]);
}

/**
 * Bound of Σ_k C·Q·X per row: computed in pixels, where the range of inputs is known, as the sum of its positive and
 * of its negative weights. Rounding every input to an integer can add half a unit per unit of |C|.
 */
function boundWords(node: RowsNode): Words {
  const { coefficients, outFeatures } = node;
  const plain = { ...node, scale: Float32Array.of(1), offset: null };
  let bound = 0;
  let signedBound = 0;
  let rounding = 0;
  for (let row = 0; row < outFeatures; row++) {
    let positive = 0;
    let negative = 0;
    for (const weight of reconstructTile(plain, row)) {
      if (weight > 0) positive += weight;
      else negative -= weight;
    }
    bound = Math.max(bound, positive, negative);
    signedBound = Math.max(signedBound, positive + negative);
    let sum = 0;
    for (let i = coefficients.rowStart[row]; i < coefficients.rowStart[row + 1]; i++)
      sum += Math.abs(coefficients.value[i]);
    rounding = Math.max(rounding, sum / 2);
  }
  return [
    [layout.C_BOUND, bitsOf(bound)],
    [layout.C_SIGNED_BOUND, bitsOf(signedBound)],
    [layout.C_LANE_RANGE, bitsOf(Math.max(0, INT16_RANGE - 1 - Math.ceil(rounding)))],
  ];
}
