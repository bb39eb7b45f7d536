import type { Labels } from '../image/labelled-pictures.ts';

/**
 * Weights of classes for the loss, by which each class counts alike however many pictures it has: N ÷ (classes × pictures of the
 * class), so that a picture counts 1 on average. A class without pictures has 0.
 *
 * @param labels of the training pictures
 * @param classes their number
 */
export function balancedWeights(labels: Labels, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 0 : labels.length / (present * count)));
}
