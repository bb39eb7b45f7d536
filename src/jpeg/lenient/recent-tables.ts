import { type HuffmanDecodingTable, huffmanDecodingTable } from '../entropy/huffman/decoding-table.ts';
import type { HuffmanSpecification } from '../entropy/huffman/specification.ts';

/** Most pictures use the four tables of T.81 K.3, and those of one encoder the same ones. */
const KEPT = 8;

const recent: { readonly specification: HuffmanSpecification; readonly table: HuffmanDecodingTable }[] = [];

/** `huffmanDecodingTable`, but the same object for the same code as long as it is among the last ones. */
export function recentTable(
  specification: HuffmanSpecification,
  refusal: Parameters<typeof huffmanDecodingTable>[1],
): HuffmanDecodingTable {
  for (const known of recent) {
    if (
      isSame(known.specification.counts, specification.counts) &&
      isSame(known.specification.symbols, specification.symbols)
    ) {
      return known.table;
    }
  }
  const table = huffmanDecodingTable(specification, refusal);
  if (recent.unshift({ specification, table }) > KEPT) recent.pop();
  return table;
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
