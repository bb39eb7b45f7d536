import * as layout from '../../../../kernels/wasm/layout.ts';
import type { Precision } from '../backend.ts';
import { GROUP_CYCLES, IMAGE_INPUT_CYCLES, SINGLE_CYCLES } from './tuning.ts';

/** Costs of a node, in cycles. */
export interface NodeCosts {
  /** Per single input. */
  readonly single: number;
  /** Per group of images side by side, for any number of them. */
  readonly group: number;
  /** Per image of a group. */
  readonly image: number;
}

/** `isFirst`: whether the node reads the caller's inputs. */
export function denseCosts(inFeatures: number, outFeatures: number, isFirst: boolean): NodeCosts {
  const weights = inFeatures * outFeatures;
  return {
    single: weights * SINGLE_CYCLES.weight,
    group: weights * GROUP_CYCLES.weight,
    image: isFirst ? inFeatures * IMAGE_INPUT_CYCLES.float32 : 0,
  };
}

/** A layer as its costs need it; `rows` of a dense layer are its out-features. */
export type CostedLayer =
  | { readonly kind: 'dense'; readonly inFeatures: number; readonly rows: number }
  | CostedCoefficients;

export interface CostedCoefficients {
  readonly kind: 'rows' | 'matrix';
  readonly inFeatures: number;
  readonly rows: number;
  readonly nonzeros: number;
  readonly pairs: number;
  readonly entries: number;
}

export function coefficientCosts(
  layer: CostedCoefficients,
  precision: Precision,
  isFirst: boolean,
): NodeCosts {
  const { kind, inFeatures, rows, nonzeros, pairs, entries } = layer;
  const passes = precision === 'float32' ? 2 : 1;
  const rowBlocks = Math.ceil(rows / 32);
  const around = pairs > 0 ? SINGLE_CYCLES.rowBlock + SINGLE_CYCLES.pass * passes : 0;
  const single =
    inFeatures * SINGLE_CYCLES.input +
    entries * SINGLE_CYCLES.entry +
    rowBlocks *
      (pairs * passes * SINGLE_CYCLES.pair + around * (kind === 'matrix' ? SINGLE_CYCLES.matrixFactor : 1));
  const image = isFirst ? inFeatures * IMAGE_INPUT_CYCLES[precision] : 0;
  // Only picture layers are multiplied in int16 there.
  if (kind === 'rows')
    return { single, group: nonzeros * GROUP_CYCLES.entry[precision] + rows * GROUP_CYCLES.row, image };
  const cells = rows * 8;
  // As if nonzeros fell into the cells by chance.
  const sums = cells * -Math.expm1(-nonzeros / cells);
  const group =
    nonzeros * GROUP_CYCLES.entry.float32 +
    sums * GROUP_CYCLES.matrixSum +
    rows * GROUP_CYCLES.matrixRow +
    inFeatures * GROUP_CYCLES.matrixInput;
  return { single, group, image };
}

/** From how many images on a group is run side by side rather than one image after another. */
export function minOfGroup(layers: readonly CostedLayer[], precision: Precision): number {
  const costs = layers.map((layer, index) =>
    layer.kind === 'dense'
      ? denseCosts(layer.inFeatures, layer.rows, index === 0)
      : coefficientCosts(layer, precision, index === 0),
  );
  return minThatPays(costs, precision === 'float32' ? layout.FLOAT_LANES : layout.INT16_LANES);
}

/** The cost rule of batches, for groups of at most `most` images. */
export function minThatPays(nodes: readonly NodeCosts[], max: number): number {
  const sum = (of: (costs: NodeCosts) => number): number => nodes.reduce((all, costs) => all + of(costs), 0);
  const saved = sum(({ single }) => single) - sum(({ image }) => image);
  const min = saved > 0 ? Math.ceil(sum(({ group }) => group) / saved) : max;
  return Math.max(2, Math.min(max, min));
}
