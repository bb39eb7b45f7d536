import { ZIGZAG_TO_NATURAL } from '../jpeg/dct/zigzag.ts';

/**
 * Estimates the bits of coefficients in the arithmetic coder of T.81 Annex F.1.4. Its decisions for AC coefficients
 * have one context each per zigzag position: is this the end of the block (coded at the start of a block and after a
 * nonzero coefficient), is this coefficient zero, is its magnitude above 1. DC is coded as the difference to the block
 * before.
 *
 * Here every context has the probability of its decision in the whole layer, which an adaptive coder nearly reaches.
 */

/** Bits of the two outcomes of one decision. */
class Decision {
  no = 0.5;
  yes = 0.5;
  bitsNo = 1;
  bitsYes = 1;

  count(outcome: boolean): void {
    if (outcome) this.yes++;
    else this.no++;
  }

  reckon(): void {
    const total = this.yes + this.no;
    this.bitsNo = -Math.log2(this.no / total);
    this.bitsYes = -Math.log2(this.yes / total);
  }
}

/** Magnitudes are coded as a category in unary, then bits that are nearly random. */
const CATEGORIES = 12;

class Magnitudes {
  readonly #above: Decision[] = Array.from({ length: CATEGORIES }, () => new Decision());

  count(magnitude: number): void {
    const category = magnitudeCategory(magnitude);
    for (let i = 0; i <= Math.min(category, CATEGORIES - 1); i++) this.#above[i].count(category > i);
  }

  reckon(): void {
    for (const decision of this.#above) decision.reckon();
  }

  /** Bits of a magnitude of 1 or more, without its sign. */
  bits(magnitude: number): number {
    const category = magnitudeCategory(magnitude);
    let bits = Math.max(0, category - 1);
    for (let i = 0; i < Math.min(category, CATEGORIES); i++) bits += this.#above[i].bitsYes;
    return bits + (category < CATEGORIES ? this.#above[category].bitsNo : 0);
  }
}

/** 1 → 0, 2 → 1, 3 and 4 → 2, 5 to 8 → 3, …: T.81 F.1.4.1.2 codes magnitude − 1. */
function magnitudeCategory(magnitude: number): number {
  return magnitude <= 1 ? 0 : 32 - Math.clz32(magnitude - 1);
}

/** By zigzag place k. */
interface Prices {
  /** Bits of zeros at 1…k−1, excluding end-of-block decisions. */
  readonly zeros: Float64Array;
  /** Bits of a coefficient with a nonzero one after it, excluding its magnitude. */
  readonly between: Float64Array;
  /** Bits of a coefficient that ends its block, if all before it are zero. */
  readonly atEnd: Float64Array;
  /** Bits of continuing at k where the block ended, minus those of the zeros before. */
  readonly goOn: Float64Array;
}

const EMPTY_BLOCK = new Int16Array(64);

/** The statistics of one layer's coefficients, and the costs derived from them. */
export class RateModelOfLayer {
  /** [k]: does the block end before zigzag position k? k = 1…63. */
  readonly #end = Array.from({ length: 65 }, () => new Decision());
  /** [k]: is position k nonzero, given that the block continues? */
  readonly #nonzero = Array.from({ length: 64 }, () => new Decision());
  readonly #magnitudes = new Magnitudes();
  readonly #differs = new Decision();
  readonly #differences = new Magnitudes();
  readonly #coefficients: Int16Array;
  /** Block index in `coefficients` of the i-th coded block. */
  readonly #order: Uint32Array;

  /** `coefficients`: blocks of 64 in natural order; `order`: their indices in coded order. */
  constructor(coefficients: Int16Array, order: Uint32Array) {
    this.#coefficients = coefficients;
    this.#order = order;
    this.#count();
  }

  /** Bits of the whole layer, or of other coefficients with this layer's statistics. */
  totalBits(coefficients: Int16Array = this.#coefficients): number {
    let bits = 0;
    let previous = 0;
    for (const block of this.#order) {
      const dc = coefficients[block * 64];
      bits += this.#differenceBits(dc - previous) + this.#blockBits(coefficients, block * 64);
      previous = dc;
    }
    return bits;
  }

  /**
   * Per coefficient, the bits it costs not to be zero while all others are unchanged: with its own value, or ±1
   * if it is zero now. Written to `weights` as a factor of log2(1 + 2·|value|).
   */
  marginalWeights(weights: Float32Array): void {
    const prices = this.#prices();
    const empty = new Float32Array(64);
    this.#acWeights(EMPTY_BLOCK, 0, empty, 0, prices);
    const order = this.#order;
    for (let i = 0; i < order.length; i++) {
      const at = order[i] * 64;
      if (isEmpty(this.#coefficients, at)) weights.set(empty, at);
      else this.#acWeights(this.#coefficients, at, weights, at, prices);
      const before = i === 0 ? 0 : this.#coefficients[order[i - 1] * 64];
      const after = i + 1 < order.length ? this.#coefficients[order[i + 1] * 64] : undefined;
      weights[at] = this.#dcWeight(this.#coefficients[at], before, after);
    }
  }

  /** The parts of a coefficient's cost that depend only on its position. */
  #prices(): Prices {
    const prices = {
      zeros: new Float64Array(65),
      between: new Float64Array(64),
      atEnd: new Float64Array(64),
      goOn: new Float64Array(64),
    };
    for (let k = 1; k < 64; k++) {
      const { bitsYes, bitsNo } = this.#nonzero[k];
      const end = this.#end[k];
      const following = this.#end[k + 1];
      prices.zeros[k + 1] = prices.zeros[k] + bitsNo;
      prices.between[k] = bitsYes + 1 + following.bitsNo - bitsNo;
      prices.atEnd[k] = bitsYes + 1 + prices.zeros[k] + (k < 63 ? following.bitsYes : 0);
      prices.goOn[k] = end.bitsNo - end.bitsYes - prices.zeros[k];
    }
    return prices;
  }

  #acWeights(block: Int16Array, at: number, weights: Float32Array, target: number, prices: Prices): void {
    const { between, atEnd, goOn } = prices;
    let end = 63;
    while (end > 0 && block[at + ZIGZAG_TO_NATURAL[end]] === 0) end--;
    const one = this.#magnitudes.bits(1);
    // The previous nonzero position.
    let last = 0;
    for (let k = 1; k < 64; k++) {
      const natural = ZIGZAG_TO_NATURAL[k];
      const magnitude = Math.abs(block[at + natural]);
      const place = k < end ? between[k] : atEnd[k] + goOn[last + 1];
      const bits = place + (magnitude > 1 ? this.#magnitudes.bits(magnitude) : one);
      weights[target + natural] = perUnit(bits, magnitude);
      if (magnitude > 0) last = k;
    }
  }

  #dcWeight(value: number, before: number, after: number | undefined): number {
    const cost = (dc: number): number =>
      this.#differenceBits(dc - before) + (after === undefined ? 0 : this.#differenceBits(after - dc));
    const bits = value !== 0 ? cost(value) - cost(0) : (cost(1) + cost(-1)) / 2 - cost(0);
    return perUnit(bits, Math.abs(value));
  }

  #differenceBits(difference: number): number {
    return difference === 0
      ? this.#differs.bitsNo
      : this.#differs.bitsYes + 1 + this.#differences.bits(Math.abs(difference));
  }

  #blockBits(coefficients: Int16Array, at: number): number {
    let bits = 0;
    let run = 0;
    let asked = true;
    let last = 0;
    for (let k = 1; k < 64; k++) {
      const value = coefficients[at + ZIGZAG_TO_NATURAL[k]];
      if (value === 0) {
        run += this.#nonzero[k].bitsNo;
        continue;
      }
      bits += this.#end[last + 1].bitsNo + run + this.#nonzero[k].bitsYes + 1;
      bits += this.#magnitudes.bits(Math.abs(value));
      run = 0;
      last = k;
      asked = k < 63;
    }
    return asked ? bits + this.#end[last + 1].bitsYes : bits;
  }

  #count(): void {
    let previous = 0;
    for (const block of this.#order) {
      const at = block * 64;
      const difference = this.#coefficients[at] - previous;
      previous = this.#coefficients[at];
      this.#differs.count(difference !== 0);
      if (difference !== 0) this.#differences.count(Math.abs(difference));
      let end = 63;
      while (end > 0 && this.#coefficients[at + ZIGZAG_TO_NATURAL[end]] === 0) end--;
      let ask = true;
      for (let k = 1; k <= end; k++) {
        if (ask) this.#end[k].count(false);
        const value = this.#coefficients[at + ZIGZAG_TO_NATURAL[k]];
        ask = value !== 0;
        this.#nonzero[k].count(ask);
        if (ask) this.#magnitudes.count(Math.abs(value));
      }
      if (end < 63) this.#end[end + 1].count(true);
    }
    for (const decision of this.#end) decision.reckon();
    for (const decision of this.#nonzero) decision.reckon();
    this.#magnitudes.reckon();
    this.#differs.reckon();
    this.#differences.reckon();
  }
}

/**
 * A DC value equal to its neighbours' costs less than zero bits; it still gets a small cost, so that nothing grows for
 * free.
 */
const MIN_BITS = 0.5;

const UNIT = Math.log2(3);

function perUnit(bits: number, magnitude: number): number {
  return Math.max(MIN_BITS, bits) / (magnitude <= 1 ? UNIT : Math.log2(1 + 2 * magnitude));
}

/** Whether a block has no AC coefficients. */
function isEmpty(coefficients: Int16Array, at: number): boolean {
  for (let k = 1; k < 64; k++) if (coefficients[at + k] !== 0) return false;
  return true;
}

/**
 * The order in which a contact sheet's blocks are coded: `tiles` tiles of across × down blocks, all tiles in one row of
 * the sheet.
 */
export function tileRowOrder(tiles: number, down: number, across: number): Uint32Array {
  const order = new Uint32Array(tiles * down * across);
  let at = 0;
  for (let row = 0; row < down; row++) {
    for (let tile = 0; tile < tiles; tile++) {
      for (let column = 0; column < across; column++)
        order[at++] = tile * down * across + row * across + column;
    }
  }
  return order;
}

export function rasterOrder(blocks: number): Uint32Array {
  return Uint32Array.from({ length: blocks }, (_, index) => index);
}
