import { BitWriter } from './bit-writer.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkImage, type EncoderImage, type LaidOutComponent, requireInteger } from './encoder-input.ts';
import { huffmanEncodingTable, optimalHuffmanCode } from './huffman-encoding-table.ts';
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
  const components = checkImage(image).map((component, index) => ({
    ...component,
    huffmanTables: huffmanTablesOf(index),
  }));
  const scans = divideIntoScans(components);

  const statistics = [...new Set(components.map(({ huffmanTables }) => huffmanTables))].map(
    () => new SymbolStatistics(),
  );
  for (const scan of scans) {
    codeScan(scan, restartInterval, statistics, () => {});
  }
  const specifications = statistics.map(({ dcFrequencies, acFrequencies }) => ({
    dc: optimalHuffmanCode(dcFrequencies),
    ac: optimalHuffmanCode(acFrequencies),
  }));

  const output = new ByteWriter();
  output.marker(MARKER.SOI);
  if (image.adobeTransform !== undefined) writeAdobeTransform(output, image.adobeTransform);
  const { tables, identifiers } = distinctTables(components.map(({ quantization }) => quantization));
  writeQuantizationTables(output, tables);
  writeFrameHeader(
    output,
    tables.some(needsWords) ? MARKER.SOF1 : MARKER.SOF0,
    image,
    components,
    identifiers,
  );
  writeHuffmanTables(
    output,
    specifications.flatMap(({ dc, ac }, identifier) => [
      { tableClass: 0, identifier, specification: dc },
      { tableClass: 1, identifier, specification: ac },
    ]),
  );
  if (restartInterval > 0) writeRestartInterval(output, restartInterval);
  const encodingTables = specifications.map(({ dc, ac }) => ({
    dc: huffmanEncodingTable(dc),
    ac: huffmanEncodingTable(ac),
  }));
  for (const scan of scans) {
    writeScanHeader(output, scan);
    const bits = new BitWriter(output);
    const writers = encodingTables.map(({ dc, ac }) => new SymbolWriter(bits, dc, ac));
    codeScan(scan, restartInterval, writers, (restarts) => {
      bits.finish();
      output.marker(MARKER.RST0 + (restarts & 7));
    });
    bits.finish();
  }
  output.marker(MARKER.EOI);
  return output.toUint8Array();
}

interface CodedComponent extends LaidOutComponent {
  /** Which pair of Huffman tables it is coded with. */
  readonly huffmanTables: number;
}

/**
 * Two pairs of tables are what baseline allows (T.81 Table B.5): one for the components that hold most of the picture
 * (grey, Y, or the first and K of four), one for the two between them (Cb and Cr).
 */
function huffmanTablesOf(index: number): number {
  return index === 1 || index === 2 ? 1 : 0;
}

function divideIntoScans(components: readonly CodedComponent[]): (readonly CodedComponent[])[] {
  const blocksInMcu = components.reduce(
    (sum, { horizontalSampling, verticalSampling }) => sum + horizontalSampling * verticalSampling,
    0,
  );
  return components.length === 1 || blocksInMcu <= MOST_BLOCKS_IN_MCU
    ? [components]
    : components.map((component) => [component]);
}

/** Runs the blocks of a scan through one coder a component. `sinks` go by the pair of Huffman tables. */
function codeScan(
  scan: readonly CodedComponent[],
  restartInterval: number,
  sinks: readonly SymbolSink[],
  restart: (restarts: number) => void,
): void {
  const coders = scan.map(
    ({ id, coefficients, huffmanTables }) => new SequentialCoder(id, coefficients, sinks[huffmanTables]),
  );
  walkBlocks(scan, restartInterval, {
    block(component, block) {
      if (block === PADDING_BLOCK) coders[component].paddingBlock();
      else coders[component].block(block);
    },
    restart(restarts) {
      for (const coder of coders) coder.restart();
      restart(restarts);
    },
  });
}

/** Each different table once, and which of them every component uses. */
function distinctTables(all: readonly Uint16Array[]): { tables: Uint16Array[]; identifiers: number[] } {
  const tables: Uint16Array[] = [];
  const identifiers = all.map((table) => {
    const known = tables.findIndex((other) => other.every((entry, k) => entry === table[k]));
    return known >= 0 ? known : tables.push(table) - 1;
  });
  return { tables, identifiers };
}
