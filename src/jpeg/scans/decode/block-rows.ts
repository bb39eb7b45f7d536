import { WjpegError } from '../../../errors.ts';
import { type JpegReadOptions, resolveLimits } from '../../limits.ts';
import { firstScan } from '../../markers/first-scan.ts';
import { type FrameHeader, isProgressive } from '../../markers/frame-header.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import { StreamParser } from '../../markers/stream-parser.ts';
import { type Codings, coding } from '../codings.ts';
import { decodeScan } from './scan-decoder.ts';

/**
 * Gets one row of blocks: `blocksPerRow` × 64 quantised coefficients, each block in natural order, and for each block 0
 * where it is known to be all zero. Both arrays are used again for the next row.
 */
export type BlockRowVisitor = (blockRow: number, coefficients: Int16Array, filled: Uint8Array) => void;

/** What `visitBlockRows` knows of the picture besides its coefficients. */
export interface BlockRowsFrame {
  /** In samples. */
  readonly width: number;
  readonly height: number;
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
  /** Quantisation table, 64 entries in natural order. */
  readonly quantization: Uint16Array;
}

/**
 * Decodes a JPEG of one component row by row, so that its coefficients need never all be in memory.
 * The rows come from the top down, each once; should the stream turn out broken further on, rows have come before the
 * error is thrown. A progressive stream has no row complete before its last scan: it is decoded whole, then visited.
 * `codings` must have what the stream's process needs.
 */
export function visitBlockRows(
  bytes: Uint8Array,
  codings: Codings,
  visit: BlockRowVisitor,
  options: JpegReadOptions = {},
): BlockRowsFrame {
  const parser = new StreamParser(bytes, resolveLimits(options));
  const frame = parser.frame();
  if (frame.components.length !== 1) {
    throw new WjpegError(
      'unsupported',
      'JPEG_NOT_GREY',
      `expected a JPEG of one component, got ${frame.components.length}`,
    );
  }
  const scan = firstScan(parser, frame);
  const quantization = isProgressive(frame.process)
    ? visitDecoded(parser, frame, scan, codings, visit)
    : visitSequential(parser, frame, scan, codings, visit);
  const { blocksPerRow, blocksPerColumn } = frame.components[0];
  return { width: frame.width, height: frame.height, blocksPerRow, blocksPerColumn, quantization };
}

function visitSequential(
  parser: StreamParser,
  frame: FrameHeader,
  scan: ScanHeader,
  codings: Codings,
  visit: BlockRowVisitor,
): Uint16Array {
  const { blocksPerRow, quantizationTable } = frame.components[0];
  const quantization = parser.quantizationTable(quantizationTable, scan);
  const row = new Int16Array(blocksPerRow * 64);
  const filled = new Uint8Array(blocksPerRow);
  let column = 0;
  let blockRow = 0;
  decodeScan(parser, scan, codings, (decoder) => {
    filled[column] = decoder.block(0, row, column * 64) === false ? 0 : 1;
    if (++column < blocksPerRow) return;
    visit(blockRow++, row, filled);
    row.fill(0);
    column = 0;
  });
  const next = parser.nextScan();
  if (next !== undefined) {
    throw new WjpegError(
      'corrupt',
      'JPEG_SCAN_ORDER',
      `JPEG scan at byte ${next.dataOffset}: a sequential JPEG of one component has one scan`,
      { offset: next.dataOffset },
    );
  }
  return quantization;
}

function visitDecoded(
  parser: StreamParser,
  frame: FrameHeader,
  scan: ScanHeader,
  codings: Codings,
  visit: BlockRowVisitor,
): Uint16Array {
  const { decodeScans } = coding(codings, 'progressive');
  const [component] = decodeScans(parser, frame, scan, codings).components;
  const rowLength = component.blocksPerRow * 64;
  const filled = new Uint8Array(component.blocksPerRow).fill(1);
  for (let blockRow = 0; blockRow < component.blocksPerColumn; blockRow++) {
    visit(
      blockRow,
      component.coefficients.subarray(blockRow * rowLength, (blockRow + 1) * rowLength),
      filled,
    );
  }
  return component.quantization;
}
