import type { JpegReadOptions } from '../limits.ts';
import { MARKER } from '../markers/markers.ts';
import type { ScanHeader } from '../markers/scan-header.ts';
import { FULL_SIZE } from '../pixels/rgb-rows.ts';
import type { SequentialTables } from '../scans/decode/sequential.ts';
import type { LenientParser } from './lenient-parser.ts';
import { decodeSoundScan } from './sound-scan.ts';
import { CoefficientPlane } from './targets.ts';
import type { LenientImage, LenientOptions } from './types.ts';

/** All that the segments up to a picture's scan say. */
interface KnownHead {
  readonly bytes: Uint8Array;
  readonly limits: JpegReadOptions['limits'];
  readonly frame: ReturnType<LenientParser['frame']>;
  readonly scan: ScanHeader;
  readonly restartInterval: number;
  readonly tables: readonly SequentialTables[];
  /** Whose coefficients are another picture's. */
  readonly image: LenientImage;
}

/** Where reading segments takes longer than decoding: heads of so many bytes, pictures of so many blocks. */
const MAX_BYTES = 4096;
const MAX_BLOCKS = 4096;

/** Small pictures of one origin begin alike to the byte: the head of the last sound one is kept. */
let last: KnownHead | undefined;

/** Keeps the head of a picture that one sound scan, sequential and with Huffman codes, has brought whole. */
export function rememberHead(
  parser: LenientParser,
  scan: ScanHeader,
  image: LenientImage,
  { limits }: LenientOptions,
): void {
  const blocks = image.components.reduce((sum, { coefficients }) => sum + coefficients.length / 64, 0);
  if (scan.dataOffset > MAX_BYTES || blocks > MAX_BLOCKS) return;
  // In the order of the frame: planes and components are then the same list.
  if (scan.components.some(({ index }, place) => index !== place)) return;
  last = {
    bytes: parser.bytes.slice(0, scan.dataOffset),
    limits,
    frame: parser.frame(),
    scan,
    restartInterval: parser.restartInterval,
    tables: scan.components.map(({ dcTable, acTable }) => ({
      dc: parser.huffmanTable(0, dcTable, scan),
      ac: parser.huffmanTable(1, acTable, scan),
    })),
    image: { ...image, components: image.components.map((component) => ({ ...component })) },
  };
}

/**
 * A sound picture that begins as the last one did, without reading its segments anew; undefined for any other.
 *
 * @throws what `checkFrame` throws
 */
export function decodeAfterKnownHead(
  bytes: Uint8Array,
  { limits, checkFrame, scale }: LenientOptions,
): LenientImage | undefined {
  const head = last;
  if (head === undefined || limits !== head.limits || !beginsWith(bytes, head.bytes)) return undefined;
  const { frame, image, scan } = head;
  checkFrame?.(frame);
  if (scale && scale({ frame, orientation: image.orientation }).eighths < 8) return undefined;
  const planes = frame.components.map((component) => new CoefficientPlane(component));
  const marker = decodeSoundScan(bytes, scan, head.restartInterval, planes, head.tables);
  if (marker === undefined || bytes[marker + 1] !== MARKER.EOI) return undefined;
  return {
    width: image.width,
    height: image.height,
    process: image.process,
    components: image.components.map((component, index) => ({
      id: component.id,
      horizontalSampling: component.horizontalSampling,
      verticalSampling: component.verticalSampling,
      width: component.width,
      height: component.height,
      blocksPerRow: component.blocksPerRow,
      blocksPerColumn: component.blocksPerColumn,
      quantization: component.quantization,
      coefficients: planes[index].coefficients,
    })),
    adobeTransform: image.adobeTransform,
    jfif: image.jfif,
    orientation: image.orientation,
    warnings: [],
    scale: FULL_SIZE,
  };
}

function beginsWith(bytes: Uint8Array, head: Uint8Array): boolean {
  if (bytes.length < head.length) return false;
  for (let at = 0; at < head.length; at++) if (bytes[at] !== head[at]) return false;
  return true;
}
