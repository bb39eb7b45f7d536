import { ZIGZAG_TO_NATURAL } from '../jpeg/dct/zigzag.ts';

/** Magnitudes above this share one price a doubling; they are rare. */
const MAX_COUNTED = 15;

/**
 * What a coefficient costs in bits, by its place in the zigzag order and its magnitude: the entropy of what has been
 * quantised so far. Adaptive entropy coders come close to it; it knows nothing of end-of-block or of neighbours.
 */
export class RateModel {
  /** 64 places × (magnitudes 0 … MOST_COUNTED), in bits, sign included. */
  readonly #bits = new Float64Array(64 * (MAX_COUNTED + 1));

  /** Before anything is known: zeros are cheap, magnitudes cost by their length. */
  constructor() {
    for (let place = 0; place < 64; place++) {
      for (let magnitude = 0; magnitude <= MAX_COUNTED; magnitude++) {
        this.#bits[place * (MAX_COUNTED + 1) + magnitude] =
          magnitude === 0 ? 0.15 : 4 + 0.03 * place + 2 * Math.log2(magnitude);
      }
    }
  }

  /** Bits of `value` at `natural`, the natural index inside its block. */
  bits(natural: number, value: number): number {
    const magnitude = Math.abs(value);
    const row = PLACE_OF_NATURAL[natural] * (MAX_COUNTED + 1);
    return magnitude <= MAX_COUNTED
      ? this.#bits[row + magnitude]
      : this.#bits[row + MAX_COUNTED] + 2 * Math.log2(magnitude / MAX_COUNTED);
  }

  /** Learns prices from quantised blocks: 64 coefficients each, natural order. */
  learn(blocks: Int16Array): void {
    const width = MAX_COUNTED + 1;
    const counts = new Float64Array(64 * width);
    for (let i = 0; i < blocks.length; i++) {
      counts[PLACE_OF_NATURAL[i & 63] * width + Math.min(Math.abs(blocks[i]), MAX_COUNTED)]++;
    }
    for (let place = 0; place < 64; place++) {
      let total = 0;
      // A magnitude that was not seen yet must stay possible, the less so the greater it is.
      for (let m = 0; m < width; m++) total += counts[place * width + m] += 0.5 / (1 + m * m);
      for (let m = 0; m < width; m++) {
        this.#bits[place * width + m] = -Math.log2(counts[place * width + m] / total) + (m > 0 ? 1 : 0);
      }
    }
  }
}

const PLACE_OF_NATURAL = new Uint8Array(64);
ZIGZAG_TO_NATURAL.forEach((natural, place) => {
  PLACE_OF_NATURAL[natural] = place;
});
