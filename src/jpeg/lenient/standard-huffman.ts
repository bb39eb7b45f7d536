import { type HuffmanDecodingTable, huffmanDecodingTable } from '../entropy/huffman/decoding-table.ts';
import type { HuffmanClass } from '../markers/table-segments.ts';

/**
 * The typical Huffman tables of T.81 K.3 (Tables K.3 to K.6), by class and identifier: 0 for luminance, 1 for
 * chrominance. Frames of Motion JPEG have no tables of their own and mean these.
 */
const BITS: Record<HuffmanClass, readonly string[]> = {
  0: ['00010501010101010100000000000000', '00030101010101010101010000000000'],
  1: ['0002010303020403050504040000017d', '00020102040403040705040400010277'],
};

/** Symbols of the AC tables in order of increasing code; those of the DC tables are 0 to 11. */
const AC_SYMBOLS: readonly string[] = [
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738' +
    '393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4' +
    'a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637' +
    '38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2' +
    'a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
];

/** The table of that class and identifier; undefined for identifiers 2 and 3, which have none. */
export function standardHuffmanTable(
  tableClass: HuffmanClass,
  identifier: number,
): HuffmanDecodingTable | undefined {
  if (identifier > 1) return undefined;
  const counts = Uint16Array.of(0, ...fromHex(BITS[tableClass][identifier]));
  const symbols =
    tableClass === 0 ? Uint8Array.from({ length: 12 }, (_, k) => k) : fromHex(AC_SYMBOLS[identifier]);
  return huffmanDecodingTable({ counts, symbols }, (reason) => {
    throw new Error(reason);
  });
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) as string[], (byte) => Number.parseInt(byte, 16));
}
