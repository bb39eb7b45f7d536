import { add } from './add.ts';
import { batchNorm } from './batch-norm.ts';
import { clip, relu } from './clip.ts';
import { conv2d } from './conv2d.ts';
import { flatten } from './flatten.ts';
import { linear } from './linear.ts';
import type { TrainOperator } from './operator.ts';
import { averagePool, globalAveragePool, maxPool } from './pools.ts';

/** Operator → how its nodes are trained. */
export const TRAIN_OPERATORS: Readonly<Record<string, TrainOperator>> = {
  add,
  'average-pool': averagePool,
  'batch-norm': batchNorm,
  clip,
  conv2d,
  flatten,
  'global-average-pool': globalAveragePool,
  linear,
  'max-pool': maxPool,
  relu,
};
