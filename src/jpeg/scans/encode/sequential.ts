import { ByteWriter } from '../../entropy/byte-writer.ts';
import { BitWriter } from '../../entropy/huffman/bit-writer.ts';
import { type SymbolSink, SymbolStatistics, SymbolWriter } from '../../entropy/huffman/symbol-sink.ts';
import { chooseHuffmanTables } from '../../entropy/huffman/table-choice.ts';
import { MARKER } from '../../markers/markers.ts';
import { SEQUENTIAL_SCAN } from '../../markers/scan-header.ts';
import {
  needsWords,
  writeHuffmanTables,
  writeImageHeader,
  writeRestartInterval,
  writeScanHeader,
} from '../../markers/segment-writer.ts';
import type { EncoderImage, LaidOutComponent } from './encoder-input.ts';
import { divideIntoScans, encodeScan } from './scan-encoder.ts';
import { SequentialCoder } from './sequential-coder.ts';

/** Sequential with optimised Huffman tables: SOF0, or SOF1 where a quantisation table has entries above 255. */
export function encodeSequential(
  image: EncoderImage,
  components: readonly LaidOutComponent[],
  restartInterval: number,
  interleaved: boolean,
): Uint8Array {
  const scans = divideIntoScans(components, interleaved).map((indices) => ({
    indices,
    members: indices.map((index) => components[index]),
  }));
  const coders = (indices: readonly number[], sinks: readonly (readonly SymbolSink[])[]) =>
    indices.map((index) => new SequentialCoder(components[index], sinks[index][0], sinks[index][1]));

  // First pass: count the symbols, which determines the tables.
  const statistics = components.map(() => [new SymbolStatistics(), new SymbolStatistics()]);
  for (const { indices, members } of scans) encodeScan(members, coders(indices, statistics), restartInterval);
  const { groups, groupOfComponent } = chooseHuffmanTables(statistics);

  const output = new ByteWriter();
  const words = components.some(({ quantization }) => needsWords(quantization));
  writeImageHeader(output, words ? MARKER.SOF1 : MARKER.SOF0, image, components);
  writeHuffmanTables(
    output,
    groups.flatMap(([dc, ac], identifier) => [
      { tableClass: 0, identifier, specification: dc },
      { tableClass: 1, identifier, specification: ac },
    ]),
  );
  if (restartInterval > 0) writeRestartInterval(output, restartInterval);

  // Second pass: write the symbols.
  const segment = new BitWriter(output);
  const groupWriters = groups.map((tables) => tables.map((table) => new SymbolWriter(segment, table)));
  const writers = groupOfComponent.map((group) => groupWriters[group]);
  for (const { indices, members } of scans) {
    const tables = indices.map((index) => groupOfComponent[index]);
    writeScanHeader(output, members, { dcTables: tables, acTables: tables }, SEQUENTIAL_SCAN);
    encodeScan(members, coders(indices, writers), restartInterval, { output, segment });
  }
  output.marker(MARKER.EOI);
  return output.toUint8Array();
}
