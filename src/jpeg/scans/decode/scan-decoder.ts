import { WjpegError } from '../../../errors.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import { BitReader } from '../../entropy/huffman/bit-reader.ts';
import { isArithmetic, isProgressive } from '../../markers/frame-header.ts';
import { MARKER, markerName } from '../../markers/markers.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import { readMarker } from '../../markers/segment-reader.ts';
import type { StreamParser } from '../../markers/stream-parser.ts';
import { type Codings, coding } from '../codings.ts';
import { PADDING_BLOCK, walkBlocks } from '../mcu-order.ts';
import { SequentialHuffmanDecoder } from './sequential.ts';

/**
 * Says where a block goes, by calling `decoder.block`. `component` is the index in the scan, `block` in raster order.
 */
export type BlockTarget = (decoder: EntropyDecoder, component: number, block: number) => void;

/** Decodes the entropy-coded data of a scan, block by block, and leaves the parser at the marker after it. */
export function decodeScan(
  parser: StreamParser,
  scan: ScanHeader,
  codings: Codings,
  target: BlockTarget,
): void {
  const decoder = entropyDecoder(parser, scan, codings);
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

function entropyDecoder(parser: StreamParser, scan: ScanHeader, codings: Codings): EntropyDecoder {
  const { process } = parser.frame();
  const progressive = isProgressive(process);
  if (isArithmetic(process))
    return coding(codings, 'arithmetic').arithmeticDecoder(parser, scan, progressive);
  return progressive
    ? coding(codings, 'progressive').progressiveHuffmanDecoder(parser, scan)
    : sequentialHuffmanDecoder(parser, scan);
}

/** Scans of SOF0 and SOF1 (T.81 Annex F). */
export function sequentialHuffmanDecoder(
  parser: StreamParser,
  scan: ScanHeader,
  reader: BitReader = new BitReader(parser.bytes),
): EntropyDecoder {
  const tables = scan.components.map(({ dcTable, acTable }) => ({
    dc: parser.huffmanTable(0, dcTable, scan),
    ac: parser.huffmanTable(1, acTable, scan),
  }));
  return new SequentialHuffmanDecoder(reader, tables);
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
