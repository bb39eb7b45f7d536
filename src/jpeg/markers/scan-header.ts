import { type FrameComponent, type FrameHeader, isProgressive } from './frame-header.ts';
import type { SegmentReader } from './segment-reader.ts';

/** One component of a scan. */
export interface ScanComponent {
  /** Its index in the frame header. */
  readonly index: number;
  readonly frame: FrameComponent;
  /** Td and Ta: which tables its DC and AC coefficients are coded with. */
  readonly dcTable: number;
  readonly acTable: number;
}

/** Which part of its blocks a scan holds (T.81 B.2.3). */
export interface ScanParameters {
  /** Ss and Se: the first and last coefficient of the scan, in zig-zag order. */
  readonly spectralStart: number;
  readonly spectralEnd: number;
  /** Ah and Al: the bit position that the coefficients had before (0 for a first scan) and that they get. */
  readonly approximationHigh: number;
  readonly approximationLow: number;
}

/** Whole blocks, as in every scan of a sequential JPEG. */
export const SEQUENTIAL_SCAN: ScanParameters = {
  spectralStart: 0,
  spectralEnd: 63,
  approximationHigh: 0,
  approximationLow: 0,
};

/** T.81 B.2.3. */
export interface ScanHeader extends ScanParameters {
  readonly components: readonly ScanComponent[];
  /** Offset of the entropy-coded data. */
  readonly dataOffset: number;
}

/** T.81 B.2.3: an interleaved MCU has at most this many blocks. */
export const MAX_BLOCKS_IN_MCU = 10;

/** Parses a SOS segment. */
export function readScanHeader(segment: SegmentReader, frame: FrameHeader): ScanHeader {
  const count = segment.byte();
  if (count < 1 || count > frame.components.length) {
    throw segment.corrupt(
      'JPEG_SCAN',
      `a scan of a frame of ${frame.components.length} component(s) cannot have ${count}`,
    );
  }
  const components: ScanComponent[] = [];
  for (let i = 0; i < count; i++) components.push(readScanComponent(segment, frame, components));
  const spectralStart = segment.byte();
  const spectralEnd = segment.byte();
  const approximation = segment.byte();
  segment.finish();
  const blocks = components.reduce(
    (sum, { frame }) => sum + frame.horizontalSampling * frame.verticalSampling,
    0,
  );
  if (count > 1 && blocks > MAX_BLOCKS_IN_MCU) {
    throw segment.corrupt('JPEG_SCAN', `an MCU has at most ${MAX_BLOCKS_IN_MCU} blocks, got ${blocks}`);
  }
  const header = {
    components,
    spectralStart,
    spectralEnd,
    approximationHigh: approximation >> 4,
    approximationLow: approximation & 15,
    dataOffset: segment.end,
  };
  const problem = scanParameterProblem(header, isProgressive(frame.process));
  if (problem !== undefined) throw segment.corrupt('JPEG_SCAN', problem);
  return header;
}

function readScanComponent(
  segment: SegmentReader,
  frame: FrameHeader,
  before: readonly ScanComponent[],
): ScanComponent {
  const id = segment.byte();
  const tables = segment.byte();
  const index = frame.components.findIndex((component) => component.id === id);
  if (index < 0) throw segment.corrupt('JPEG_SCAN', `the frame has no component ${id}`);
  // T.81 B.2.3: in the order of the frame header; that no component comes twice follows.
  const previous = before.at(-1);
  if (previous !== undefined && index <= previous.index) {
    throw segment.corrupt('JPEG_SCAN', `component ${id} is not in the order of the frame header`);
  }
  const component = { index, frame: frame.components[index], dcTable: tables >> 4, acTable: tables & 15 };
  if (component.dcTable > 3 || component.acTable > 3) {
    throw segment.corrupt(
      'JPEG_SCAN',
      `component ${id}: tables must be 0…3, got Td ${component.dcTable}, Ta ${component.acTable}`,
    );
  }
  return component;
}

/** What is wrong with a scan's Ss, Se, Ah and Al by T.81 Table B.3 and G.1.1.1, or undefined if they are right. */
export function scanParameterProblem(
  scan: ScanParameters & { readonly components: readonly unknown[] },
  progressive: boolean,
): string | undefined {
  const { spectralStart, spectralEnd, approximationHigh, approximationLow } = scan;
  const got = `Ss ${spectralStart}, Se ${spectralEnd}, Ah ${approximationHigh}, Al ${approximationLow}`;
  if (!progressive) {
    return spectralStart !== 0 || spectralEnd !== 63 || approximationHigh !== 0 || approximationLow !== 0
      ? `a sequential scan has Ss 0, Se 63, Ah 0, Al 0; got ${got}`
      : undefined;
  }
  if (spectralStart === 0 ? spectralEnd !== 0 : spectralEnd < spectralStart || spectralEnd > 63) {
    return `a progressive scan has Ss = Se = 0 or 1 ≤ Ss ≤ Se ≤ 63; got ${got}`;
  }
  if (spectralStart > 0 && scan.components.length > 1) {
    return `a scan of AC coefficients has one component; got ${got}`;
  }
  if (approximationLow > 13 || (approximationHigh !== 0 && approximationHigh !== approximationLow + 1)) {
    return `Al is at most 13 and Ah is 0 or Al + 1; got ${got}`;
  }
  return undefined;
}
