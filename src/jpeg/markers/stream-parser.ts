import { WjpegError } from '../../errors.ts';
import { type HuffmanDecodingTable, huffmanDecodingTable } from '../entropy/huffman/decoding-table.ts';
import { FREE_COEFFICIENTS } from '../limits.ts';
import type { JpegLimits } from '../types.ts';
import type { ConditioningState, ConditioningTables } from './conditioning-segment.ts';
import { type FrameHeader, readFrame } from './frame-header.ts';
import { isApplication, isRestart, isStartOfFrame, MARKER, markerName } from './markers.ts';
import { readScanHeader, type ScanHeader } from './scan-header.ts';
import { type MarkerPlace, readMarker, SegmentReader } from './segment-reader.ts';
import {
  type HuffmanClass,
  readAdobeTransform,
  readHuffmanTables,
  readQuantizationTables,
  readRestartInterval,
} from './table-segments.ts';

/** TEM of T.81 Table B.1: stands alone, means nothing outside the coding process that made it. */
const TEM = 0x01;

/**
 * Walks the marker segments of a stream (T.81 B.2.1) and keeps what they define. It stops before the entropy-coded
 * data of each scan; the decoder of that passes its end back with `resume`.
 */
export class StreamParser implements ConditioningState {
  readonly bytes: Uint8Array;
  /** The tables in force, by Tq; they may be redefined between scans. */
  readonly quantizationTables: (Uint16Array | undefined)[] = [];
  restartInterval = 0;
  adobeTransform: number | undefined = undefined;
  protected readonly limits: JpegLimits;
  protected readonly huffmanTables: Record<HuffmanClass, (HuffmanDecodingTable | undefined)[]> = {
    0: [],
    1: [],
  };
  conditioning: ConditioningTables | undefined = undefined;
  readonly unreadConditioning: SegmentReader[] = [];
  protected position: number;
  private currentFrame: FrameHeader | undefined;
  protected scans = 0;
  /** Coefficients that the scans so far go through. */
  private coefficients = 0;

  constructor(bytes: Uint8Array, limits: JpegLimits) {
    this.bytes = bytes;
    this.limits = limits;
    if (bytes.length === 0) throw new WjpegError('corrupt', 'JPEG_EMPTY', 'JPEG is empty', { offset: 0 });
    if (bytes[0] !== 0xff || (bytes.length > 1 && bytes[1] !== MARKER.SOI)) {
      throw new WjpegError('corrupt', 'JPEG_SIGNATURE', 'not a JPEG: it does not begin with FF D8', {
        offset: 0,
      });
    }
    this.position = readMarker(bytes, 0).offset + 2;
  }

  /** The frame header; reads on until it has come. */
  frame(): FrameHeader {
    while (this.currentFrame === undefined) this.nextSegment();
    return this.currentFrame;
  }

  /** The next scan header, or undefined at the end of the image. */
  nextScan(): ScanHeader | undefined {
    for (;;) {
      const next = this.nextSegment();
      if (next === 'end') return undefined;
      if (next !== undefined) return next;
    }
  }

  /** Goes on at the marker after a scan's entropy-coded data. */
  resume(offset: number): void {
    this.position = offset;
  }

  /** The Huffman table that a scan refers to. */
  huffmanTable(tableClass: HuffmanClass, identifier: number, scan: ScanHeader): HuffmanDecodingTable {
    const table = this.huffmanTables[tableClass][identifier];
    if (table === undefined) {
      throw missingTable(`${tableClass === 0 ? 'DC' : 'AC'} Huffman table ${identifier}`, scan);
    }
    return table;
  }

  /** The quantisation table with this identifier as it stands now, where a scan first needs it. */
  quantizationTable(identifier: number, scan: ScanHeader): Uint16Array {
    const table = this.quantizationTables[identifier];
    if (table === undefined) throw missingTable(`quantisation table ${identifier}`, scan);
    return table;
  }

  /** How headers are read; a lenient parser has other ways. */
  protected readMarker(offset: number): MarkerPlace {
    return readMarker(this.bytes, offset);
  }

  protected readFrame(segment: SegmentReader): FrameHeader {
    return readFrame(segment, this.limits);
  }

  protected readScanHeader(segment: SegmentReader, frame: FrameHeader): ScanHeader {
    return readScanHeader(segment, frame);
  }

  /** Reads one marker and its segment. Returns the header if it begins a scan, 'end' if it was EOI. */
  private nextSegment(): ScanHeader | 'end' | undefined {
    const { marker, offset } = this.readMarker(this.position);
    this.position = offset + 2;
    if (marker === TEM) return undefined;
    if (marker === MARKER.EOI) {
      this.requireFrame(marker, offset);
      return 'end';
    }
    if (marker === MARKER.SOI || isRestart(marker)) throw misplaced(marker, offset);
    const segment = new SegmentReader(this.bytes, marker, this.position);
    this.position = segment.end;
    if (marker === MARKER.SOS) return this.beginScan(segment, this.requireFrame(marker, offset), offset);
    if (isStartOfFrame(marker)) {
      if (this.currentFrame !== undefined) throw misplaced(marker, offset);
      this.currentFrame = this.readFrame(segment);
    } else {
      this.readTablesOrMiscellaneous(segment);
    }
    return undefined;
  }

  /** T.81 B.2.4, and the segments that are refused. */
  protected readTablesOrMiscellaneous(segment: SegmentReader): void {
    const { marker } = segment;
    switch (marker) {
      case MARKER.DQT:
        readQuantizationTables(segment, (identifier, table) => {
          this.quantizationTables[identifier] = table;
        });
        break;
      case MARKER.DHT:
        readHuffmanTables(segment, (tableClass, identifier, specification) => {
          this.huffmanTables[tableClass][identifier] = huffmanDecodingTable(specification, (reason) =>
            segment.corrupt('JPEG_HUFFMAN_TABLE', reason),
          );
        });
        break;
      case MARKER.DRI:
        this.restartInterval = readRestartInterval(segment);
        break;
      case MARKER.APP14:
        this.adobeTransform = readAdobeTransform(segment) ?? this.adobeTransform;
        break;
      case MARKER.DNL:
        throw segment.unsupported('JPEG_UNSUPPORTED_DNL', 'the height is defined anew after the first scan');
      case MARKER.DHP:
      case MARKER.EXP:
        throw segment.unsupported('JPEG_UNSUPPORTED_PROCESS', 'hierarchical coding');
      case MARKER.DAC:
        this.unreadConditioning.push(segment);
        break;
      case MARKER.COM:
        break;
      default:
        if (!isApplication(marker)) {
          throw segment.unsupported('JPEG_UNKNOWN_MARKER', 'reserved by T.81, its meaning is not known');
        }
    }
  }

  private beginScan(segment: SegmentReader, frame: FrameHeader, offset: number): ScanHeader {
    if (++this.scans > this.limits.maxScans) {
      throw new WjpegError(
        'limit',
        'JPEG_TOO_MANY_SCANS',
        `JPEG has more than ${this.limits.maxScans} scans`,
        {
          offset,
        },
      );
    }
    const scan = this.readScanHeader(segment, frame);
    this.checkExpansion(scan, offset);
    return scan;
  }

  /** Counts what a scan goes through, whether the stream has data for it or not. */
  private checkExpansion({ components, spectralStart, spectralEnd }: ScanHeader, offset: number): void {
    const blocks = components.reduce((sum, { frame }) => sum + frame.blocksPerRow * frame.blocksPerColumn, 0);
    this.coefficients += blocks * (spectralEnd - spectralStart + 1);
    const max = Math.max(FREE_COEFFICIENTS, this.bytes.length * this.limits.maxExpansion);
    if (this.coefficients > max) {
      throw new WjpegError(
        'limit',
        'JPEG_EXPANSION',
        `JPEG scans go through more than ${max} coefficients, the limit for ${this.bytes.length} bytes`,
        { offset },
      );
    }
  }

  private requireFrame(marker: number, offset: number): FrameHeader {
    if (this.currentFrame === undefined) throw misplaced(marker, offset);
    return this.currentFrame;
  }
}

function misplaced(marker: number, offset: number): WjpegError {
  return new WjpegError(
    'corrupt',
    'JPEG_MARKER_ORDER',
    `JPEG byte ${offset}: ${markerName(marker)} must not stand here`,
    { offset },
  );
}

function missingTable(what: string, scan: ScanHeader): WjpegError {
  return new WjpegError(
    'corrupt',
    'JPEG_MISSING_TABLE',
    `JPEG scan at byte ${scan.dataOffset} uses ${what}, which is not defined`,
    { offset: scan.dataOffset },
  );
}
