import { huffmanEncodingTable, optimalHuffmanCode } from './huffman-encoding-table.ts';
import type { HuffmanSpecification } from './huffman-specification.ts';
import type { SymbolStatistics } from './sequential-coder.ts';

/** A pair of Huffman tables. */
export interface HuffmanPair {
  readonly dc: HuffmanSpecification;
  readonly ac: HuffmanSpecification;
}

/** The pairs of tables of an image, and which of them each component is coded with. */
export interface HuffmanChoice {
  readonly pairs: readonly HuffmanPair[];
  readonly pairOfComponent: readonly number[];
}

/**
 * Chooses the tables for components with these statistics: one pair for all of them, or, where that takes fewer bytes,
 * two, which is what baseline allows (T.81 Table B.5): one pair for Y, or the first and last of four components, and
 * one for the two between them, Cb and Cr.
 */
export function chooseHuffmanTables(statistics: readonly SymbolStatistics[]): HuffmanChoice {
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

/** The best tables for a division of the components, and the bits that the tables and all codes take. */
function tablesFor(
  statistics: readonly SymbolStatistics[],
  pairOfComponent: readonly number[],
): { choice: HuffmanChoice; bits: number } {
  const pairs: HuffmanPair[] = [];
  let bits = 0;
  for (const pair of new Set(pairOfComponent)) {
    const members = statistics.filter((_, index) => pairOfComponent[index] === pair);
    const dcFrequencies = sum(members.map((member) => member.dcFrequencies));
    const acFrequencies = sum(members.map((member) => member.acFrequencies));
    const dc = optimalHuffmanCode(dcFrequencies);
    const ac = optimalHuffmanCode(acFrequencies);
    pairs[pair] = { dc, ac };
    bits += bitsWith(dc, dcFrequencies) + bitsWith(ac, acFrequencies);
  }
  return { choice: { pairs, pairOfComponent }, bits };
}

function sum(frequencies: readonly Uint32Array[]): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, symbol) =>
    frequencies.reduce((total, each) => total + each[symbol], 0),
  );
}

/** Bits that a table takes in its DHT segment, and all its codes in the scans. */
function bitsWith(specification: HuffmanSpecification, frequencies: Uint32Array): number {
  const { lengths } = huffmanEncodingTable(specification);
  const table = (17 + specification.symbols.length) * 8;
  return frequencies.reduce((bits, frequency, symbol) => bits + frequency * lengths[symbol], table);
}
