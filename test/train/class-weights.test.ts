import { expect, it } from 'vitest';
import { balancedWeights } from '../../src/train/class-weights.ts';

it('make each class count alike, and a picture 1 on average', () => {
  const labels = Uint8Array.of(0, 0, 0, 1, 3, 3);
  const weights = balancedWeights(labels, 4);
  expect(weights).toEqual([6 / 9, 2, 0, 1]);
  expect(labels.reduce((sum, label) => sum + weights[label], 0)).toBeCloseTo(6);
});
