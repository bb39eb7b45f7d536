import { WjpegError } from '../../errors.ts';
import type { JpegLimits, JpegProcess } from '../types.ts';
import { MARKER } from './markers.ts';
import type { SegmentReader } from './segment-reader.ts';

/** One component as the frame header declares it. Sizes as in `CoefficientComponent`. */
export interface FrameComponent {
  readonly id: number;
  readonly horizontalSampling: number;
  readonly verticalSampling: number;
  /** Tq: which quantisation table it uses. */
  readonly quantizationTable: number;
  readonly width: number;
  readonly height: number;
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
}

/** What a stream declares of its picture (T.81 B.2.2). */
export interface FrameHeader {
  readonly process: JpegProcess;
  readonly width: number;
  readonly height: number;
  readonly components: readonly FrameComponent[];
}

const PROCESSES: ReadonlyMap<number, JpegProcess> = new Map<number, JpegProcess>([
  [MARKER.SOF0, 'baseline'],
  [MARKER.SOF1, 'extended'],
  [MARKER.SOF2, 'progressive'],
  [MARKER.SOF9, 'extended-arithmetic'],
  [MARKER.SOF10, 'progressive-arithmetic'],
]);

/** Whether scans bring parts of coefficients (T.81 Annex G), not whole blocks (Annex F). */
export function isProgressive(process: JpegProcess): boolean {
  return process === 'progressive' || process === 'progressive-arithmetic';
}

/** Whether scans are coded arithmetically (T.81 Annex D), not with Huffman codes. */
export function isArithmetic(process: JpegProcess): boolean {
  return process === 'extended-arithmetic' || process === 'progressive-arithmetic';
}

/**
 * Parses a SOFn segment of one of the processes that wjpeg reads, and checks its sizes against the limits.
 *
 * @param sameIdentifiers whether components may share an identifier: T.81 B.2.2 forbids it, cameras do it
 */
export function readFrame(segment: SegmentReader, limits: JpegLimits, sameIdentifiers = false): FrameHeader {
  const process = PROCESSES.get(segment.marker);
  if (process === undefined) {
    // Pictures are refused by name before they get here (lenient/refuse-process.ts); the networks of pages pay for no names.
    throw segment.unsupported(
      'JPEG_UNSUPPORTED_PROCESS',
      'lossless or hierarchical; wjpeg reads SOF0 to 2, 9 and 10',
    );
  }
  const precision = segment.byte();
  const height = segment.word();
  const width = segment.word();
  const count = segment.byte();
  if (precision !== 8) {
    throw precision === 12 && process !== 'baseline'
      ? segment.unsupported('JPEG_UNSUPPORTED_PRECISION', '12-bit samples, wjpeg reads 8-bit ones')
      : segment.corrupt('JPEG_FRAME', `sample precision must be 8, got ${precision}`);
  }
  if (width === 0) throw segment.corrupt('JPEG_FRAME', 'width is 0');
  if (height === 0) {
    throw segment.unsupported('JPEG_UNSUPPORTED_DNL', 'height is 0, to be defined later by a DNL segment');
  }
  if (count === 0) throw segment.corrupt('JPEG_FRAME', 'it has no components');
  if (count > 4) {
    throw segment.unsupported('JPEG_UNSUPPORTED_COMPONENTS', `${count} components, wjpeg reads 1 to 4`);
  }
  const declared = Array.from({ length: count }, () => readComponent(segment));
  segment.finish();
  const components = layOut(declared, width, height);
  components.forEach(({ id }, index) => {
    if (!sameIdentifiers && components.findIndex((other) => other.id === id) !== index) {
      throw segment.corrupt('JPEG_FRAME', `component identifier ${id} occurs twice`);
    }
  });
  checkSize(components, width, height, limits, segment);
  return { process, width, height, components };
}

type DeclaredComponent = Pick<
  FrameComponent,
  'id' | 'horizontalSampling' | 'verticalSampling' | 'quantizationTable'
>;

function readComponent(segment: SegmentReader): DeclaredComponent {
  const id = segment.byte();
  const sampling = segment.byte();
  const quantizationTable = segment.byte();
  const horizontalSampling = sampling >> 4;
  const verticalSampling = sampling & 15;
  if (!isSamplingFactor(horizontalSampling) || !isSamplingFactor(verticalSampling)) {
    throw segment.corrupt(
      'JPEG_FRAME',
      `component ${id}: sampling factors must be 1…4, got ${horizontalSampling}×${verticalSampling}`,
    );
  }
  if (quantizationTable > 3) {
    throw segment.corrupt(
      'JPEG_FRAME',
      `component ${id}: quantisation table must be 0…3, got ${quantizationTable}`,
    );
  }
  return { id, horizontalSampling, verticalSampling, quantizationTable };
}

/** Hi and Vi of T.81 Table B.2. */
export function isSamplingFactor(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 4;
}

/** Adds to each component its size in samples and in blocks (T.81 A.1.1, A.2.4). */
export function layOut<Component extends { horizontalSampling: number; verticalSampling: number }>(
  components: readonly Component[],
  width: number,
  height: number,
): (Component & Pick<FrameComponent, 'width' | 'height' | 'blocksPerRow' | 'blocksPerColumn'>)[] {
  const horizontalMax = Math.max(...components.map((component) => component.horizontalSampling));
  const verticalMax = Math.max(...components.map((component) => component.verticalSampling));
  return components.map((component) => {
    const componentWidth = Math.ceil((width * component.horizontalSampling) / horizontalMax);
    const componentHeight = Math.ceil((height * component.verticalSampling) / verticalMax);
    return {
      ...component,
      width: componentWidth,
      height: componentHeight,
      blocksPerRow: Math.ceil(componentWidth / 8),
      blocksPerColumn: Math.ceil(componentHeight / 8),
    };
  });
}

function checkSize(
  components: readonly FrameComponent[],
  width: number,
  height: number,
  limits: JpegLimits,
  segment: SegmentReader,
): void {
  // Whole blocks are counted, since they are what takes memory: a 1×65535 picture has 8 columns of samples.
  const samples = components.reduce(
    (sum, component) => sum + component.blocksPerRow * component.blocksPerColumn * 64,
    0,
  );
  if (samples > limits.maxSamples) {
    throw new WjpegError(
      'limit',
      'JPEG_TOO_LARGE',
      `JPEG declares ${width}×${height} with ${components.length} component(s), ` +
        `${samples} samples in whole blocks, expected at most ${limits.maxSamples}`,
      { offset: segment.end },
    );
  }
}
