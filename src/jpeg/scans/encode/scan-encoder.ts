import type { ByteWriter } from '../../entropy/byte-writer.ts';
import { MARKER } from '../../markers/markers.ts';
import { MAX_BLOCKS_IN_MCU } from '../../markers/scan-header.ts';
import { PADDING_BLOCK, walkBlocks } from '../mcu-order.ts';
import type { LaidOutComponent } from './encoder-input.ts';

/** Codes the blocks of one component of a scan, in the order of `walkBlocks`. */
export interface BlockCoder {
  /** The next block, by its number in raster order. */
  block(block: number): void;

  /** A block that pads an MCU: its content is discarded, so it is coded in the fewest bits. */
  paddingBlock(): void;

  /** Ends an entropy-coded segment: codes anything pending. Predictions, runs and statistics are reset. */
  endSegment(): void;
}

/** Destination of the segments of a scan. */
export interface ScanOutput {
  readonly output: ByteWriter;
  /** The coders' output; it pads the last byte of a segment. */
  readonly segment: { finish(): void };
}

/**
 * Runs the blocks of a scan through one coder per component. Without `target`, nothing is written except what the
 * coders write themselves, as in counting passes.
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

/** Blocks per MCU of several components. */
export function blocksInMcu(
  components: readonly Pick<LaidOutComponent, 'horizontalSampling' | 'verticalSampling'>[],
): number {
  return components.reduce(
    (sum, { horizontalSampling, verticalSampling }) => sum + horizontalSampling * verticalSampling,
    0,
  );
}

/**
 * Scans of complete components, each as component indices: one scan unless its MCU would be too large, or components are not to be
 * interleaved.
 */
export function divideIntoScans(components: readonly LaidOutComponent[], interleaved = true): number[][] {
  const all = components.map((_, index) => index);
  return components.length === 1 || (interleaved && blocksInMcu(components) <= MAX_BLOCKS_IN_MCU)
    ? [all]
    : all.map((index) => [index]);
}
