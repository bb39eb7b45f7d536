import type { ByteWriter } from './byte-writer.ts';
import type { LaidOutComponent } from './encoder-input.ts';
import type { HuffmanSpecification } from './huffman-specification.ts';
import { MARKER } from './markers.ts';
import { ZIGZAG_TO_NATURAL } from './zigzag.ts';

/** A Huffman table and where it goes. */
export interface HuffmanDefinition {
  /** Tc: 0 for DC, 1 for AC. */
  readonly tableClass: 0 | 1;
  /** Th. */
  readonly identifier: number;
  readonly specification: HuffmanSpecification;
}

/** Tables with larger entries need 16 bits an entry, which baseline does not have (T.81 Table B.4). */
export function needsWords(table: Uint16Array): boolean {
  return table.some((entry) => entry > 0xff);
}

/** One DQT segment with all tables; table n becomes Tq n. */
export function writeQuantizationTables(output: ByteWriter, tables: readonly Uint16Array[]): void {
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

/** SOF0 or SOF1; `quantizationTables[i]` is Tq of component i. */
export function writeFrameHeader(
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

/** SOS of a sequential scan; a component's DC and AC tables have the same identifier. */
export function writeScanHeader(
  output: ByteWriter,
  components: readonly { readonly id: number; readonly huffmanPair: number }[],
): void {
  output.marker(MARKER.SOS);
  output.word(6 + 2 * components.length);
  output.byte(components.length);
  for (const { id, huffmanPair } of components) {
    output.byte(id);
    output.byte((huffmanPair << 4) | huffmanPair);
  }
  output.byte(0); // Ss
  output.byte(63); // Se
  output.byte(0); // Ah, Al
}

export function writeRestartInterval(output: ByteWriter, interval: number): void {
  output.marker(MARKER.DRI);
  output.word(4);
  output.word(interval);
}

/** APP14 as Adobe writes it, for its colour transform: version 100, no flags. */
export function writeAdobeTransform(output: ByteWriter, transform: number): void {
  output.marker(MARKER.APP14);
  output.word(14);
  for (const letter of 'Adobe') output.byte(letter.charCodeAt(0));
  output.word(100);
  output.word(0);
  output.word(0);
  output.byte(transform);
}
