import * as layout from '../../../../kernels/wasm/layout.ts';
import type { KernelMemory } from './memory.ts';
import { coefficientRows, padRows, type StageShell } from './stage-record.ts';

/** Sizes of the work memory: the maximum over the stages of a network. */
export interface WorkSizes {
  readonly columns: number;
  readonly features: number;
  readonly blocks: number;
  readonly blocksPerRow: number;
  readonly rows: number;
  readonly inputs: number;
}

export function workSizes(stages: readonly StageShell[]): WorkSizes {
  const most = (of: (stage: StageShell) => number): number =>
    stages.reduce((greatest, stage) => Math.max(greatest, of(stage)), 0);
  return {
    columns: most(columns) + 8,
    features: most((stage) => Math.max(padLines(stage.inFeatures), padLines(stage.outFeatures))),
    blocks: most((stage) =>
      stage.kind === 'rows' ? stage.tile.blocksPerRow * stage.tile.blocksPerColumn : 0,
    ),
    blocksPerRow: most((stage) => (stage.kind === 'rows' ? stage.tile.blocksPerRow : 0)),
    rows: most((stage) => (stage.kind === 'dense' ? 0 : padRows(coefficientRows(stage)))),
    inputs: most((stage) => stage.inFeatures),
  };
}

/** Columns of X, padded. */
function columns(stage: StageShell): number {
  if (stage.kind === 'dense') return 0;
  return stage.kind === 'rows'
    ? stage.tile.blocksPerRow * stage.tile.blocksPerColumn * 64
    : Math.ceil(stage.inFeatures / 32) * 32;
}

/** As `paddedLines` in kernels/wasm/assembly/lanes.ts: space for whole panels of dense weights. */
function padLines(features: number): number {
  return (features + 43) & ~31;
}

/** Allocates the work memory for one input. Returns the address of its record. */
export function takeWork(memory: KernelMemory, sizes: WorkSizes): number {
  const { columns, features, blocks, rows, inputs } = sizes;
  const address = memory.take(layout.WORK_WORDS * 4);
  // The kernels rely on zeros around pictures and after the last feature.
  const zeros = (bytes: number): number => memory.put(new Uint8Array(bytes));
  const words: [number, number][] = [
    [layout.WORK_PADDED, zeros(blocks * 64 * 4)],
    [layout.WORK_BLOCK, memory.take(512)],
    [layout.WORK_X, zeros(columns * 4)],
    [layout.WORK_HIGH, memory.take(columns * 2)],
    [layout.WORK_LOW, memory.take(columns * 2)],
    [layout.WORK_SUMS, memory.take(rows * 8)],
    [layout.WORK_ACTIVE, memory.take(blocks)],
    [layout.WORK_LIST_HIGH, memory.take((Math.max(columns / 2, inputs) + 2) * 8)],
    [layout.WORK_LIST_LOW, memory.take((columns / 2 + 2) * 8)],
    [layout.WORK_FIRST, zeros(features * 4)],
    [layout.WORK_SECOND, zeros(features * 4)],
  ];
  memory.setWords(address, words);
  return address;
}

/** Another input's work memory, which shares everything that does not outlive a kernel. */
export function shareWork(memory: KernelMemory, address: number, sizes: WorkSizes): number {
  const record = memory.words(address, layout.WORK_WORDS).slice();
  record[layout.WORK_X] = memory.put(new Uint8Array(sizes.columns * 4));
  record[layout.WORK_ACTIVE] = memory.take(sizes.blocks);
  return memory.put(record);
}
