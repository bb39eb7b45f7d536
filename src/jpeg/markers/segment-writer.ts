import { ZIGZAG_TO_NATURAL } from '../dct/zigzag.ts';
import type { ByteWriter } from '../entropy/byte-writer.ts';
import type { HuffmanSpecification } from '../entropy/huffman/specification.ts';
import type { EncoderImage, LaidOutComponent } from '../scans/encode/encoder-input.ts';
import { MARKER } from './markers.ts';
import type { ScanParameters } from './scan-header.ts';

/** A Huffman table and its destination. */
export interface HuffmanDefinition {
  /** Tc: 0 for DC, 1 for AC. */
  readonly tableClass: 0 | 1;
  /** Th. */
  readonly identifier: number;
  readonly specification: HuffmanSpecification;
}

/** An entry of a DAC segment (T.81 B.2.4.3). */
export interface ConditioningEntry {
  /** Tc: 0 for DC, 1 for AC. */
  readonly tableClass: 0 | 1;
  /** Tb. */
  readonly identifier: number;
  /** Cs: `U × 16 + L` for DC, Kx for AC. */
  readonly value: number;
}

/** Tables with larger entries need 16 bits per entry, which baseline does not have (T.81 Table B.4). */
export function needsWords(table: Uint16Array): boolean {
  return table.some((entry) => entry > 0xff);
}

/** One DQT segment with all tables; table n becomes Tq n. */
function writeQuantizationTables(output: ByteWriter, tables: readonly Uint16Array[]): void {
  output.marker(MARKER.DQT);
  output.word(2 + tables.reduce((sum, table) => sum + (needsWords(table) ? 129 : 65), 0));
  tables.forEach((table, identifier) => {
    const words = needsWords(table);
    output.byte((words ? 0x10 : 0) | identifier);
    for (let k = 0; k < 64; k++) {
      const entry = table[ZIGZAG_TO_NATURAL[k]];
      if (words) output.word(entry);
      else output.byte(entry);
    }
  });
}

/** One DHT segment with all tables. */
export function writeHuffmanTables(output: ByteWriter, definitions: readonly HuffmanDefinition[]): void {
  output.marker(MARKER.DHT);
  output.word(2 + definitions.reduce((sum, { specification }) => sum + 17 + specification.symbols.length, 0));
  for (const { tableClass, identifier, specification } of definitions) {
    output.byte((tableClass << 4) | identifier);
    for (let length = 1; length <= 16; length++) output.byte(specification.counts[length]);
    for (const symbol of specification.symbols) output.byte(symbol);
  }
}

/** Everything before the entropy coding tables: SOI, APP14 if the image has a transform, DQT, and the SOFn `marker`. */
export function writeImageHeader(
  output: ByteWriter,
  marker: number,
  image: EncoderImage,
  components: readonly LaidOutComponent[],
): void {
  output.marker(MARKER.SOI);
  if (image.adobeTransform !== undefined) writeAdobeTransform(output, image.adobeTransform);
  const { tables, tableOfComponent } = distinctTables(components.map(({ quantization }) => quantization));
  writeQuantizationTables(output, tables);
  writeFrameHeader(output, marker, image, components, tableOfComponent);
}

/** The distinct quantisation tables, and the one each component uses. */
function distinctTables(all: readonly Uint16Array[]): { tables: Uint16Array[]; tableOfComponent: number[] } {
  const tables: Uint16Array[] = [];
  const tableOfComponent = all.map((table) => {
    const known = tables.findIndex((other) => other.every((entry, k) => entry === table[k]));
    return known >= 0 ? known : tables.push(table) - 1;
  });
  return { tables, tableOfComponent };
}

/** SOFn; `quantizationTables[i]` is Tq of component i. */
function writeFrameHeader(
  output: ByteWriter,
  marker: number,
  size: { readonly width: number; readonly height: number },
  components: readonly LaidOutComponent[],
  quantizationTables: readonly number[],
): void {
  output.marker(marker);
  output.word(8 + 3 * components.length);
  output.byte(8);
  output.word(size.height);
  output.word(size.width);
  output.byte(components.length);
  components.forEach((component, index) => {
    output.byte(component.id);
    output.byte((component.horizontalSampling << 4) | component.verticalSampling);
    output.byte(quantizationTables[index]);
  });
}

/** One DAC segment with all entries, or nothing without entries. */
export function writeConditioning(output: ByteWriter, entries: readonly ConditioningEntry[]): void {
  if (entries.length === 0) return;
  output.marker(MARKER.DAC);
  output.word(2 + 2 * entries.length);
  for (const { tableClass, identifier, value } of entries) {
    output.byte((tableClass << 4) | identifier);
    output.byte(value);
  }
}

/** SOS; `dcTables[i]` and `acTables[i]` are Td and Ta of component i of the scan. */
export function writeScanHeader(
  output: ByteWriter,
  components: readonly LaidOutComponent[],
  { dcTables, acTables }: { readonly dcTables: readonly number[]; readonly acTables: readonly number[] },
  parameters: ScanParameters,
): void {
  output.marker(MARKER.SOS);
  output.word(6 + 2 * components.length);
  output.byte(components.length);
  components.forEach(({ id }, index) => {
    output.byte(id);
    output.byte((dcTables[index] << 4) | acTables[index]);
  });
  output.byte(parameters.spectralStart);
  output.byte(parameters.spectralEnd);
  output.byte((parameters.approximationHigh << 4) | parameters.approximationLow);
}

export function writeRestartInterval(output: ByteWriter, interval: number): void {
  output.marker(MARKER.DRI);
  output.word(4);
  output.word(interval);
}

/** APP14 as Adobe writes it, to declare its colour transform: version 100, no flags. */
function writeAdobeTransform(output: ByteWriter, transform: number): void {
  output.marker(MARKER.APP14);
  output.word(14);
  for (const letter of 'Adobe') output.byte(letter.charCodeAt(0));
  output.word(100);
  output.word(0);
  output.word(0);
  output.byte(transform);
}
