import { WjpegError } from '../../errors.ts';
import type { EntropyDecoder } from '../entropy/entropy-decoder.ts';
import { resolveLimits } from '../limits.ts';
import { missingScan } from '../markers/first-scan.ts';
import { type FrameHeader, isArithmetic, isProgressive } from '../markers/frame-header.ts';
import { MARKER } from '../markers/markers.ts';
import type { ScanHeader } from '../markers/scan-header.ts';
import { componentSize, FULL_SIZE, type SampleScale } from '../pixels/rgb-rows.ts';
import { arithmeticDecoder } from '../scans/decode/arithmetic-coding.ts';
import { progressiveHuffmanDecoder } from '../scans/decode/progressive-coding.ts';
import { SequentialHuffmanDecoder } from '../scans/decode/sequential.ts';
import { PADDING_BLOCK, walkBlocks } from '../scans/mcu-order.ts';
import { Progression } from '../scans/progression.ts';
import type { CoefficientImage } from '../types.ts';
import { decodeAfterKnownHead, rememberHead } from './known-head.ts';
import { LenientParser } from './lenient-parser.ts';
import { LenientArithmeticReader, LenientBitReader, markerAt } from './readers.ts';
import { afterScan, findSegment } from './resync.ts';
import { decodeSoundScan } from './sound-scan.ts';
import { type BlockTarget, CoefficientPlane, SamplePlane } from './targets.ts';
import type { LenientImage, LenientOptions } from './types.ts';
import { Warnings } from './warnings.ts';

export type { LenientImage, LenientOptions } from './types.ts';

/**
 * Decodes a picture to its quantised coefficients as libjpeg-turbo does (the same coefficients, warnings where it warns),
 * so also what is truncated or damaged: a missing EOI, bytes between segments or after the last block, a stream cut off
 * anywhere after its first scan began, restart markers that are lost, no Huffman tables (T.81 Annex K then), damaged
 * entropy-coded data. What is missing stays zero: mid-grey. `decodeCoefficients` is the strict reader, for models.
 *
 * @throws WjpegError `corrupt` up to the first scan, `unsupported` for other processes, `limit` beyond the limits
 */
export function decodeLeniently(bytes: Uint8Array, options: LenientOptions = {}): LenientImage {
  const known = decodeAfterKnownHead(bytes, options);
  if (known) return known;
  const warnings = new Warnings();
  const parser = new LenientParser(bytes, resolveLimits(options), warnings);
  const frame = parser.frame();
  options.checkFrame?.(frame);
  const progression = new Progression(frame.components.length);
  const first = parser.nextScan();
  if (first === undefined) throw missingScan(frame, 0);
  // What stands behind the first scan header comes too late to say what the components mean.
  const { jfif } = parser;
  const adobeTransform = jfif
    ? parser.adobeTransform
    : knownTransform(parser.adobeTransform, frame.components.length, warnings);
  const isWhole = !isProgressive(frame.process) && first.components.length === frame.components.length;
  const scale = options.scale?.({ frame, orientation: parser.orientation ?? 1 }) ?? FULL_SIZE;
  const planes = new Planes(frame, scale, isWhole);
  for (let scan: ScanHeader | undefined = first; scan !== undefined; scan = parser.nextScan()) {
    if (isWhole && scan !== first) {
      warnings.add(
        'end',
        `JPEG scan at byte ${scan.dataOffset} is left out: the first has all of the picture`,
      );
      break;
    }
    let decode: () => void;
    try {
      decode = prepareScan(parser, scan, planes, warnings);
    } catch (error) {
      if (scan === first || !(error instanceof WjpegError)) throw error;
      warnings.add('end', `JPEG scans from byte ${scan.dataOffset} on are left out: ${error.message}`);
      break;
    }
    const problem = progression.add(scan);
    if (problem !== undefined) {
      warnings.add('JPEG_SCAN_ORDER', `JPEG scan at byte ${scan.dataOffset}: ${problem}`);
    }
    decode();
  }
  const { width, height, process } = frame;
  const { samples } = planes;
  const image = {
    width,
    height,
    process,
    components: planes.components(parser),
    adobeTransform,
    jfif,
    orientation: parser.orientation ?? 1,
    warnings: warnings.list(),
    scale,
    ...(samples && { samples }),
  };
  // Nothing between the scan and the end has said anything else.
  if (isWhole && scale.eighths === 8 && planes.isSoundToTheEnd(bytes)) {
    rememberHead(parser, first, image, options);
  }
  return image;
}

/** The colour transform of an Adobe segment; as libjpeg takes one that the number of components gives no meaning. */
function knownTransform(
  transform: number | undefined,
  components: number,
  warnings: Warnings,
): number | undefined {
  const usual = components - 2;
  if (transform === undefined || components < 3 || transform === 0 || transform === usual) return transform;
  warnings.add(
    'JPEG_ADOBE',
    `JPEG has an Adobe segment of colour transform ${transform}, expected 0 or ${usual} for ${components} components; ` +
      `read as ${usual}`,
  );
  return usual;
}

/** What the scans write to. */
class Planes {
  readonly quantizations: (Uint16Array | undefined)[];
  readonly #frame: FrameHeader;
  readonly #scale: SampleScale;
  readonly #isWhole: boolean;
  readonly #coefficients: (Int16Array | undefined)[] = [];
  #samples: readonly SamplePlane[] | undefined;
  #marker: number | undefined;

  /** @param isWhole whether the first scan is sequential and has all components */
  constructor(frame: FrameHeader, scale: SampleScale, isWhole: boolean) {
    this.#frame = frame;
    this.#scale = scale;
    this.#isWhole = isWhole;
    this.quantizations = frame.components.map(() => undefined);
  }

  get samples(): readonly Uint8Array[] | undefined {
    return this.#samples?.map(({ samples }) => samples);
  }

  /** All coefficients of a component. */
  coefficients(index: number): Int16Array {
    const { blocksPerRow, blocksPerColumn } = this.#frame.components[index];
    this.#coefficients[index] ??= new Int16Array(blocksPerRow * blocksPerColumn * 64);
    return this.#coefficients[index];
  }

  /** Where a sound scan of components that no scan has brought yet may put whole rows of blocks; undefined for others. */
  rows({ components }: ScanHeader): readonly BlockTarget[] | undefined {
    if (components.some(({ index }) => this.#coefficients[index] !== undefined)) return undefined;
    if (this.#isWhole && this.#scale.eighths < 8) {
      return components.map(
        ({ index }) =>
          new SamplePlane(this.#frame, index, this.#scale, this.quantizations[index] as Uint16Array),
      );
    }
    return components.map(({ frame }) => new CoefficientPlane(frame));
  }

  /** Whether the last sound scan ends the picture. */
  isSoundToTheEnd(bytes: Uint8Array): boolean {
    return this.#marker !== undefined && markerAt(bytes, this.#marker) === MARKER.EOI;
  }

  /** Takes what a sound scan has brought, with the place of the marker after it. */
  keep({ components }: ScanHeader, rows: readonly BlockTarget[], marker: number): void {
    this.#marker = marker;
    const samples = rows.filter((target) => target instanceof SamplePlane);
    if (samples.length > 0) {
      // In the order of the frame, which a scan need not have.
      const inFrame: SamplePlane[] = [];
      components.forEach(({ index }, place) => {
        inFrame[index] = samples[place];
      });
      this.#samples = inFrame;
    }
    components.forEach(({ index }, place) => {
      const target = rows[place];
      if (target instanceof CoefficientPlane) this.#coefficients[index] = target.coefficients;
    });
  }

  /** Whether samples of the size that is wanted do not depend on a scan. */
  isIrrelevant({ components, spectralStart }: ScanHeader): boolean {
    return (
      spectralStart > 0 &&
      this.#scale.eighths < 8 &&
      components.every(({ index }) => componentSize(this.#frame, index, this.#scale).block === 1)
    );
  }

  /** A component that no scan has brought is zero, whatever its table. */
  components(parser: LenientParser): CoefficientImage['components'] {
    return this.#frame.components.map(({ quantizationTable, ...component }, index) => ({
      ...component,
      quantization:
        this.quantizations[index] ??
        parser.quantizationTables[quantizationTable] ??
        new Uint16Array(64).fill(1),
      coefficients: this.#samples ? NO_COEFFICIENTS : this.coefficients(index),
    }));
  }
}

const NO_COEFFICIENTS = new Int16Array(0);

/** Finds all that a scan needs; throws where it is missing. What it returns decodes the scan, and never throws. */
function prepareScan(parser: LenientParser, scan: ScanHeader, all: Planes, warnings: Warnings): () => void {
  for (const { index, frame } of scan.components) {
    all.quantizations[index] ??= parser.quantizationTable(frame.quantizationTable, scan);
  }
  const { process } = parser.frame();
  const progressive = isProgressive(process);
  const planes = () => scan.components.map(({ index }) => all.coefficients(index));
  if (isArithmetic(process)) {
    const reader = new LenientArithmeticReader(parser.bytes, warnings);
    const decoder = arithmeticDecoder(parser, scan, progressive, reader);
    return () => decodeScan(parser, scan, new ArithmeticSegments(decoder, warnings), planes(), warnings);
  }
  if (!progressive) {
    const codes = scan.components.map(({ dcTable, acTable }) => ({
      dc: parser.huffmanTable(0, dcTable, scan),
      ac: parser.huffmanTable(1, acTable, scan),
    }));
    return () => {
      const rows = all.rows(scan);
      const marker = rows && decodeSoundScan(parser.bytes, scan, parser.restartInterval, rows, codes);
      if (rows && marker !== undefined) {
        all.keep(scan, rows, marker);
        parser.resume(marker);
        return;
      }
      const reader = new LenientBitReader(parser.bytes, warnings);
      const decoder = new SequentialHuffmanDecoder(reader, codes);
      decodeScan(parser, scan, new HuffmanSegments(decoder, reader), planes(), warnings);
    };
  }
  const reader = new LenientBitReader(parser.bytes, warnings);
  const decoder = progressiveHuffmanDecoder(parser, scan, reader);
  if (all.isIrrelevant(scan)) return () => parser.resume(afterScan(parser.bytes, scan.dataOffset));
  return () => decodeScan(parser, scan, new HuffmanSegments(decoder, reader), planes(), warnings);
}

/** Segments of a scan, and when the rest of one is given up. */
interface Segments {
  /** Starts a segment; an empty one if its data are lost. */
  start(offset: number, empty: boolean): void;
  /** Before each MCU: whether there is anything to decode in it. */
  isUsable(): boolean;
  block(component: number, coefficients: Int16Array, offset: number): void;
  finish(): number;
}

class HuffmanSegments implements Segments {
  readonly #decoder: EntropyDecoder;
  readonly #reader: LenientBitReader;
  #lost = false;

  constructor(decoder: EntropyDecoder, reader: LenientBitReader) {
    this.#decoder = decoder;
    this.#reader = reader;
  }

  /** As in libjpeg, an empty segment is skipped only if the data before it had ended too early as well. */
  start(offset: number, empty: boolean): void {
    this.#lost = empty && (this.#lost || this.#reader.exhausted);
    this.#decoder.start(offset);
  }

  isUsable(): boolean {
    return !this.#lost && !this.#reader.exhausted;
  }

  block(component: number, coefficients: Int16Array, offset: number): void {
    this.#decoder.block(component, coefficients, offset);
  }

  finish(): number {
    return this.#decoder.finish();
  }
}

class ArithmeticSegments implements Segments {
  readonly #decoder: EntropyDecoder;
  readonly #warnings: Warnings;
  #lost = false;

  constructor(decoder: EntropyDecoder, warnings: Warnings) {
    this.#decoder = decoder;
    this.#warnings = warnings;
  }

  start(offset: number): void {
    this.#lost = false;
    this.#decoder.start(offset);
  }

  isUsable(): boolean {
    return !this.#lost;
  }

  /** After decisions that mean nothing the decoder has lost its place, in the middle of an MCU too. */
  block(component: number, coefficients: Int16Array, offset: number): void {
    if (this.#lost) return;
    try {
      this.#decoder.block(component, coefficients, offset);
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      this.#warnings.add(error.code, error.message);
      this.#lost = true;
    }
  }

  finish(): number {
    return this.#decoder.finish();
  }
}

function decodeScan(
  parser: LenientParser,
  scan: ScanHeader,
  segments: Segments,
  planes: readonly Int16Array[],
  warnings: Warnings,
): void {
  const layouts = scan.components.map(({ frame }) => frame);
  const blocksPerMcu =
    layouts.length === 1
      ? 1
      : layouts.reduce((sum, layout) => sum + layout.horizontalSampling * layout.verticalSampling, 0);
  const padding = new Int16Array(64);
  let blocksLeft = 0;
  let usable = false;
  segments.start(scan.dataOffset, false);
  walkBlocks(layouts, parser.restartInterval, {
    block(component, block) {
      if (blocksLeft === 0) {
        blocksLeft = blocksPerMcu;
        usable = segments.isUsable();
      }
      blocksLeft--;
      if (!usable) return;
      if (block === PADDING_BLOCK) segments.block(component, padding.fill(0), 0);
      else segments.block(component, planes[component], block * 64);
    },
    restart(restarts) {
      const { offset, empty } = findSegment(parser.bytes, segments.finish(), restarts & 7, warnings);
      segments.start(offset, empty);
    },
  });
  parser.resume(segments.finish());
}
