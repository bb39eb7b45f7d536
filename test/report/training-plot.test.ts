import { expect, it } from 'vitest';
import { plotRun } from '../../src/report/training-plot.ts';
import type { EpochReport } from '../../src/train/trainer.ts';

const report = (epoch: number, validationError: number | undefined): EpochReport => ({
  epoch,
  loss: 1 / epoch,
  validationError,
  validationLoss: validationError,
  estimatedBytes: [9000 / epoch, 1000],
  nonzeros: [10, 10],
  seconds: 1,
});

it('draws both curves, with the title as text', () => {
  const svg = plotRun([report(1, 0.2), report(2, 0.05), report(3, 0.02)], 'a < b & c');
  expect(svg.match(/<polyline/g)).toHaveLength(2);
  expect(svg).toContain('a &lt; b &amp; c');
  expect(svg).not.toMatch(/NaN|Infinity/);
});

it('leaves out what a run without held-out pictures does not know, and draws a run of one epoch', () => {
  const svg = plotRun([report(1, undefined)], 'one');
  expect(svg.match(/<polyline/g)).toHaveLength(1);
  expect(svg).not.toMatch(/NaN|Infinity/);
});
