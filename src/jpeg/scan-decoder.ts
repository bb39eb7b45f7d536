import { WjpegError } from '../errors.ts';
import { ArithmeticReader } from './arithmetic-reader.ts';
import { AcStatistics, DcStatistics } from './arithmetic-statistics.ts';
import { BitReader } from './bit-reader.ts';
import type { EntropyDecoder } from './entropy-decoder.ts';
import { type FrameHeader, isArithmetic, isProgressive } from './frame-header.ts';
import { MARKER, markerName } from './markers.ts';
import { PADDING_BLOCK, walkBlocks } from './mcu-order.ts';
import type { ScanHeader } from './scan-header.ts';
import {
  AcFirstDecoder,
  AcRefinementDecoder,
  DcFirstDecoder,
  DcRefinementDecoder,
} from './scan-progressive.ts';
import {
  ArithmeticAcFirstDecoder,
  ArithmeticAcRefinementDecoder,
  ArithmeticDcFirstDecoder,
  ArithmeticDcRefinementDecoder,
} from './scan-progressive-arithmetic.ts';
import { SequentialHuffmanDecoder } from './scan-sequential.ts';
import { SequentialArithmeticDecoder } from './scan-sequential-arithmetic.ts';
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
  const { process } = parser.frame();
  return isArithmetic(process)
    ? arithmeticDecoder(parser, scan, isProgressive(process))
    : huffmanDecoder(parser, scan, isProgressive(process));
}

function huffmanDecoder(parser: StreamParser, scan: ScanHeader, progressive: boolean): EntropyDecoder {
  const reader = new BitReader(parser.bytes);
  const { components } = scan;
  if (!progressive) {
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

function arithmeticDecoder(parser: StreamParser, scan: ScanHeader, progressive: boolean): EntropyDecoder {
  const reader = new ArithmeticReader(parser.bytes);
  // Components that use the same table share its statistics.
  const dc = parser.conditioning.dc.map((conditioning) => new DcStatistics(conditioning));
  const ac = parser.conditioning.ac.map((conditioning) => new AcStatistics(conditioning));
  const { components } = scan;
  if (!progressive) {
    const statistics = components.map(({ dcTable, acTable }) => ({ dc: dc[dcTable], ac: ac[acTable] }));
    return new SequentialArithmeticDecoder(reader, statistics);
  }
  const first = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    if (!first) return new ArithmeticDcRefinementDecoder(reader, scan);
    const statistics = components.map(({ dcTable }) => dc[dcTable]);
    return new ArithmeticDcFirstDecoder(reader, statistics, scan);
  }
  const statistics = ac[components[0].acTable];
  return first
    ? new ArithmeticAcFirstDecoder(reader, statistics, scan)
    : new ArithmeticAcRefinementDecoder(reader, statistics, scan);
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
 *
 * Arithmetic coding has no such bound: thousands of empty blocks can take a bit, and a whole picture of them no byte at
 * all. There, memory is bounded by the limits alone, and so is time: no bit of a coefficient comes in two scans
 * (`Progression`), and each takes a few decisions.
 */
export function checkDataSuffices(frame: FrameHeader, scan: ScanHeader, bytes: Uint8Array): void {
  if (isArithmetic(frame.process)) return;
  const blocks = frame.components.reduce(
    (sum, { blocksPerRow, blocksPerColumn }) => sum + blocksPerRow * blocksPerColumn,
    0,
  );
  const least = Math.ceil((blocks * (isProgressive(frame.process) ? 1 : 2)) / 8);
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
