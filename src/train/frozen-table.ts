import { roundHalfToEven } from '../rounding.ts';

/** A quantisation table as written to the file. */
export interface FrozenTable {
  /** 64 integers 1…255, natural order. */
  readonly quantization: Uint16Array;
  /** Weight per sample step: steps are quantization × scale. */
  readonly scale: number;
}

/** Significant digits of a scale: sufficient, and few bytes in the manifest. */
const SCALE_DIGITS = 3;

/** Samples of the maximum weight when tables are frozen: ±128 minus headroom. */
const SAMPLE_RANGE = 112;

/**
 * Steps as integers and a scale of few digits. The scale keeps weights within ±128 samples where the steps allow it, so that a
 * pixel decoder does not clip them.
 *
 * @param steps 64 learnt steps
 * @param latent blocks of 64 coefficients before rounding: steps of frequencies that all round to 0 do not count
 * @param maxWeight maximum magnitude of the weights
 */
export function frozenTable(steps: Float64Array, latent: Float32Array, maxWeight: number): FrozenTable {
  const used = new Uint8Array(64);
  latent.forEach((value, i) => {
    if (Math.abs(value) > 0.5) used[i % 64] = 1;
  });
  const max = steps.reduce((max, step, k) => (used[k] ? Math.max(max, step) : max), 0);
  const wanted = Math.max(maxWeight / SAMPLE_RANGE, (max || steps[0]) / 255);
  const scale = Number(wanted.toPrecision(SCALE_DIGITS));
  const entry = (step: number): number => Math.min(255, Math.max(1, Math.round(step / scale)));
  return { quantization: Uint16Array.from(steps, entry), scale };
}

/** Coefficients before rounding, rounded as `f32x4.nearest` in the kernels does. */
export function quantizedCoefficients(latent: Float32Array): Int16Array {
  const coefficients = new Int16Array(latent.length);
  for (let i = 0; i < latent.length; i++) {
    if (Math.abs(latent[i]) > 0.5) coefficients[i] = roundHalfToEven(latent[i]);
  }
  return coefficients;
}
