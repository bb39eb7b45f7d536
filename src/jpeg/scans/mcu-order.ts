/** The parameters of a scan's block order. */
export interface ScanLayout {
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
}

/** The block number that stands for a block outside the component, which only pads an MCU (T.81 A.2.4). */
export const PADDING_BLOCK = -1;

/** Callbacks in the order in which a scan codes its blocks. */
export interface BlockVisitor {
  /** Component (index in the scan) and block in raster order, or `PADDING_BLOCK`. */
  block(component: number, block: number): void;
  /** Between two restart intervals; `restarts` counts from 0. */
  restart(restarts: number): void;
}

/**
 * Walks the blocks of a scan in coded order (T.81 A.2): raster order for a single component, whatever its sampling
 * factors; MCUs of Hi × Vi blocks of each component for several. `restartInterval` is in MCUs, 0 for none.
 */
export function walkBlocks(
  components: readonly ScanLayout[],
  restartInterval: number,
  visitor: BlockVisitor,
): void {
  const interleaved = components.length > 1;
  const [first] = components;
  // A.2.3 and A.2.4: ceil(blocks ÷ Hi) is the same for every component.
  const mcusPerRow = interleaved
    ? Math.ceil(first.blocksPerRow / first.horizontalSampling)
    : first.blocksPerRow;
  const mcusPerColumn = interleaved
    ? Math.ceil(first.blocksPerColumn / first.verticalSampling)
    : first.blocksPerColumn;
  let untilRestart = restartInterval;
  let restarts = 0;
  for (let mcuRow = 0; mcuRow < mcusPerColumn; mcuRow++) {
    for (let mcuColumn = 0; mcuColumn < mcusPerRow; mcuColumn++) {
      if (restartInterval > 0) {
        if (untilRestart === 0) {
          visitor.restart(restarts++);
          untilRestart = restartInterval;
        }
        untilRestart--;
      }
      if (interleaved) {
        walkMcu(components, mcuRow, mcuColumn, visitor);
      } else {
        visitor.block(0, mcuRow * mcusPerRow + mcuColumn);
      }
    }
  }
}

/** One interleaved MCU: of each component in turn, Vi rows of Hi blocks. */
function walkMcu(
  components: readonly ScanLayout[],
  mcuRow: number,
  mcuColumn: number,
  visitor: BlockVisitor,
): void {
  for (let c = 0; c < components.length; c++) {
    const { horizontalSampling, verticalSampling, blocksPerRow, blocksPerColumn } = components[c];
    for (let v = 0; v < verticalSampling; v++) {
      const row = mcuRow * verticalSampling + v;
      for (let h = 0; h < horizontalSampling; h++) {
        const column = mcuColumn * horizontalSampling + h;
        const inside = row < blocksPerColumn && column < blocksPerRow;
        visitor.block(c, inside ? row * blocksPerRow + column : PADDING_BLOCK);
      }
    }
  }
}
