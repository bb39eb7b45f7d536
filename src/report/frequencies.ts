import type { MatrixNode, RowsNode } from '../weights/network.ts';

/** Blocks of a layer that contain weights, without those that only pad the last row of a contact sheet. */
export function blockCount(node: RowsNode | MatrixNode): number {
  return node.kind === 'rows'
    ? node.outFeatures * node.tile.blocksPerRow * node.tile.blocksPerColumn
    : Math.ceil(node.outFeatures / 8) * Math.ceil(node.inFeatures / 8);
}

/** Fraction of a layer's blocks in which the coefficient of each frequency is nonzero: 64 values, natural order. */
export function densityByFrequency(node: RowsNode | MatrixNode): number[] {
  const { column, rowStart } = node.coefficients;
  const counts = new Array<number>(64).fill(0);
  if (node.kind === 'rows') {
    for (const position of column) counts[position % 64]++;
  } else {
    for (let row = 0; row + 1 < rowStart.length; row++) {
      for (let i = rowStart[row]; i < rowStart[row + 1]; i++) counts[(row % 8) * 8 + (column[i] % 8)]++;
    }
  }
  const blocks = blockCount(node);
  return counts.map((count) => count / blocks);
}
