import { BitWriter } from './bit-writer.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkImage, type EncoderImage, type LaidOutComponent, requireInteger } from './encoder-input.ts';
import { huffmanEncodingTable } from './huffman-encoding-table.ts';
import { chooseHuffmanTables } from './huffman-table-choice.ts';
import { MARKER } from './markers.ts';
import { PADDING_BLOCK, walkBlocks } from './mcu-order.ts';
import { MOST_BLOCKS_IN_MCU } from './scan-header.ts';
import {
  needsWords,
  writeAdobeTransform,
  writeFrameHeader,
  writeHuffmanTables,
  writeQuantizationTables,
  writeRestartInterval,
  writeScanHeader,
} from './segment-writer.ts';
import { SequentialCoder, type SymbolSink, SymbolStatistics, SymbolWriter } from './sequential-coder.ts';

export interface JpegEncodeOptions {
  /** MCUs between restart markers, 0 (the default) for none. */
  readonly restartInterval?: number;
}

/**
 * Writes quantised coefficients as a sequential JPEG with optimised Huffman tables: SOF0, or SOF1 where a quantisation
 * table has entries above 255. Decoding it gives the same coefficients again.
 *
 * Only segments that a decoder needs are written: no JFIF header, so grey and YCbCr are what readers take them for
 * without one, and an Adobe segment only if the image has a transform flag. Several components share one scan, unless
 * their MCU would have more than 10 blocks.
 */
export function encodeCoefficients(image: EncoderImage, options: JpegEncodeOptions = {}): Uint8Array {
  const { restartInterval = 0 } = options;
  requireInteger('restartInterval', restartInterval, 0, 0xffff);
  const components = checkImage(image);
  const scans = divideIntoScans(components);

  // First pass: how often each symbol comes, from which the tables follow.
  const statistics = components.map(() => new SymbolStatistics());
  for (const scan of scans) codeScan(components, scan, restartInterval, statistics, () => {});
  const { pairs, pairOfComponent } = chooseHuffmanTables(statistics);

  const output = new ByteWriter();
  output.marker(MARKER.SOI);
  if (image.adobeTransform !== undefined) writeAdobeTransform(output, image.adobeTransform);
  const { tables, tableOfComponent } = distinctTables(components.map(({ quantization }) => quantization));
  writeQuantizationTables(output, tables);
  const frameMarker = tables.some(needsWords) ? MARKER.SOF1 : MARKER.SOF0;
  writeFrameHeader(output, frameMarker, image, components, tableOfComponent);
  writeHuffmanTables(
    output,
    pairs.flatMap(({ dc, ac }, identifier) => [
      { tableClass: 0, identifier, specification: dc },
      { tableClass: 1, identifier, specification: ac },
    ]),
  );
  if (restartInterval > 0) writeRestartInterval(output, restartInterval);

  // Second pass: the symbols in their codes.
  const bits = new BitWriter(output);
  const pairWriters = pairs.map(
    ({ dc, ac }) => new SymbolWriter(bits, huffmanEncodingTable(dc), huffmanEncodingTable(ac)),
  );
  const writers = pairOfComponent.map((pair) => pairWriters[pair]);
  for (const scan of scans) {
    writeScanHeader(
      output,
      scan.map((index) => ({ id: components[index].id, huffmanPair: pairOfComponent[index] })),
    );
    codeScan(components, scan, restartInterval, writers, (restarts) => {
      bits.finish();
      output.marker(MARKER.RST0 + (restarts & 7));
    });
    bits.finish();
  }
  output.marker(MARKER.EOI);
  return output.toUint8Array();
}

/** Each scan as the indices of its components. */
function divideIntoScans(components: readonly LaidOutComponent[]): number[][] {
  const blocksInMcu = components.reduce(
    (sum, { horizontalSampling, verticalSampling }) => sum + horizontalSampling * verticalSampling,
    0,
  );
  const all = components.map((_, index) => index);
  return components.length === 1 || blocksInMcu <= MOST_BLOCKS_IN_MCU ? [all] : all.map((index) => [index]);
}

/** Runs the blocks of a scan through one coder a component. `sinks`: one a component of the image. */
function codeScan(
  components: readonly LaidOutComponent[],
  scan: readonly number[],
  restartInterval: number,
  sinks: readonly SymbolSink[],
  restart: (restarts: number) => void,
): void {
  const coders = scan.map(
    (index) => new SequentialCoder(components[index].id, components[index].coefficients, sinks[index]),
  );
  walkBlocks(
    scan.map((index) => components[index]),
    restartInterval,
    {
      block(component, block) {
        if (block === PADDING_BLOCK) coders[component].paddingBlock();
        else coders[component].block(block);
      },
      restart(restarts) {
        for (const coder of coders) coder.restart();
        restart(restarts);
      },
    },
  );
}

/** Each different quantisation table once, and which of them every component uses. */
function distinctTables(all: readonly Uint16Array[]): { tables: Uint16Array[]; tableOfComponent: number[] } {
  const tables: Uint16Array[] = [];
  const tableOfComponent = all.map((table) => {
    const known = tables.findIndex((other) => other.every((entry, k) => entry === table[k]));
    return known >= 0 ? known : tables.push(table) - 1;
  });
  return { tables, tableOfComponent };
}
