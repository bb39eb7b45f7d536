import * as layout from '../../../../kernels/wasm/layout.ts';
import type { Precision } from '../backend.ts';

/** Costs of a node, in cycles. */
export interface NodeCosts {
  /** Per single input. */
  readonly single: number;
  /** Per group of images side by side, for any number of them. */
  readonly group: number;
  /** Per image of a group. */
  readonly image: number;
}

/** Cycles, fitted to seven networks (docs/lab/wasm-kernels.md, "Cost rules"). */
const SINGLE = {
  /** Per dense weight, entry, input. */
  weight: 0.3,
  entry: 2.5,
  input: 3,
  /** Per pair of columns and 32 rows, once in int16, twice in float32. */
  pair: 3.2,
  /** Per 32 rows that have pairs, and again per pass over these. */
  rowBlock: 200,
  pass: 50,
  /** A matrix has its pairs by horizontal frequency: in up to eight smaller groups. */
  matrixFactor: 3,
};

const GROUP = {
  weight: 4.2,
  entry: { float32: 4.4, int16: 4 },
  /** A row of a picture layer, with its sum; a row of a matrix, with its part of the inverse DCT. */
  row: 30,
  matrixRow: 100,
  /** A sum of one row and frequency of a matrix, and an input of it, with its part of the DCT. */
  matrixSum: 30,
  matrixInput: 15,
};

/** Interleaving an image's inputs with those of others and transforming them, per input. */
const IMAGE_INPUT = { float32: 3, int16: 4 };

/** `isFirst`: whether the node reads the caller's inputs. */
export function denseCosts(inFeatures: number, outFeatures: number, isFirst: boolean): NodeCosts {
  const weights = inFeatures * outFeatures;
  return {
    single: weights * SINGLE.weight,
    group: weights * GROUP.weight,
    image: isFirst ? inFeatures * IMAGE_INPUT.float32 : 0,
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
  const passes = precision === 'int16' ? 1 : 2;
  const rowBlocks = Math.ceil(rows / 32);
  const around = pairs > 0 ? SINGLE.rowBlock + SINGLE.pass * passes : 0;
  const single =
    inFeatures * SINGLE.input +
    entries * SINGLE.entry +
    rowBlocks * (pairs * passes * SINGLE.pair + around * (kind === 'matrix' ? SINGLE.matrixFactor : 1));
  const image = isFirst ? inFeatures * IMAGE_INPUT[precision] : 0;
  // Only picture layers are multiplied in int16 there.
  if (kind === 'rows') return { single, group: nonzeros * GROUP.entry[precision] + rows * GROUP.row, image };
  const cells = rows * 8;
  // As if nonzeros fell into the cells by chance.
  const sums = cells * -Math.expm1(-nonzeros / cells);
  const group =
    nonzeros * GROUP.entry.float32 +
    sums * GROUP.matrixSum +
    rows * GROUP.matrixRow +
    inFeatures * GROUP.matrixInput;
  return { single, group, image };
}

/** From how many images on a group is run side by side rather than one image after another. */
export function minOfGroup(layers: readonly CostedLayer[], precision: Precision): number {
  const costs = layers.map((layer, index) =>
    layer.kind === 'dense'
      ? denseCosts(layer.inFeatures, layer.rows, index === 0)
      : coefficientCosts(layer, precision, index === 0),
  );
  return minThatPays(costs, precision === 'int16' ? layout.INT16_LANES : layout.FLOAT_LANES);
}

/** The cost rule of batches, for groups of at most `most` images. */
export function minThatPays(nodes: readonly NodeCosts[], max: number): number {
  const sum = (of: (costs: NodeCosts) => number): number => nodes.reduce((all, costs) => all + of(costs), 0);
  const saved = sum(({ single }) => single) - sum(({ image }) => image);
  const min = saved > 0 ? Math.ceil(sum(({ group }) => group) / saved) : max;
  return Math.max(2, Math.min(max, min));
}
