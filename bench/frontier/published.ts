import { LENET, LENET5, RESNET8, SMALL } from './nets.ts';
import type { FrontierPoint } from './point.ts';

/**
 * Figures of others, as they print them (1 KB taken as 1,000 bytes); not measured here. The two files of MIRACLE lie
 * in TudorParas/MIRACLE-Neural-Network-Exchange-Format: seeds and scales only, shapes, graph and the generator of random
 * numbers live in code. The 2.84 and 2.3 KB are from memory of Oktay et al. (2020) and Louizos et al. (2017).
 */
export const PUBLISHED: readonly FrontierPoint[] = [
  published(LENET, 'Deep Compression', 27_000, 0.0158),
  // 1.8–1.9%, about 9.4 KB.
  published(LENET, 'sparse variational dropout', 9_400, 0.0185),
  published(LENET, 'Oktay et al. 2020', 8_560, 0.019),
  published(LENET5, 'MIRACLE, seeds only', 1_140, 0.0098),
  published(LENET5, 'MIRACLE, seeds only', 1_694, 0.0083),
  published(LENET5, 'Oktay et al. 2020', 2_840, 0.009),
  published(LENET5, 'Bayesian compression', 2_300, 0.01),
  published(SMALL, 'Parameter-Efficient-MNIST', 2_788, 0.0097),
  published(SMALL, 'NeuralGolfing, pruned', 2_300, 0.02),
  published(SMALL, 'BitNetMCU', 3_200, 0.0108),
  published(SMALL, 'BitNetMCU', 5_400, 0.0094),
  published(SMALL, 'BitNetMCU', 11_000, 0.0045),
  // mlcommons/tiny; its target is 85%.
  published(RESNET8, 'MLPerf Tiny, int8', 98_496, 0.13),
];

function published(net: string, setting: string, bytes: number, error: number): FrontierPoint {
  return { net, method: 'published', setting, bytes, error, published: true };
}
