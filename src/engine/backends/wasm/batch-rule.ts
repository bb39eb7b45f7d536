import type { Precision } from '../backend.ts';

/** What the cost rule knows of a stage, in cycles. */
export interface StageCosts {
  /** Of one input by itself. */
  readonly single: number;
  /** Of a group of images side by side, however many of them are there. */
  readonly group: number;
  /** Of each image that is in a group. */
  readonly image: number;
}

/** Cycles, fitted to seven nets (docs/performance.md, "Cost rules"). */
const SINGLE = {
  /** For each dense weight, entry, input. */
  weight: 0.3,
  entry: 2.5,
  input: 3,
  /** For each pair of columns and each 32 rows, once in int16, twice in float32. */
  pair: 3.2,
  /** For each 32 rows that have pairs, and again for each time that these are gone through. */
  rowBlock: 200,
  pass: 50,
  /** A matrix has its pairs by horizontal frequency: in up to eight groups, each with less to do. */
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

/** Bringing an image's inputs side by side with those of others, and transforming them; for each input. */
const IMAGE_INPUT = { float32: 3, int16: 4 };

/** `isFirst`: whether the stage takes what the caller gives. */
export function denseCosts(inFeatures: number, outFeatures: number, isFirst: boolean): StageCosts {
  const weights = inFeatures * outFeatures;
  return {
    single: weights * SINGLE.weight,
    group: weights * GROUP.weight,
    image: isFirst ? inFeatures * IMAGE_INPUT.float32 : 0,
  };
}

export function coefficientCosts(
  layer: {
    readonly kind: 'rows' | 'matrix';
    readonly inFeatures: number;
    readonly rows: number;
    readonly nonzeros: number;
    readonly pairs: number;
    readonly entries: number;
  },
  precision: Precision,
  isFirst: boolean,
): StageCosts {
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

/**
 * The cost rule of batches: from how many images on a group of at most `most` is run side by side rather than one image
 * after another.
 */
export function leastOfGroup(stages: readonly StageCosts[], most: number): number {
  const sum = (of: (costs: StageCosts) => number): number =>
    stages.reduce((all, costs) => all + of(costs), 0);
  const saved = sum(({ single }) => single) - sum(({ image }) => image);
  const least = saved > 0 ? Math.ceil(sum(({ group }) => group) / saved) : most;
  return Math.max(2, Math.min(most, least));
}
