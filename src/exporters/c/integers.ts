import type { ImageInputSpec } from '../../format/manifest.ts';
import { ofChannel } from '../../image/normalization.ts';
import type { RowsNode } from '../../weights/network.ts';
import {
  type Inputs,
  type IntegerLayer,
  inputLimit,
  integerLayer,
  outputBounds,
  rowsLayer,
} from './layer.ts';
import type { ConvolutionStage, LinearStage, Plan, PoolStage, WeightedLayer } from './plan.ts';
import { pruneVectors } from './prune.ts';
import { outputRanges } from './ranges.ts';

/** How samples become integers where the first layer does not take blocks: (sample << shift) − mean of the channel. */
export interface SampleIntegers {
  readonly shift: number;
  readonly means: readonly number[];
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
  readonly vectors: readonly IntegerLayer[];
  /** The first layer, where it takes blocks of the picture. */
  readonly pictures: RowsNode | undefined;
}

/** Per channel of a map, or per element of a vector. */
type Bounds = Inputs;

/** Works out all integers of a network, layer by layer, with the bounds that follow from samples of 0…255. */
export function integerPlan({ input, maps, vectors }: Plan): IntegerPlan {
  const pruned = pruneVectors(vectors);
  const ranges = outputRanges({ input, maps, vectors: pruned });
  const rangeOf = (layer: WeightedLayer): number => ranges.get(layer) as number;
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
    return { input, samples: undefined, maps: [], vectors: [layer, ...rest], pictures: first.weights };
  }
  const weighted = [...maps.filter((stage) => stage.kind === 'convolution'), ...pruned];
  const { bounds: start, samples } = sampleIntegers(input, weighted[0]);
  let bounds = start;
  const made: (ConvolutionIntegers | PoolStage)[] = [];
  let at = 0;
  for (const stage of maps) {
    if (stage.kind === 'pool') {
      made.push(stage);
      continue;
    }
    const limit = limitFor(weighted[++at], stage.relu);
    const { layer, outputs } = convolve(stage, bounds, limit, rangeOf(stage));
    bounds = outputs;
    const { kind, from, to, kernel, window } = stage;
    made.push({ kind, from, to, kernel, window, layer });
  }
  const last = maps.at(-1)?.to ?? { channels: input.channels, height: input.height, width: input.width };
  const area = last.height * last.width;
  const spread = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: values.length * area }, (_, i) => values[Math.floor(i / area)]);
  const flat = { low: spread(bounds.low), high: spread(bounds.high), unit: bounds.unit };
  return { input, samples, maps: made, vectors: vectorLayers(pruned, rangeOf, flat), pictures: undefined };
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

/** What the next layer with weights can take; 0 after the last. */
function limitFor(next: WeightedLayer | undefined, positive: boolean): number {
  return next === undefined ? 0 : inputLimit(next, positive);
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

/** Bounds of the channels of a picture, in the unit that its samples get. */
function sampleIntegers(
  { channels, mean, std }: ImageInputSpec,
  first: WeightedLayer,
): { readonly bounds: Bounds; readonly samples: SampleIntegers } {
  const means = Array.from({ length: channels }, (_, c) => ofChannel(mean, c) * 255);
  const deviation = ofChannel(std, 0);
  const largest = Math.max(...means.map((m) => Math.max(m, 255 - m)));
  const positive = means.every((m) => m === 0);
  // Two bytes of a sample: 6 bits more at most.
  const room = Math.floor(Math.log2(inputLimit(first, positive) / largest));
  const shift = Math.max(0, Math.min(6, room));
  const bounds = {
    low: Float64Array.from(means, (m) => -m / 255 / deviation),
    high: Float64Array.from(means, (m) => (255 - m) / 255 / deviation),
    unit: 1 / (255 * deviation * 2 ** shift),
  };
  return { bounds, samples: { shift, means: means.map((m) => Math.round(m * 2 ** shift)) } };
}
