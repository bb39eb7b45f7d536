import { roundHalfToEven } from '../rounding.ts';

/** A quantisation table as written to the file, and the scales of the sheets that share it. */
export interface FrozenTable {
  /** 64 integers 1…255, natural order. */
  readonly quantization: Uint16Array;
  /** Weight per sample step of each sheet: its steps are quantization × scale. */
  readonly scales: readonly number[];
}

/** What a table has to serve. */
export interface TableUser {
  /** The sheet's steps as a multiple of the table's. */
  readonly factor: number;
  /** Blocks of 64 coefficients before rounding: steps of frequencies that all round to 0 do not count. */
  readonly latent: Float32Array;
  /** Maximum magnitude of the weights. */
  readonly maxWeight: number;
}

/** Significant digits of a scale: sufficient, and few bytes in the manifest. */
const SCALE_DIGITS = 3;

/** Samples of the maximum weight when tables are frozen: ±128 minus headroom. */
const SAMPLE_RANGE = 112;

/**
 * Steps as integers and scales of few digits. The scales keep weights within ±128 samples where the steps allow it, so that a
 * pixel decoder does not clip them.
 *
 * @param steps 64 learnt steps, of a sheet with the factor 1
 */
export function frozenTable(steps: Float64Array, users: readonly TableUser[]): FrozenTable {
  const used = new Uint8Array(64);
  for (const { latent } of users) {
    latent.forEach((value, i) => {
      if (Math.abs(value) > 0.5) used[i % 64] = 1;
    });
  }
  const max = steps.reduce((max, step, k) => (used[k] ? Math.max(max, step) : max), 0);
  const unit = users.reduce(
    (unit, { factor, maxWeight }) => Math.max(unit, maxWeight / SAMPLE_RANGE / factor),
    (max || steps[0]) / 255,
  );
  const entry = (step: number): number => Math.min(255, Math.max(1, Math.round(step / unit)));
  return {
    quantization: Uint16Array.from(steps, entry),
    scales: users.map(({ factor }) => Number((unit * factor).toPrecision(SCALE_DIGITS))),
  };
}

/** Coefficients before rounding, rounded as `f32x4.nearest` in the kernels does. */
export function quantizedCoefficients(latent: Float32Array): Int16Array {
  const coefficients = new Int16Array(latent.length);
  for (let i = 0; i < latent.length; i++) {
    if (Math.abs(latent[i]) > 0.5) coefficients[i] = roundHalfToEven(latent[i]);
  }
  return coefficients;
}
