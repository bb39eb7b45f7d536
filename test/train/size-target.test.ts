import { describe, expect, it } from 'vitest';
import { containerBytes, sizeFactor } from '../../src/train/size-target.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { syntheticPictures, TINY } from './synthetic.ts';

const RUN = { epochs: 100, ramp: 0.3 };
const BESIDES = { layers: 2, numbers: 0, isPicture: false };
const WANTED = containerBytes(BESIDES) + 1070;

describe('lambda for a size', () => {
  it('stays while it rises and at the end, whatever the size', () => {
    expect(sizeFactor(new Array(29).fill(9000), WANTED, BESIDES, RUN)).toBe(1);
    const before = sizeFactor(new Array(95).fill(1000), WANTED, BESIDES, RUN);
    expect(sizeFactor([...new Array(95).fill(1000), 9000, 9000], WANTED, BESIDES, RUN)).toBe(before);
  });

  it('is held back while it rises, where the layers are too small already', () => {
    expect(sizeFactor([100], WANTED, BESIDES, RUN)).toBeCloseTo(1 / 1.5, 10);
    expect(sizeFactor([9000, 1000], WANTED, BESIDES, RUN)).toBeLessThan(1);
  });

  it('rises while the layers are too large and falls while they are too small, by half at the most', () => {
    const change = (bytes: number): number =>
      sizeFactor([...new Array(94).fill(0), bytes], WANTED, BESIDES, RUN) /
      sizeFactor(new Array(94).fill(0), WANTED, BESIDES, RUN);
    expect(change(1000)).toBeCloseTo(1, 2);
    expect(change(1100)).toBeGreaterThan(1);
    expect(change(900)).toBeLessThan(1);
    expect(change(1e6)).toBeCloseTo(1.5, 10);
    expect(change(1)).toBeCloseTo(1 / 1.5, 10);
  });

  it('does not rise where a size that shrinks will be there by itself', () => {
    const change = (before: number, bytes: number): number =>
      sizeFactor([...new Array(93).fill(0), before, bytes], WANTED, BESIDES, RUN) /
      sizeFactor([...new Array(93).fill(0), before], WANTED, BESIDES, RUN);
    expect(change(1300, 1200)).toBeCloseTo(1, 10);
    expect(change(1300, 1290)).toBeGreaterThan(1);
    expect(change(1300, 1290)).toBeLessThan(change(1290, 1290));
    // One that grows is judged as it is.
    expect(change(1200, 1290)).toBeCloseTo(change(1290, 1290), 10);
    expect(change(1000, 900)).toBeCloseTo(change(900, 900), 10);
  });

  it('brings a run to the size that was asked for', () => {
    const data = syntheticPictures(600);
    const run = (targetBytes?: number, factor = 1): number => {
      const lambda = factor * TINY.lambda;
      const trainer = new Trainer(data, {
        ...TINY,
        epochs: 40,
        lambda,
        ...(targetBytes && { targetBytes }),
      });
      while (!trainer.done) trainer.runEpoch();
      return trainer.history[39].estimatedBytes.reduce((sum, bytes) => sum + bytes, 0);
    };
    const free = run();
    const half = run(containerBytes({ ...BESIDES, layers: 3 }) + 1.05 * (free / 2));
    expect(half / free).toBeGreaterThan(0.35);
    expect(half / free).toBeLessThan(0.6);
    // From a price far too high: coefficients that it has cost would not return.
    const dear = run(containerBytes({ ...BESIDES, layers: 3 }) + 1.05 * (free / 2), 100);
    expect(dear / free).toBeGreaterThan(0.35);
  });
});
