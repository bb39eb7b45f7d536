/** A Huffman code as a DHT segment describes it (T.81 B.2.4.2, Annex C). */
export interface HuffmanSpecification {
  /** BITS: entry n is the number of codes of n bits, n = 1…16; entry 0 is 0. */
  readonly counts: Uint16Array;
  /** HUFFVAL: the symbols in order of increasing code. */
  readonly symbols: Uint8Array;
}
