import { WjpegError } from '../../errors.ts';
import type { HuffmanDecodingTable } from '../entropy/huffman/decoding-table.ts';
import {
  type ConditioningTables,
  defaultConditioning,
  readConditioning,
} from '../markers/conditioning-segment.ts';
import { type FrameHeader, isProgressive, readFrame } from '../markers/frame-header.ts';
import { isApplication, isRestart, MARKER } from '../markers/markers.ts';
import {
  MAX_BLOCKS_IN_MCU,
  type ScanComponent,
  type ScanHeader,
  SEQUENTIAL_SCAN,
  scanParameterProblem,
} from '../markers/scan-header.ts';
import type { MarkerPlace, SegmentReader } from '../markers/segment-reader.ts';
import { StreamParser } from '../markers/stream-parser.ts';
import {
  type HuffmanClass,
  readAdobeTransform,
  readHuffmanTables,
  readQuantizationTables,
} from '../markers/table-segments.ts';
import type { JpegLimits } from '../types.ts';
import { exifOrientation, type Orientation } from './exif-orientation.ts';
import { afterFill, findMarker, warnOfExtra } from './readers.ts';
import { recentTable } from './recent-tables.ts';
import { refuseProcess, SOF55 } from './refuse-process.ts';
import { standardHuffmanTable } from './standard-huffman.ts';
import type { Warnings } from './warnings.ts';

const TEM = 0x01;
const APP0 = 0xe0;
const APP1 = 0xe1;
const JFIF_HEADER = 'JFIF\0';
/** Of a JFIF segment without a thumbnail; libjpeg takes shorter ones for something else. */
const MIN_JFIF_BYTES = 14;

/** Walks marker segments as libjpeg-turbo does (jdmarker.c): what it tolerates is tolerated. */
export class LenientParser extends StreamParser {
  /** Whether a JFIF segment has come: three components are YCbCr then, whatever else is said. */
  jfif = false;
  /** What the first Exif segment that has one says. */
  orientation: Orientation | undefined = undefined;
  readonly #warnings: Warnings;
  /** libjpeg has 16 of each, T.81 allows 4. */
  override readonly conditioning: ConditioningTables = defaultConditioning(16);

  constructor(bytes: Uint8Array, limits: JpegLimits, warnings: Warnings) {
    super(bytes, limits);
    this.#warnings = warnings;
  }

  /**
   * The next scan header, or undefined at the end of the image. After the first scan an error in the segments ends the
   * image; what is there by then is shown. libjpeg-turbo gives up on some of these.
   */
  override nextScan(): ScanHeader | undefined {
    const read = this.scans;
    if (read === 0) return super.nextScan();
    try {
      return super.nextScan();
    } catch (error) {
      if (!(error instanceof WjpegError) || error.kind === 'limit') throw error;
      this.#warnings.add('end', `JPEG scans after number ${read} are left out: ${error.message}`);
      return undefined;
    }
  }

  /**
   * Bytes that are no marker are skipped with a warning, RSTn and TEM without one. The end of the file is EOI once a scan
   * has begun.
   */
  protected override readMarker(offset: number): MarkerPlace {
    const { bytes } = this;
    for (let from = offset; ; ) {
      const at = findMarker(bytes, from);
      if (at >= bytes.length) break;
      if (afterFill(bytes, from) !== at + 1) warnOfExtra(this.#warnings, at - from, bytes, at);
      const marker = bytes[at + 1];
      from = at + (isRestart(marker) || marker === TEM ? 2 : this.#emptySegment(at));
      if (from === at) return { marker, offset: at };
    }
    if (this.scans === 0) return super.readMarker(bytes.length);
    this.#warnings.add('end', `JPEG ends at byte ${bytes.length} without EOI`);
    return { marker: MARKER.EOI, offset: bytes.length };
  }

  /** Bytes of a segment that is skipped whatever it holds, if its length is one that no segment has: marker and length. */
  #emptySegment(offset: number): number {
    const { bytes } = this;
    const marker = bytes[offset + 1];
    const isSkipped = isApplication(marker) || marker === MARKER.COM || marker === MARKER.DNL;
    return isSkipped && bytes[offset + 2] === 0 && bytes[offset + 3] < 2 ? 4 : 0;
  }

  protected override readFrame(segment: SegmentReader): FrameHeader {
    refuseProcess(segment.marker, this.bytes[segment.end - segment.remaining]);
    return readFrame(segment, this.limits, true);
  }

  protected override readTablesOrMiscellaneous(segment: SegmentReader): void {
    const { marker, end } = segment;
    const content = this.bytes.subarray(end - segment.remaining, end);
    switch (marker) {
      case MARKER.DNL:
        return;
      case MARKER.DAC:
        readConditioning(segment, this.conditioning, true);
        return;
      case MARKER.DQT:
        readQuantizationTables(
          segment,
          (identifier, table) => {
            this.quantizationTables[identifier] = table;
          },
          true,
        );
        return;
      case MARKER.DHT:
        readHuffmanTables(segment, (tableClass, identifier, specification) => {
          this.huffmanTables[tableClass][identifier] = recentTable(specification, (reason) =>
            segment.corrupt('JPEG_HUFFMAN_TABLE', reason),
          );
        });
        return;
      case APP0:
        if (content.length >= MIN_JFIF_BYTES && beginsWith(content, JFIF_HEADER)) this.jfif = true;
        return;
      case MARKER.APP14:
        this.adobeTransform = readAdobeTransform(segment, true) ?? this.adobeTransform;
        return;
      case APP1:
        this.orientation ??= exifOrientation(content);
        return;
      case MARKER.DHP:
      case MARKER.EXP:
      case SOF55:
        refuseProcess(marker);
    }
    super.readTablesOrMiscellaneous(segment);
  }

  protected override readScanHeader(segment: SegmentReader, frame: FrameHeader): ScanHeader {
    const components = this.#scanComponents(segment, frame);
    const spectralStart = segment.byte();
    const spectralEnd = segment.byte();
    const approximation = segment.byte();
    segment.finish();
    const scan = {
      components,
      spectralStart,
      spectralEnd,
      approximationHigh: approximation >> 4,
      approximationLow: approximation & 15,
      dataOffset: segment.end,
    };
    const progressive = isProgressive(frame.process);
    const problem = scanParameterProblem(scan, progressive);
    if (problem === undefined) return scan;
    if (progressive) throw segment.corrupt('JPEG_SCAN', problem);
    this.#warnings.add('JPEG_SCAN', `JPEG scan at byte ${segment.end}: ${problem}`);
    return { ...scan, ...SEQUENTIAL_SCAN };
  }

  /** Components in any order; of several with the same identifier, the first that the scan does not have yet. */
  #scanComponents(segment: SegmentReader, { components }: FrameHeader): ScanComponent[] {
    const count = segment.byte();
    if (count < 1 || count > components.length) {
      throw segment.corrupt(
        'JPEG_SCAN',
        `a scan of a frame of ${components.length} component(s) cannot have ${count}`,
      );
    }
    const found: ScanComponent[] = [];
    while (found.length < count) {
      const id = segment.byte();
      const tables = segment.byte();
      const index = components.findIndex(
        (component, place) => component.id === id && found.every((other) => other.index !== place),
      );
      if (index < 0) throw segment.corrupt('JPEG_SCAN', `the frame has no component ${id}, or not so many`);
      found.push({ index, frame: components[index], dcTable: tables >> 4, acTable: tables & 15 });
    }
    const blocks = found.reduce(
      (sum, { frame }) => sum + frame.horizontalSampling * frame.verticalSampling,
      0,
    );
    if (count > 1 && blocks > MAX_BLOCKS_IN_MCU) {
      throw segment.corrupt('JPEG_SCAN', `an MCU has at most ${MAX_BLOCKS_IN_MCU} blocks, got ${blocks}`);
    }
    return found;
  }

  override huffmanTable(
    tableClass: HuffmanClass,
    identifier: number,
    scan: ScanHeader,
  ): HuffmanDecodingTable {
    const table = this.#tableOrStandard(tableClass, identifier, scan);
    if (tableClass === 0 && table.symbols.some((symbol) => symbol > 15)) {
      throw new WjpegError(
        'corrupt',
        'JPEG_HUFFMAN_TABLE',
        `JPEG scan at byte ${scan.dataOffset}: DC Huffman table ${identifier} has symbols above 15`,
        { offset: scan.dataOffset },
      );
    }
    return table;
  }

  /** Motion JPEG frames have no tables of their own: sequential scans then use those of T.81 Annex K. */
  #tableOrStandard(tableClass: HuffmanClass, identifier: number, scan: ScanHeader): HuffmanDecodingTable {
    try {
      return super.huffmanTable(tableClass, identifier, scan);
    } catch (error) {
      const standard = isProgressive(this.frame().process)
        ? undefined
        : standardHuffmanTable(tableClass, identifier);
      if (standard === undefined) throw error;
      return standard;
    }
  }
}

function beginsWith(content: Uint8Array, header: string): boolean {
  return String.fromCharCode(...content.subarray(0, header.length)) === header;
}
