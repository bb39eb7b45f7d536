import { ByteWriter } from '../../entropy/byte-writer.ts';
import { BitWriter } from '../../entropy/huffman/bit-writer.ts';
import { type SymbolSink, SymbolStatistics, SymbolWriter } from '../../entropy/huffman/symbol-sink.ts';
import { chooseHuffmanTables, type HuffmanChoice } from '../../entropy/huffman/table-choice.ts';
import { MARKER } from '../../markers/markers.ts';
import {
  writeHuffmanTables,
  writeImageHeader,
  writeRestartInterval,
  writeScanHeader,
} from '../../markers/segment-writer.ts';
import type { EncoderImage, LaidOutComponent } from './encoder-input.ts';
import { AcFirstCoder, AcRefinementCoder, DcFirstCoder, DcRefinementCoder } from './progressive-coder.ts';
import { type BlockCoder, encodeScan } from './scan-encoder.ts';
import type { ProgressiveScan } from './scan-script.ts';

/** Progressive with Huffman tables that are optimised for each scan: SOF2. */
export function encodeProgressive(
  image: EncoderImage,
  components: readonly LaidOutComponent[],
  restartInterval: number,
  scans: readonly ProgressiveScan[],
): Uint8Array {
  const output = new ByteWriter();
  writeImageHeader(output, MARKER.SOF2, image, components);
  if (restartInterval > 0) writeRestartInterval(output, restartInterval);
  for (const scan of scans) {
    writeScan(
      output,
      scan.components.map((index) => components[index]),
      scan,
      restartInterval,
    );
  }
  output.marker(MARKER.EOI);
  return output.toUint8Array();
}

function writeScan(
  output: ByteWriter,
  components: readonly LaidOutComponent[],
  scan: ProgressiveScan,
  restartInterval: number,
): void {
  const isDc = scan.spectralStart === 0;
  const coders = (sinks: readonly SymbolSink[]) =>
    components.map((component, index) => blockCoder(component, scan, sinks[index]));

  // First pass: count the symbols. A refinement scan of DC has none, and thus no tables.
  let choice: HuffmanChoice = { groups: [[NO_TABLE]], groupOfComponent: components.map(() => 0) };
  if (!isDc || scan.approximationHigh === 0) {
    const statistics = components.map(() => new SymbolStatistics());
    encodeScan(components, coders(statistics), restartInterval);
    choice = chooseHuffmanTables(statistics.map((each) => [each]));
    writeHuffmanTables(
      output,
      choice.groups.map(([specification], identifier) => ({
        tableClass: isDc ? 0 : 1,
        identifier,
        specification,
      })),
    );
  }

  // Second pass: write the symbols.
  const segment = new BitWriter(output);
  const writers = choice.groups.map(([specification]) => new SymbolWriter(segment, specification));
  const { groupOfComponent } = choice;
  const none = components.map(() => 0);
  writeScanHeader(
    output,
    components,
    isDc ? { dcTables: groupOfComponent, acTables: none } : { dcTables: none, acTables: groupOfComponent },
    scan,
  );
  encodeScan(components, coders(groupOfComponent.map((group) => writers[group])), restartInterval, {
    output,
    segment,
  });
}

const NO_TABLE = { counts: new Uint16Array(17), symbols: new Uint8Array(0) };

function blockCoder(component: LaidOutComponent, scan: ProgressiveScan, sink: SymbolSink): BlockCoder {
  const first = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    return first ? new DcFirstCoder(component, scan, sink) : new DcRefinementCoder(component, scan, sink);
  }
  return first ? new AcFirstCoder(component, scan, sink) : new AcRefinementCoder(component, scan, sink);
}
