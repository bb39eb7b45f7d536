import type { ImageInputSpec } from '../../format/manifest.ts';
import { ofChannel } from '../../image/normalization.ts';
import { mulberry32 } from '../../random.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';
import type { AverageStage, ConvolutionStage, LinearStage, Plan, PoolStage, WeightedLayer } from './plan.ts';

/** Drawn pictures that networks are tried on. */
const PROBES = 24;
/** Outputs of other pictures may exceed those of the drawn ones so many times before they are clamped. */
const MARGIN = 2;

/**
 * How large the outputs of each layer become, after its ReLU, and means of channels: on drawn pictures, with a margin. What follows from the weights for
 * any input is far more in deep layers, and would leave few bits for what occurs. Outputs beyond are clamped.
 */
export function outputRanges({
  input,
  maps,
  average,
  vectors,
}: Plan): ReadonlyMap<WeightedLayer | AverageStage, number> {
  const stages = [...maps, ...(average ? [average] : []), ...vectors];
  const ranges = new Map<WeightedLayer | AverageStage, number>();
  const random = mulberry32(1);
  const matrices = new Map<WeightedLayer, ArrayLike<number>>();
  for (const stage of stages) {
    if (!('weights' in stage)) continue;
    const { weights } = stage;
    matrices.set(stage, weights.kind === 'dense' ? weights.values : reconstructWeights(weights));
  }
  for (let probe = 0; probe < PROBES; probe++) {
    let values = normalized(input, drawn(input, random, probe));
    for (const stage of stages) {
      if (stage.kind === 'pool') {
        values = pooled(stage, values);
        continue;
      }
      values =
        stage.kind === 'average'
          ? averaged(stage, values)
          : weighted(stage, matrices.get(stage) as ArrayLike<number>, values);
      const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      ranges.set(stage, Math.max(ranges.get(stage) ?? 0, MARGIN * largest));
    }
  }
  return ranges;
}

/** Strokes or, in every third picture, soft spots; every fourth is dark on light. Channel after channel, 0…1. */
function drawn(
  { width, height, channels }: ImageInputSpec,
  random: () => number,
  probe: number,
): Float64Array {
  const size = Math.min(width, height);
  const radius = size * (probe % 3 === 2 ? 0.15 + 0.2 * random() : 0.03 + 0.04 * random());
  const ink = new Float64Array(width * height);
  const at = (): [number, number] => [width * (0.15 + 0.7 * random()), height * (0.15 + 0.7 * random())];
  for (let line = 0; line < 3; line++) {
    const [[x0, y0], [x1, y1]] = [at(), at()];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
    for (let i = 0; i < ink.length; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const along = Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length));
      const distance = Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
      ink[i] = Math.max(ink[i], Math.min(1, Math.max(0, 1.5 - distance / radius)));
    }
  }
  const picture = new Float64Array(channels * ink.length);
  for (let c = 0; c < channels; c++) {
    const [paper, pen] = channels === 1 ? [0, 1] : [random(), random()];
    for (const [i, amount] of ink.entries()) {
      const value = paper + (pen - paper) * amount;
      picture[c * ink.length + i] = probe % 4 === 3 ? 1 - value : value;
    }
  }
  return picture;
}

function normalized({ channels, mean, std }: ImageInputSpec, picture: Float64Array): Float64Array {
  const area = picture.length / channels;
  return picture.map((value, i) => {
    const channel = Math.floor(i / area);
    return (value - ofChannel(mean, channel)) / ofChannel(std, channel);
  });
}

function activated({ relu }: WeightedLayer, value: number): number {
  return relu ? Math.max(0, value) : value;
}

function weighted(
  stage: ConvolutionStage | LinearStage,
  matrix: ArrayLike<number>,
  values: Float64Array,
): Float64Array {
  if (stage.kind === 'convolution') return convolved(stage, matrix, values);
  const { inputs, outputs, bias } = stage;
  return Float64Array.from({ length: outputs }, (_, r) => {
    let sum = bias?.[r] ?? 0;
    for (let i = 0; i < inputs; i++) sum += matrix[r * inputs + i] * values[i];
    return activated(stage, sum);
  });
}

function convolved(stage: ConvolutionStage, matrix: ArrayLike<number>, values: Float64Array): Float64Array {
  const { from, to, kernel, window, inputs, bias } = stage;
  const perTap = inputs / (kernel[0] * kernel[1]);
  const result = new Float64Array(to.channels * to.height * to.width);
  const patch = new Float64Array(inputs);
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++) {
      patch.fill(0);
      for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        const row = y * window.strides[0] + Math.floor(tap / kernel[1]) - window.pads[0];
        const column = x * window.strides[1] + (tap % kernel[1]) - window.pads[1];
        if (row < 0 || column < 0 || row >= from.height || column >= from.width) continue;
        for (let c = 0; c < from.channels; c++)
          patch[tap * perTap + c] = values[(c * from.height + row) * from.width + column];
      }
      for (let o = 0; o < to.channels; o++) {
        let sum = bias?.[o] ?? 0;
        for (let i = 0; i < inputs; i++) sum += matrix[o * inputs + i] * patch[i];
        result[(o * to.height + y) * to.width + x] = activated(stage, sum);
      }
    }
  return result;
}

function averaged({ from: { channels, height, width } }: AverageStage, values: Float64Array): Float64Array {
  const area = height * width;
  return Float64Array.from(
    { length: channels },
    (_, c) => values.subarray(c * area, (c + 1) * area).reduce((sum, value) => sum + value, 0) / area,
  );
}

function pooled({ from, to, kernel }: PoolStage, values: Float64Array): Float64Array {
  return Float64Array.from({ length: to.channels * to.height * to.width }, (_, i) => {
    const [c, y, x] = [
      Math.floor(i / (to.height * to.width)),
      Math.floor(i / to.width) % to.height,
      i % to.width,
    ];
    let max = Number.NEGATIVE_INFINITY;
    for (let row = 0; row < kernel[0]; row++)
      for (let column = 0; column < kernel[1]; column++)
        max = Math.max(
          max,
          values[(c * from.height + y * kernel[0] + row) * from.width + x * kernel[1] + column],
        );
    return max;
  });
}
