import * as layout from '../../../../kernels/wasm/layout.ts';
import type { KernelMemory } from './memory.ts';
import { coefficientRows, type NodeShell, padRows } from './node-record.ts';

/** Sizes of the work memory: the maximum over the nodes of a network. */
export interface WorkSizes {
  readonly columns: number;
  readonly features: number;
  readonly blocks: number;
  readonly blocksPerRow: number;
  readonly rows: number;
  readonly inputs: number;
}

export function workSizes(nodes: readonly NodeShell[]): WorkSizes {
  const maxOf = (of: (node: NodeShell) => number): number =>
    nodes.reduce((max, node) => Math.max(max, of(node)), 0);
  return {
    columns: maxOf(columns) + 8,
    features: maxOf((node) => Math.max(padLines(node.inFeatures), padLines(node.outFeatures))),
    blocks: maxOf((node) => (node.kind === 'rows' ? node.tile.blocksPerRow * node.tile.blocksPerColumn : 0)),
    blocksPerRow: maxOf((node) => (node.kind === 'rows' ? node.tile.blocksPerRow : 0)),
    rows: maxOf((node) => (node.kind === 'dense' ? 0 : padRows(coefficientRows(node)))),
    inputs: maxOf((node) => node.inFeatures),
  };
}

/** Columns of X, padded. */
function columns(node: NodeShell): number {
  if (node.kind === 'dense') return 0;
  return node.kind === 'rows'
    ? node.tile.blocksPerRow * node.tile.blocksPerColumn * 64
    : Math.ceil(node.inFeatures / 32) * 32;
}

/** As `paddedLines` in kernels/wasm/assembly/lanes.ts: space for whole panels of dense weights. */
function padLines(features: number): number {
  return (features + 43) & ~31;
}

/** Allocates the work memory for one input. Returns the address of its record. */
export function allocateWork(memory: KernelMemory, sizes: WorkSizes): number {
  const { columns, features, blocks, rows, inputs } = sizes;
  const address = memory.allocate(layout.WORK_WORDS * 4);
  // The kernels rely on zeros around pictures and after the last feature.
  const zeros = (bytes: number): number => memory.write(new Uint8Array(bytes));
  const words: [number, number][] = [
    [layout.WORK_PADDED, zeros(blocks * 64 * 4)],
    [layout.WORK_BLOCK, memory.allocate(512)],
    [layout.WORK_X, zeros(columns * 4)],
    [layout.WORK_HIGH, memory.allocate(columns * 2)],
    [layout.WORK_LOW, memory.allocate(columns * 2)],
    [layout.WORK_SUMS, memory.allocate(rows * 8)],
    [layout.WORK_ACTIVE, memory.allocate(blocks)],
    [layout.WORK_LIST_HIGH, memory.allocate((Math.max(columns / 2, inputs) + 2) * 8)],
    [layout.WORK_LIST_LOW, memory.allocate((columns / 2 + 2) * 8)],
    [layout.WORK_FIRST, zeros(features * 4)],
    [layout.WORK_SECOND, zeros(features * 4)],
  ];
  memory.setWords(address, words);
  return address;
}
