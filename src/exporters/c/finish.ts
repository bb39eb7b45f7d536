/** How sums become the integers that the next layer takes: ((((sum >> preShift) · multiplier) + bias) + half) >> shift. */
export interface Finish {
  /** With `multipliers`: brings sums to int16. */
  readonly preShift: number;
  /** One per output where their scales differ. */
  readonly multipliers: Int16Array | null;
  readonly bias: Int32Array | null;
  readonly shift: number;
  /** Largest magnitude of an output; beyond it they are clamped. Of the last layer, whose sums stay int32, 0. */
  readonly limit: number;
  readonly relu: boolean;
  /** What 1 stands for in the outputs. */
  readonly unit: number;
}

/** The sums of a layer in exact numbers. */
export interface Sums {
  /** What 1 stands for in the sum of each output, biases aside. */
  readonly units: Float64Array;
  /** Largest magnitude of any sum. */
  readonly max: number;
  readonly bias: ArrayLike<number> | null;
  /** Bounds of the outputs, biases included, before a ReLU. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly relu: boolean;
  /** How large outputs may become before they are clamped; the bounds where it is larger. */
  readonly range: number;
}

export const INT16 = 32767;
/** Sums and biases stay below these, so that they can be added and rounded. */
const MAX_SUM = 2 ** 30;
const MAX_BIAS = 2 ** 29;

/** Largest magnitude of an output after the ReLU, in exact numbers, or the range beyond which it is clamped; above 0. */
export function outputBound({
  low,
  high,
  relu,
  range,
}: Pick<Sums, 'low' | 'high' | 'relu' | 'range'>): number {
  let bound = 0;
  for (let r = 0; r < high.length; r++) bound = Math.max(bound, high[r], relu ? 0 : -low[r]);
  return Math.min(bound, range) || bound || 1;
}

/** Whether one unit holds for all outputs, so that no multiplications are needed. */
export function isUniform(units: Float64Array): boolean {
  return units.every((unit) => unit === units[0]);
}

/**
 * The finish of a layer whose outputs may reach `limit`, 0 for the last layer. Undefined where sums and biases would overflow:
 * then the sums must get a larger unit.
 */
export function finishOf(sums: Sums, limit: number): Finish | undefined {
  const { units, max, bias, relu } = sums;
  const uniform = isUniform(units);
  const largest = units.reduce((a, b) => Math.max(a, b), 0) || 1;
  const preShift = uniform ? 0 : shiftTo(max, INT16);
  let unit = uniform ? largest : (largest * 2 ** preShift) / INT16;
  const bound = outputBound(sums);
  if (!uniform) {
    unit = Math.max(unit, ...Array.from(bias ?? [], (b) => Math.abs(b) / MAX_BIAS));
    // A unit up to twice as large lets the outputs use all of their range.
    if (limit > 0 && bound / unit > limit) unit *= fill(bound / unit, limit);
  } else if (max > MAX_SUM) return undefined;
  const integers = bias && Int32Array.from(bias, (b) => Math.round(b / unit));
  if (bias?.length && Math.max(...Array.from(bias, Math.abs)) / unit > MAX_BIAS * 1.001) return undefined;
  const multipliers = uniform ? null : Int16Array.from(units, (u) => Math.round((u * 2 ** preShift) / unit));
  const shift = limit > 0 ? shiftTo(bound / unit, limit) : 0;
  return { preShift, multipliers, bias: integers, shift, limit, relu, unit: unit * 2 ** shift };
}

/** The factor 1…2 by which a unit must grow for `bound` ÷ unit to be `limit` times a power of 2. */
export function fill(bound: number, limit: number): number {
  const ratio = bound / limit;
  if (ratio <= 1) return 1;
  return ratio / 2 ** Math.floor(Math.log2(ratio));
}

/** How far numbers up to `bound` are shifted so as not to exceed `limit`. */
export function shiftTo(bound: number, limit: number): number {
  // Rounding must not make a bound exceed a limit that it meets.
  return Math.max(0, Math.ceil(Math.log2(bound / limit) - 1e-9));
}
