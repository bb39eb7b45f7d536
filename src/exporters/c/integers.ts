import type { ImageInputSpec } from '../../format/manifest.ts';
import { ofChannel } from '../../image/normalization.ts';
import type { RowsNode } from '../../weights/network.ts';
import { INT16, outputBound, shiftTo } from './finish.ts';
import {
  type Inputs,
  type IntegerLayer,
  inputLimit,
  integerLayer,
  outputBounds,
  rowsLayer,
} from './layer.ts';
import type {
  AverageStage,
  ConvolutionStage,
  LinearStage,
  MapSize,
  Plan,
  PoolStage,
  WeightedLayer,
} from './plan.ts';
import { pruneVectors } from './prune.ts';
import { outputRanges } from './ranges.ts';

/** How samples become integers where the first layer does not take blocks. */
export interface SampleIntegers {
  /** Where the channels have one standard deviation: (sample << shift) − mean; else (sample · factor − mean) >> shift. */
  readonly shift: number;
  readonly factors: readonly number[] | undefined;
  readonly means: readonly number[];
}

/** The means of channels: their sums >> shift, clamped to the limit. */
export interface AverageIntegers {
  readonly from: MapSize;
  readonly shift: number;
  readonly limit: number;
}

export interface ConvolutionIntegers extends Omit<ConvolutionStage, keyof WeightedLayer> {
  readonly kind: 'convolution';
  readonly layer: IntegerLayer;
}

/** A plan in integers. */
export interface IntegerPlan {
  readonly input: ImageInputSpec;
  /** Undefined where the first layer takes blocks of the picture. */
  readonly samples: SampleIntegers | undefined;
  readonly maps: readonly (ConvolutionIntegers | PoolStage)[];
  readonly average: AverageIntegers | undefined;
  readonly vectors: readonly IntegerLayer[];
  /** The first layer, where it takes blocks of the picture. */
  readonly pictures: RowsNode | undefined;
}

/** Per channel of a map, or per element of a vector. */
type Bounds = Inputs;

/** Works out all integers of a network, layer by layer, with the bounds that follow from samples of 0…255. */
export function integerPlan({ input, maps, average, vectors }: Plan): IntegerPlan {
  const pruned = pruneVectors(vectors);
  const ranges = outputRanges({ input, maps, average, vectors: pruned });
  const rangeOf = (stage: WeightedLayer | AverageStage): number => ranges.get(stage) as number;
  const [first] = pruned;
  if (maps.length === 0 && first.weights.kind === 'rows') {
    const [mean, std] = [ofChannel(input.mean, 0), ofChannel(input.std, 0)];
    const layer = rowsLayer(
      first,
      first.weights,
      { mean, std },
      limitFor(pruned[1], first.relu),
      rangeOf(first),
    );
    const zeros = new Float64Array(first.inputs);
    const bounds = outputBounds(
      first,
      zeros.map(() => -mean / std),
      zeros.map(() => (1 - mean) / std),
    );
    const rest = vectorLayers(pruned.slice(1), rangeOf, clamped(first, bounds, layer));
    const from = { samples: undefined, maps: [], average: undefined, pictures: first.weights };
    return { input, ...from, vectors: [layer, ...rest] };
  }
  const takers = [...maps.filter((stage) => stage.kind === 'convolution'), average ?? pruned[0]];
  const { bounds: start, samples } = sampleIntegers(input, takers[0]);
  let bounds = start;
  const made: (ConvolutionIntegers | PoolStage)[] = [];
  let at = 0;
  for (const stage of maps) {
    if (stage.kind === 'pool') {
      made.push(stage);
      continue;
    }
    const limit = limitFor(takers[++at], stage.relu);
    const { layer, outputs } = convolve(stage, bounds, limit, rangeOf(stage));
    bounds = outputs;
    const { kind, from, to, kernel, window } = stage;
    made.push({ kind, from, to, kernel, window, layer });
  }
  const last = maps.at(-1)?.to ?? { channels: input.channels, height: input.height, width: input.width };
  const shared = { input, samples, maps: made, pictures: undefined };
  if (average) {
    const { integers, outputs } = averaged(average, bounds, pruned[0], rangeOf(average));
    return { ...shared, average: integers, vectors: vectorLayers(pruned, rangeOf, outputs) };
  }
  const area = last.height * last.width;
  const spread = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: values.length * area }, (_, i) => values[Math.floor(i / area)]);
  const flat = { low: spread(bounds.low), high: spread(bounds.high), unit: bounds.unit };
  return { ...shared, average: undefined, vectors: vectorLayers(pruned, rangeOf, flat) };
}

function vectorLayers(
  stages: readonly LinearStage[],
  rangeOf: (layer: WeightedLayer) => number,
  given: Bounds,
): IntegerLayer[] {
  let bounds = given;
  return stages.map((stage, i) => {
    const layer = integerLayer(stage, bounds, limitFor(stages[i + 1], stage.relu), rangeOf(stage));
    bounds = clamped(stage, outputBounds(stage, bounds.low, bounds.high), layer);
    return layer;
  });
}

/** What the next layer with weights can take, or the sums of an average; 0 after the last. */
function limitFor(next: WeightedLayer | AverageStage | undefined, positive: boolean): number {
  if (next === undefined) return 0;
  return 'weights' in next ? inputLimit(next, positive) : INT16;
}

/** The means of channels in integers: sums keep their 32 bits until the next layer's limit is known to suffice. */
function averaged(
  { from }: AverageStage,
  { low, high, unit }: Bounds,
  next: WeightedLayer,
  range: number,
): { readonly integers: AverageIntegers; readonly outputs: Bounds } {
  const limit = inputLimit(
    next,
    low.every((value) => value >= 0),
  );
  const ofSum = unit / (from.height * from.width);
  const bound = Math.min(
    outputBound({ low, high, relu: false, range: Number.POSITIVE_INFINITY }),
    range || unit,
  );
  const shift = shiftTo(bound / ofSum, limit);
  const max = limit * ofSum * 2 ** shift;
  const clamp = (value: number): number => Math.min(max, Math.max(-max, value));
  const outputs = { low: low.map(clamp), high: high.map(clamp), unit: ofSum * 2 ** shift };
  return { integers: { from, shift, limit }, outputs };
}

/** What a layer gives at most: its bounds after the ReLU, and what its integers are clamped to. */
function clamped(
  { relu }: WeightedLayer,
  { low, high }: Pick<Bounds, 'low' | 'high'>,
  { finish: { limit, unit } }: IntegerLayer,
): Bounds {
  const max = limit > 0 ? limit * unit : Number.POSITIVE_INFINITY;
  const clamp = (value: number): number => Math.min(max, Math.max(relu ? 0 : -max, value));
  return { low: low.map(clamp), high: high.map(clamp), unit };
}

/** A convolution's integers; bounds are those of channels, and include the zeros of padding. */
function convolve(
  stage: ConvolutionStage,
  { low, high, unit }: Bounds,
  limit: number,
  range: number,
): { layer: IntegerLayer; outputs: Bounds } {
  const perTap = stage.inputs / (stage.kernel[0] * stage.kernel[1]);
  const padded = stage.window.pads.some((pad) => pad > 0);
  const overTaps = (values: Float64Array, extreme: (a: number, b: number) => number): Float64Array =>
    Float64Array.from({ length: stage.inputs }, (_, i) => {
      const value = values[i % perTap] ?? 0;
      return padded ? extreme(value, 0) : value;
    });
  const inputs = { low: overTaps(low, Math.min), high: overTaps(high, Math.max), unit };
  const layer = integerLayer(stage, inputs, limit, range);
  const bounds = outputBounds(stage, inputs.low, inputs.high);
  return { layer, outputs: clamped(stage, bounds, layer) };
}

/** Bits of a sample's factor below 1: products of factors and samples are 31 bits at most. */
const FACTOR_SHIFT = 8;

/** Bounds of the channels of a picture, in the unit that its samples get. */
function sampleIntegers(
  { channels, mean, std }: ImageInputSpec,
  first: WeightedLayer | AverageStage,
): { readonly bounds: Bounds; readonly samples: SampleIntegers } {
  const means = Array.from({ length: channels }, (_, c) => ofChannel(mean, c) * 255);
  const deviations = Array.from({ length: channels }, (_, c) => ofChannel(std, c));
  const [deviation] = deviations;
  const reals = {
    low: Float64Array.from(means, (m, c) => -m / 255 / deviations[c]),
    high: Float64Array.from(means, (m, c) => (255 - m) / 255 / deviations[c]),
  };
  const largest = Math.max(...means.map((m) => Math.max(m, 255 - m)));
  const positive = means.every((m) => m === 0);
  // Two bytes of a sample: 6 bits more at most.
  const limit = limitFor(first, positive);
  if (deviations.some((std) => std !== deviation)) {
    // Rounding may add 1.
    const unit = outputBound({ ...reals, relu: false, range: Number.POSITIVE_INFINITY }) / (limit - 1);
    const factors = deviations.map((std) => Math.round(2 ** FACTOR_SHIFT / (255 * std * unit)));
    // The half that rounds goes into the mean.
    const rounded = means.map((m, c) => Math.round(m * factors[c]) - 2 ** (FACTOR_SHIFT - 1));
    return { bounds: { ...reals, unit }, samples: { shift: FACTOR_SHIFT, factors, means: rounded } };
  }
  const room = Math.floor(Math.log2(limit / largest));
  const shift = Math.max(0, Math.min(6, room));
  const bounds = { ...reals, unit: 1 / (255 * deviation * 2 ** shift) };
  const rounded = means.map((m) => Math.round(m * 2 ** shift));
  return { bounds, samples: { shift, factors: undefined, means: rounded } };
}
