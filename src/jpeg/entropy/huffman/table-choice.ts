import { huffmanEncodingTable, optimalHuffmanCode } from './encoding-table.ts';
import type { HuffmanSpecification } from './specification.ts';
import type { SymbolStatistics } from './symbol-sink.ts';

/** The Huffman tables of a scan or an image, and the ones each component uses. */
export interface HuffmanChoice {
  /** Tables that are used together: a DC and an AC table, or only one of them. */
  readonly groups: readonly (readonly HuffmanSpecification[])[];
  readonly groupOfComponent: readonly number[];
}

/** Statistics of one component: one entry per table that it needs. */
export type ComponentStatistics = readonly SymbolStatistics[];

/**
 * Chooses the tables for components with these statistics: one group for all of them or, if that takes fewer bytes,
 * two, the maximum of baseline (T.81 Table B.5): one for Y, or the first and last of four components, and one for
 * the two between them, Cb and Cr.
 */
export function chooseHuffmanTables(statistics: readonly ComponentStatistics[]): HuffmanChoice {
  const shared = tablesFor(
    statistics,
    statistics.map(() => 0),
  );
  if (statistics.length === 1) return shared.choice;
  const divided = tablesFor(
    statistics,
    statistics.map((_, index) => (index === 1 || index === 2 ? 1 : 0)),
  );
  return divided.bits < shared.bits ? divided.choice : shared.choice;
}

/** The best tables for a division of the components, and the bits of the tables and all codes. */
function tablesFor(
  statistics: readonly ComponentStatistics[],
  groupOfComponent: readonly number[],
): { choice: HuffmanChoice; bits: number } {
  const groups: HuffmanSpecification[][] = [];
  let bits = 0;
  for (const group of new Set(groupOfComponent)) {
    const members = statistics.filter((_, index) => groupOfComponent[index] === group);
    groups[group] = members[0].map((_, table) => {
      const frequencies = sum(members.map((member) => member[table].frequencies));
      const specification = optimalHuffmanCode(frequencies);
      bits += bitsWith(specification, frequencies);
      return specification;
    });
  }
  return { choice: { groups, groupOfComponent }, bits };
}

function sum(frequencies: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, symbol) =>
    frequencies.reduce((total, each) => total + each[symbol], 0),
  );
}

/** Bits of a table in its DHT segment and of all its codes in the scans. */
function bitsWith(specification: HuffmanSpecification, frequencies: Uint32Array): number {
  const { lengths } = huffmanEncodingTable(specification);
  const table = (17 + specification.symbols.length) * 8;
  return frequencies.reduce((bits, frequency, symbol) => bits + frequency * lengths[symbol], table);
}
