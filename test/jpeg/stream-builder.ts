/** Builds JPEG streams segment by segment, right or wrong on purpose. */

import { DEFAULT_CONDITIONING } from '../../src/jpeg/entropy/arithmetic/conditioning.ts';
import { AcStatistics, DcStatistics } from '../../src/jpeg/entropy/arithmetic/statistics.ts';
import { ArithmeticWriter } from '../../src/jpeg/entropy/arithmetic/writer.ts';
import { ByteWriter } from '../../src/jpeg/entropy/byte-writer.ts';

/** A segment: marker, length, parameters. */
export function segment(marker: number, ...parameters: number[]): number[] {
  const length = parameters.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...parameters];
}

export const SOI: readonly number[] = [0xff, 0xd8];
export const EOI: readonly number[] = [0xff, 0xd9];

/** Table 0, 8-bit, all entries 1. */
export const DQT: readonly number[] = segment(0xdb, 0, ...new Array(64).fill(1));

/** A Huffman table of one code each of 1, 2, 3 … bits (0, 10, 110, …) for these symbols. */
export function huffmanTable(tableClass: 0 | 1, identifier: number, symbols: readonly number[]): number[] {
  const counts = Array.from({ length: 16 }, (_, index) => (index < symbols.length ? 1 : 0));
  return segment(0xc4, (tableClass << 4) | identifier, ...counts, ...symbols);
}

/** DC: 0 → category 0, 10 → 1, 110 → 11, 1110 → 15, 11110 → the illegal 16. */
export const DC_TABLE: readonly number[] = huffmanTable(0, 0, [0, 1, 11, 15, 16]);

/** AC: 0 → EOB, 10 → ZRL, 110 → run 0 size 1, 1110 → run 15 size 1, 11110 → size 15, 111110 → EOB1 (progressive). */
export const AC_TABLE: readonly number[] = huffmanTable(1, 0, [0x00, 0xf0, 0x01, 0xf1, 0x0f, 0x10]);

export interface FrameOptions {
  readonly marker?: number;
  readonly precision?: number;
  readonly width?: number;
  readonly height?: number;
  /** [Ci, Hi << 4 | Vi, Tq] each. */
  readonly components?: readonly (readonly [number, number, number])[];
}

/** SOFn; without options SOF0, 8×8, grey. */
export function frame(options: FrameOptions = {}): number[] {
  const { marker = 0xc0, precision = 8, width = 8, height = 8, components = [[1, 0x11, 0]] } = options;
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff];
  return segment(marker, precision, ...size, components.length, ...components.flat());
}

export interface ScanOptions {
  /** [Csj, Tdj << 4 | Taj] each. */
  readonly components?: readonly (readonly [number, number])[];
  /** Ss, Se, Ah << 4 | Al. */
  readonly parameters?: readonly [number, number, number];
}

/** SOS; without options that of a grey sequential scan. */
export function scan(options: ScanOptions = {}): number[] {
  const { components = [[1, 0x00]], parameters = [0, 63, 0x00] } = options;
  return segment(0xda, components.length, ...components.flat(), ...parameters);
}

/** Entropy-coded data from a string of 0 and 1 (blanks are for reading): padded with 1-bits, FF stuffed. */
export function bits(text: string): number[] {
  const digits = text.replace(/\s/g, '');
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 8) {
    const byte = Number.parseInt(digits.slice(at, at + 8).padEnd(8, '1'), 2);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return bytes;
}

/** The parts one after the other. */
export function stream(...parts: (readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flat());
}

/** Everything before the scan header of a grey 8×8 picture. */
export const GREY_HEADERS: readonly number[] = [...SOI, ...DQT, ...frame(), ...DC_TABLE, ...AC_TABLE];

/** A whole grey 8×8 picture whose entropy-coded data are `data`. */
export function grey(data: string): Uint8Array {
  return stream(GREY_HEADERS, scan(), bits(data), EOI);
}

/** Codes one decision with a DC bin or an AC bin (T.81 Tables F.4 and F.5), of table 0. */
export type Decide = (bin: number, decision: number) => void;

/** Arithmetic-coded data from single decisions. */
export function decisions(code: (dc: Decide, ac: Decide) => void): number[] {
  const output = new ByteWriter();
  const writer = new ArithmeticWriter(output);
  const dcBins = new DcStatistics(DEFAULT_CONDITIONING).bins;
  const acBins = new AcStatistics(DEFAULT_CONDITIONING).bins;
  code(
    (bin, decision) => writer.decide(dcBins, bin, decision),
    (bin, decision) => writer.decide(acBins, bin, decision),
  );
  writer.finish();
  return [...output.toUint8Array()];
}

/** A whole grey 8×8 picture, arithmetic-coded, whose data are `data`; `segments` stand before its scan. */
export function greyArithmetic(data: readonly number[], segments: readonly number[] = []): Uint8Array {
  return stream(SOI, DQT, frame({ marker: 0xc9 }), segments, scan(), data, EOI);
}
