import { SequentialArithmeticScan } from '../../../../kernels/jpeg-arithmetic/kernels.ts';
import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { ArithmeticConditioning } from '../../entropy/arithmetic/conditioning.ts';
import {
  AFTER_LESS_PROBABLE,
  AFTER_MORE_PROBABLE,
  PROBABILITY,
} from '../../entropy/arithmetic/estimation.ts';
import { differenceLimits } from '../../entropy/arithmetic/statistics.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';

const TABLES = {
  probability: PROBABILITY,
  afterMoreProbable: AFTER_MORE_PROBABLE,
  afterLessProbable: AFTER_LESS_PROBABLE,
  zigzag: ZIGZAG_TO_NATURAL,
};

/**
 * A decoder in WebAssembly of a sequential, arithmetic-coded scan of one component; `exact` where there can be none.
 *
 * @param exact decodes the same: what is not sound it reads again, and says what is wrong
 */
export function soundArithmeticDecoder(
  bytes: Uint8Array,
  offset: number,
  conditioning: ArithmeticConditioning,
  exact: EntropyDecoder,
): EntropyDecoder {
  try {
    const limits = { ...differenceLimits(conditioning), acThreshold: conditioning.acThreshold };
    return new SoundArithmeticDecoder(new SequentialArithmeticScan(bytes, offset, limits, TABLES), exact);
  } catch {
    // No WebAssembly (a page may forbid it), or more data than its memory holds.
    return exact;
  }
}

class SoundArithmeticDecoder implements EntropyDecoder {
  readonly #scan: SequentialArithmeticScan;
  readonly #exact: EntropyDecoder;
  #segment = 0;
  /** Blocks of the segment so far. */
  #blocks = 0;
  #isSound = true;

  constructor(scan: SequentialArithmeticScan, exact: EntropyDecoder) {
    this.#scan = scan;
    this.#exact = exact;
  }

  start(offset: number): void {
    this.#segment = offset;
    this.#blocks = 0;
    this.#isSound = true;
    this.#scan.start(offset);
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: as EntropyDecoder has it
  block(component: number, coefficients: Int16Array, offset: number): boolean | void {
    if (this.#isSound) {
      const block = this.#scan.block();
      if (block !== undefined) {
        this.#blocks++;
        if (block) coefficients.set(block, offset);
        return block !== null;
      }
      this.#readAgain();
    }
    return this.#exact.block(component, coefficients, offset);
  }

  finish(): number {
    if (this.#isSound) {
      const marker = this.#scan.finish();
      if (marker !== undefined) return marker;
      this.#readAgain();
    }
    return this.#exact.finish();
  }

  /** Brings the exact decoder to where this one stands. */
  #readAgain(): void {
    this.#isSound = false;
    const scratch = new Int16Array(64);
    this.#exact.start(this.#segment);
    for (let block = 0; block < this.#blocks; block++) this.#exact.block(0, scratch, 0);
  }
}
