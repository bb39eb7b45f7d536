import type { Precision } from '../backend.ts';

/** What the cost rule knows of a stage. */
export interface StageCosts {
  /** Cycles of one input. */
  readonly single: number;
  /** Cycles of a group of images side by side, however many of them are there. */
  readonly group: number;
}

/** Cycles, measured (docs/performance.md): of one input and of a group, for each weight, entry, pair of columns, row, input. */
const DENSE = { single: 0.3, group: 4.2 };
const ENTRY = { single: 2.5, group: 5.5 };
/** For each 32 rows. Pairs are a layout for single inputs only. */
const PAIR = 5;
const ROW_GROUP = 40;
const INPUT = { single: 3, group: 40 };

export function denseCosts(inFeatures: number, outFeatures: number): StageCosts {
  const weights = inFeatures * outFeatures;
  return { single: weights * DENSE.single, group: weights * DENSE.group };
}

export function coefficientCosts(
  layer: {
    readonly inFeatures: number;
    readonly rows: number;
    readonly nonzeros: number;
    readonly pairs: number;
    readonly entries: number;
  },
  precision: Precision,
): StageCosts {
  const { inFeatures, rows, nonzeros, pairs, entries } = layer;
  const passes = precision === 'int16' ? 1 : 2;
  return {
    single: inFeatures * INPUT.single + entries * ENTRY.single + (pairs * rows * PAIR * passes) / 32,
    group: inFeatures * INPUT.group + nonzeros * ENTRY.group + rows * ROW_GROUP,
  };
}

/**
 * The cost rule of batches: from how many images on a group of at most `group` is run side by side rather than one image
 * after another.
 */
export function leastOfGroup(stages: readonly StageCosts[], group: number): number {
  const single = stages.reduce((sum, stage) => sum + stage.single, 0);
  const together = stages.reduce((sum, stage) => sum + stage.group, 0);
  return Math.max(2, Math.min(group, Math.ceil(together / single)));
}
