import { WjpegError } from '../errors.ts';
import { BitReader } from './bit-reader.ts';
import type { EntropyDecoder } from './entropy-decoder.ts';
import type { FrameHeader } from './frame-header.ts';
import { MARKER, markerName } from './markers.ts';
import { PADDING_BLOCK, walkBlocks } from './mcu-order.ts';
import type { ScanHeader } from './scan-header.ts';
import {
  AcFirstDecoder,
  AcRefinementDecoder,
  DcFirstDecoder,
  DcRefinementDecoder,
} from './scan-progressive.ts';
import { SequentialHuffmanDecoder } from './scan-sequential.ts';
import { readMarker } from './segment-reader.ts';
import type { StreamParser } from './stream-parser.ts';

/** Says where a block goes, by calling `decoder.block`. `component` is the index in the scan, `block` in raster order. */
export type BlockTarget = (decoder: EntropyDecoder, component: number, block: number) => void;

/** Decodes the entropy-coded data of a scan, block by block, and leaves the parser at the marker after it. */
export function decodeScan(parser: StreamParser, scan: ScanHeader, target: BlockTarget): void {
  const decoder = entropyDecoder(parser, scan);
  const padding = new Int16Array(64);
  decoder.start(scan.dataOffset);
  walkBlocks(
    scan.components.map((component) => component.frame),
    parser.restartInterval,
    {
      block(component, block) {
        if (block === PADDING_BLOCK) {
          padding.fill(0);
          decoder.block(component, padding, 0);
        } else {
          target(decoder, component, block);
        }
      },
      restart(restarts) {
        decoder.start(readRestartMarker(parser.bytes, decoder.finish(), restarts));
      },
    },
  );
  parser.resume(decoder.finish());
}

function entropyDecoder(parser: StreamParser, scan: ScanHeader): EntropyDecoder {
  const reader = new BitReader(parser.bytes);
  const { components } = scan;
  if (parser.frame().process !== 'progressive') {
    const tables = components.map(({ dcTable, acTable }) => ({
      dc: parser.huffmanTable(0, dcTable, scan),
      ac: parser.huffmanTable(1, acTable, scan),
    }));
    return new SequentialHuffmanDecoder(reader, tables);
  }
  const first = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    if (!first) return new DcRefinementDecoder(reader, scan);
    const tables = components.map(({ dcTable }) => parser.huffmanTable(0, dcTable, scan));
    return new DcFirstDecoder(reader, tables, scan);
  }
  const table = parser.huffmanTable(1, components[0].acTable, scan);
  return first ? new AcFirstDecoder(reader, table, scan) : new AcRefinementDecoder(reader, table, scan);
}

/** The restart markers count from 0 to 7 and round again (T.81 B.1.1.3). Returns the offset after the marker. */
function readRestartMarker(bytes: Uint8Array, at: number, restarts: number): number {
  const { marker, offset } = readMarker(bytes, at);
  const expected = MARKER.RST0 + (restarts & 7);
  if (marker !== expected) {
    throw new WjpegError(
      'corrupt',
      'JPEG_RESTART',
      `JPEG byte ${offset}: expected ${markerName(expected)}, got ${markerName(marker)}`,
      { offset },
    );
  }
  return offset + 2;
}

/**
 * Refuses a stream that is too short for the blocks that it declares, before memory is taken for them: the first scan
 * of a block is at least one Huffman code, two in a sequential scan (its DC and an end of block).
 */
export function checkDataSuffices(frame: FrameHeader, scan: ScanHeader, bytes: Uint8Array): void {
  const blocks = frame.components.reduce(
    (sum, { blocksPerRow, blocksPerColumn }) => sum + blocksPerRow * blocksPerColumn,
    0,
  );
  const least = Math.ceil((blocks * (frame.process === 'progressive' ? 1 : 2)) / 8);
  const left = bytes.length - scan.dataOffset;
  if (left < least) {
    throw new WjpegError(
      'corrupt',
      'JPEG_TRUNCATED',
      `JPEG declares ${frame.width}×${frame.height}, ${blocks} blocks, which take at least ${least} bytes; ${left} are left`,
      { offset: bytes.length },
    );
  }
}
