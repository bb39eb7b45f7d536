import type { ByteWriter } from './byte-writer.ts';
import type { LaidOutComponent } from './encoder-input.ts';
import { MARKER } from './markers.ts';
import { PADDING_BLOCK, walkBlocks } from './mcu-order.ts';
import { MOST_BLOCKS_IN_MCU } from './scan-header.ts';

/** Codes the blocks of one component of a scan, in the order of `walkBlocks`. */
export interface BlockCoder {
  /** The next block, by its number in raster order. */
  block(block: number): void;

  /** A block that fills up an MCU: whatever it holds is cut off, so it is coded as what costs the least. */
  paddingBlock(): void;

  /** Ends an entropy-coded segment: codes what is pending. Predictions, runs and statistics begin anew after it. */
  endSegment(): void;
}

/** Where the segments of a scan go. */
export interface ScanOutput {
  readonly output: ByteWriter;
  /** What the coders write to, and which fills up the last byte of a segment. */
  readonly segment: { finish(): void };
}

/**
 * Runs the blocks of a scan through one coder a component. Without `target`, nothing is written but what the coders
 * write themselves: for passes that count.
 */
export function encodeScan(
  components: readonly LaidOutComponent[],
  coders: readonly BlockCoder[],
  restartInterval: number,
  target?: ScanOutput,
): void {
  const endSegment = () => {
    for (const coder of coders) coder.endSegment();
    target?.segment.finish();
  };
  walkBlocks(components, restartInterval, {
    block(component, block) {
      if (block === PADDING_BLOCK) coders[component].paddingBlock();
      else coders[component].block(block);
    },
    restart(restarts) {
      endSegment();
      target?.output.marker(MARKER.RST0 + (restarts & 7));
    },
  });
  endSegment();
}

/** Blocks in an MCU of several components. */
export function blocksInMcu(
  components: readonly Pick<LaidOutComponent, 'horizontalSampling' | 'verticalSampling'>[],
): number {
  return components.reduce(
    (sum, { horizontalSampling, verticalSampling }) => sum + horizontalSampling * verticalSampling,
    0,
  );
}

/** Scans of whole components, each as the indices of its components: one scan, unless its MCU would be too large. */
export function divideIntoScans(components: readonly LaidOutComponent[]): number[][] {
  const all = components.map((_, index) => index);
  return components.length === 1 || blocksInMcu(components) <= MOST_BLOCKS_IN_MCU
    ? [all]
    : all.map((index) => [index]);
}
