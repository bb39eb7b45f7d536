import { LENET } from './nets.ts';
import type { FrontierPoint } from './point.ts';

/** Figures of others for LeNet-300-100 on MNIST, as they print them (1 KB taken as 1,000 bytes); not measured here. */
export const PUBLISHED: readonly FrontierPoint[] = [
  published('Deep Compression', 27_000, 0.0158),
  // 1.8–1.9%, about 9.4 KB.
  published('sparse variational dropout', 9_400, 0.0185),
  published('entropy-penalised reparameterisation', 8_560, 0.019),
];

function published(setting: string, bytes: number, error: number): FrontierPoint {
  return { net: LENET, method: 'published', setting, bytes, error, published: true };
}
