import { roundToHalf } from './layer-list.ts';

/** weight = level × scale of its output channel; levels are signed integers of `bits` bits, as many below 0 as above. */
export interface ChannelLevels {
  readonly bits: number;
  /** O × I. */
  readonly levels: Int8Array;
  /** O values, each one a float16. */
  readonly scales: Float32Array;
}

/** Scales that are tried, as parts of the one at which the greatest weight of a channel is the greatest level. */
const CLIPPING = Array.from({ length: 29 }, (_, index) => 1 - index / 40);

/** Greatest level of so many bits. */
export function maxLevel(bits: number): number {
  return 2 ** (bits - 1) - 1;
}

/** Quantises each row with the scale of least squared error, which for few bits clips the greatest weights. */
export function quantizeChannels(weights: Float32Array, outFeatures: number, bits: number): ChannelLevels {
  const inFeatures = weights.length / outFeatures;
  const max = maxLevel(bits);
  const levels = new Int8Array(weights.length);
  const scales = new Float32Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const from = row * inFeatures;
    const values = weights.subarray(from, from + inFeatures);
    const scale = bestScale(values, max);
    scales[row] = scale;
    if (scale > 0)
      levels.set(
        Int8Array.from(values, (value) => levelOf(value, scale, max)),
        from,
      );
  }
  return { bits, levels, scales };
}

/** The weights that the levels stand for. */
export function dequantize({ levels, scales }: ChannelLevels): Float32Array {
  const inFeatures = levels.length / scales.length;
  return Float32Array.from(levels, (level, i) => level * scales[Math.floor(i / inFeatures)]);
}

function bestScale(values: Float32Array, max: number): number {
  const peak = values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  let best = 0;
  let min = Infinity;
  for (const part of CLIPPING) {
    const scale = roundToHalf((peak / max) * part);
    if (scale === 0) continue;
    let error = 0;
    for (const value of values) error += (value - levelOf(value, scale, max) * scale) ** 2;
    if (error < min) [best, min] = [scale, error];
  }
  return best;
}

function levelOf(value: number, scale: number, max: number): number {
  return Math.min(max, Math.max(-max, Math.round(value / scale)));
}
