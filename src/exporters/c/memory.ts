import type { IntegerPlan } from './integers.ts';
import type { IntegerLayer } from './layer.ts';
import { isPadded, paddingChannels } from './map-text.ts';
import { counterBytes } from './text.ts';
import { INVERSE } from './transform.ts';

/** Bytes on a machine with pointers of 16 bits (AVR), and on one of 32 bits. */
export interface ByMachine {
  readonly avr: number;
  readonly bits32: number;
}

/** Stack of a function with its return address and saved registers, as gcc needs without optimisation; with it they need less. */
type Frame = readonly [avr: number, bits32: number];

const FRAMES = {
  dct8: [34, 80],
  product: [12, 48],
  transformRuns: [12, 48],
  sumPlaces: [28, 64],
  sumFrequencies: [36, 80],
  matrixBlock: [38, 80],
  dot: [22, 64],
  rows: [26, 64],
  matrix: [60, 112],
  dense: [24, 64],
  finishStrip: [44, 80],
  pictureRow: [36, 80],
  block: [32, 64],
  end: [12, 48],
  flatten: [14, 48],
  average: [20, 64],
  pool: [16, 64],
  convolution: [22, 64],
  /** The two functions before a convolution with padding. */
  padding: [20, 96],
  pixelRow: [16, 64],
} as const satisfies Record<string, Frame>;

/** The deepest stack below the caller of any function of the program. */
export function stackBytes(plan: IntegerPlan): ByMachine {
  const of = (machine: 0 | 1): number => {
    const frame = (name: keyof typeof FRAMES): number => FRAMES[name][machine];
    const dct = frame('dct8') + frame('product');
    const transform = frame('transformRuns') + dct;
    const layer = ({ kind }: IntegerLayer): number =>
      frame(kind) +
      {
        rows: frame('sumPlaces'),
        matrix: frame('matrixBlock') + frame('sumFrequencies'),
        dense: frame('dot'),
      }[kind];
    const end = frame('end') + Math.max(transform, frame('average'), ...plan.vectors.map(layer));
    if (plan.pictures) {
      return Math.max(end, frame('pictureRow') + frame('finishStrip') + dct, frame('block'));
    }
    let below = frame(plan.average ? 'average' : 'flatten');
    for (const stage of [...plan.maps].reverse()) {
      below =
        stage.kind === 'pool'
          ? frame('pool') + below
          : frame('convolution') +
            (isPadded(stage) ? frame('padding') : 0) +
            Math.max(below, layer(stage.layer), transform);
    }
    return Math.max(end, frame('pixelRow') + 2 * plan.input.channels + below);
  };
  return { avr: of(0), bits32: of(1) };
}

/** Variables besides the buffers: logits, counters, pointers; with what alignment may add. */
export function variableBytes(plan: IntegerPlan, outputs: number): ByMachine {
  const counters = plan.pictures
    ? [counterBytes(plan.pictures.tile.height), 1]
    : [
        ...plan.maps.flatMap((stage) => {
          const pads = stage.kind === 'convolution' ? stage.window.pads : [0, 0, 0, 0];
          return [
            counterBytes(stage.from.width + pads[1] + pads[3]),
            counterBytes(stage.from.height + pads[0] + pads[2]),
          ];
        }),
        ...(plan.average ? [] : [counterBytes(flattenArea(plan))]),
      ];
  const sizes = counters.reduce((sum, size) => sum + size, 0);
  const pointers = plan.pictures ? 2 : 0;
  const words = outputs + (plan.average?.from.channels ?? 0);
  // AVR has constants in memory that are read without pgm_read.
  const zeros = paddingBytes(plan);
  return { avr: 4 * words + sizes + 2 * pointers + zeros, bits32: 4 * (words + counters.length + pointers) };
}

/** Elements of a channel of the map that becomes a vector. */
function flattenArea({ maps, input }: IntegerPlan): number {
  const { height, width } = maps.at(-1)?.to ?? input;
  return height * width;
}

/** A pixel of zeros, int16. */
function paddingBytes({ maps }: Pick<IntegerPlan, 'maps'>): number {
  return 2 * paddingChannels(maps);
}

/** All tables in flash. */
export function tableBytes({ maps, vectors }: IntegerPlan): number {
  const layers = [
    ...maps.flatMap((stage) => (stage.kind === 'convolution' ? [stage.layer] : [])),
    ...vectors,
  ];
  const usesInverse = layers.some(({ kind }) => kind === 'matrix');
  const shared = (usesInverse ? INVERSE.byteLength : 0) + paddingBytes({ maps });
  return layers.reduce((sum, layer) => sum + layerBytes(layer), shared);
}

/** Those of a layer. */
export function layerBytes(layer: IntegerLayer): number {
  const { multipliers, bias } = layer.finish;
  const shared = (multipliers?.byteLength ?? 0) + (bias?.byteLength ?? 0);
  if (layer.kind === 'dense') return shared + layer.weights.byteLength;
  const coded = shared + layer.codes.byteLength + layer.live.byteLength;
  if (layer.kind === 'matrix') return coded + layer.factors.byteLength;
  const { masks, pixelFactors, coefficientFactors } = layer;
  return coded + masks.byteLength + pixelFactors.byteLength + coefficientFactors.byteLength;
}
