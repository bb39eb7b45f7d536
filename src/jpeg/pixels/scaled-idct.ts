import { ScaledInverseDctRows } from '../../../kernels/jpeg-pixels/kernels.ts';
import { DCT_BASIS } from '../dct/basis.ts';

/** Mid-grey, and what rounds halves up where sums of float64 are a little below them. */
const HALF_UP = 128.5 + 1e-9;

/**
 * The inverse DCT of rows of blocks at size × size samples per block instead of 8 × 8, as libjpeg-turbo scales (jddctmgr.c): means of
 * neighbouring samples at 1, 2 and 4; at other sizes, up to 16, the DCT of that many points on the low frequencies. Float64,
 * rounded and clamped once.
 */
export class ScaledInverseDct {
  readonly #size: number;
  readonly #quantization: Uint16Array;
  /** size × 8. */
  readonly #basis: Float64Array;
  /** Frequencies that the basis does not leave out. */
  readonly #frequencies: readonly number[];
  readonly #samples: Uint8ClampedArray<ArrayBuffer>;
  readonly #rows: Uint8Array;
  readonly #columns: Float64Array;

  /**
   * @param count blocks per row
   * @param quantization 64 entries, natural order
   */
  constructor(count: number, quantization: Uint16Array, size: number) {
    this.#size = size;
    this.#quantization = quantization;
    this.#basis = scaledBasis(size);
    this.#frequencies = frequenciesOf(this.#basis);
    this.#samples = new Uint8ClampedArray(count * size * size);
    this.#rows = new Uint8Array(this.#samples.buffer);
    this.#columns = new Float64Array(size * 8);
  }

  /**
   * @param coefficients count × 64 quantised coefficients, natural order
   * @returns `size` lines of size · count samples; overwritten by the next call
   */
  run(coefficients: Int16Array): Uint8Array {
    const line = (coefficients.length / 64) * this.#size;
    for (let start = 0, to = 0; start < coefficients.length; start += 64, to += this.#size) {
      this.#block(coefficients, start, to, line);
    }
    return this.#rows;
  }

  #block(coefficients: Int16Array, start: number, to: number, line: number): void {
    const size = this.#size;
    const basis = this.#basis;
    const columns = this.#columns.fill(0);
    const frequencies = this.#frequencies;
    let used = 0;
    for (const v of frequencies) {
      for (const u of frequencies) {
        const quantised = coefficients[start + 8 * v + u];
        if (quantised === 0) continue;
        const coefficient = quantised * this.#quantization[8 * v + u];
        for (let y = 0; y < size; y++) columns[8 * y + u] += basis[8 * y + v] * coefficient;
        used |= 1 << u;
      }
    }
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let sample = HALF_UP;
        for (const u of frequencies) {
          if (used & (1 << u)) sample += basis[8 * x + u] * columns[8 * y + u];
        }
        this.#samples[to + y * line + x] = Math.floor(sample);
      }
    }
  }
}

/** The same at 1 × 1, the mean of a block, from the DCs alone. */
export class BlockMeans {
  readonly #step: number;
  readonly #samples: Uint8ClampedArray<ArrayBuffer>;
  readonly #rows: Uint8Array;

  constructor(count: number, quantization: Uint16Array) {
    this.#step = quantization[0];
    this.#samples = new Uint8ClampedArray(count);
    this.#rows = new Uint8Array(this.#samples.buffer);
  }

  /** @param dcs quantised, one per block */
  run(dcs: Int16Array): Uint8Array {
    for (let at = 0; at < dcs.length; at++) {
      this.#samples[at] = 128 + ((dcs[at] * this.#step + 4) >> 3);
    }
    return this.#rows;
  }
}

/** In WebAssembly, or without it where a page forbids it: the same samples. */
export function scaledInverseDct(
  count: number,
  quantization: Uint16Array,
  size: number,
): Pick<ScaledInverseDct, 'run'> {
  try {
    const basis = scaledBasis(size);
    return new ScaledInverseDctRows(count, quantization, basis, frequenciesOf(basis));
  } catch {
    return new ScaledInverseDct(count, quantization, size);
  }
}

/** Frequencies that a basis does not leave out. */
function frequenciesOf(basis: Float64Array): readonly number[] {
  return [0, 1, 2, 3, 4, 5, 6, 7].filter((u) =>
    basis.some((value, at) => at % 8 === u && Math.abs(value) > 1e-12),
  );
}

/** Samples of a block's line by its 8 frequencies: size × 8. */
function scaledBasis(size: number): Float64Array {
  const basis = new Float64Array(size * 8);
  const shared = 8 / size;
  for (let x = 0; x < size; x++) {
    for (let u = 0; u < 8; u++) {
      if (Number.isInteger(shared)) {
        for (let i = 0; i < shared; i++) basis[8 * x + u] += DCT_BASIS[8 * u + x * shared + i] / shared;
      } else if (u < size) {
        basis[8 * x + u] = (u === 0 ? Math.SQRT1_2 : Math.cos(((2 * x + 1) * u * Math.PI) / (2 * size))) / 2;
      }
    }
  }
  return basis;
}
