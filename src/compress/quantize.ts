import { forwardDct8x8 } from '../jpeg/dct/dct.ts';

/**
 * Turns pictures of weights into quantised coefficients, block by block: level-shifted samples → DCT (T.81 A.3.3) →
 * division by the table and rounding to the nearest integer (T.81 A.3.4).
 */
export class BlockQuantizer {
  readonly #quantization: Uint16Array;
  readonly #samples = new Float64Array(64);
  readonly #transformed = new Float64Array(64);

  /** `quantization`: 64 entries in natural order. */
  constructor(quantization: Uint16Array) {
    this.#quantization = quantization;
  }

  /**
   * Quantises the 8×8 block whose top left sample is (x, y) of a picture of level-shifted samples (sample − 128).
   * Samples outside the picture, which a reader ignores, repeat the nearest one inside: that costs few bits.
   * Writes 64 coefficients in natural order to `output` from index `at`.
   */
  block(picture: SamplePicture, x: number, y: number, output: Int16Array, at: number): void {
    const samples = this.#samples;
    for (let row = 0; row < 8; row++) {
      const sourceRow = clamp(y + row, picture.height);
      for (let column = 0; column < 8; column++) {
        const source = picture.start + sourceRow * picture.width + clamp(x + column, picture.width);
        samples[row * 8 + column] = picture.sample(source);
      }
    }
    forwardDct8x8(samples, this.#transformed);
    for (let k = 0; k < 64; k++) {
      output[at + k] = Math.round(this.#transformed[k] / this.#quantization[k]);
    }
  }
}

/** A picture inside a weight matrix: `width` × `height` weights from element `start` on, row-major without gaps. */
export interface SamplePicture {
  readonly width: number;
  readonly height: number;
  readonly start: number;
  /** The level-shifted sample (sample − 128, not rounded) of an element of the weight matrix. */
  sample(element: number): number;
}

function clamp(position: number, size: number): number {
  return Math.min(Math.max(position, 0), size - 1);
}
