import { describe, expect, it } from 'vitest';
import { Random } from '../../src/random.ts';
import { lambdaRamp, oneCycle } from '../../src/train/schedule.ts';

describe('schedules', () => {
  it('the learning rate rises from 1/25 to 1 in a tenth of the run and falls to next to nothing', () => {
    expect(oneCycle(0)).toBeCloseTo(1 / 25, 10);
    expect(oneCycle(0.05)).toBeCloseTo((1 + 1 / 25) / 2, 10);
    expect(oneCycle(0.1)).toBe(1);
    expect(oneCycle(0.55)).toBeCloseTo(0.5, 3);
    expect(oneCycle(1)).toBeCloseTo(1 / 250_000, 10);
  });

  it('lambda rises in a straight line, or is there at once', () => {
    expect([0, 0.15, 0.3, 1].map((progress) => lambdaRamp(progress, 0.3))).toEqual([0, 0.5, 1, 1]);
    expect(lambdaRamp(0, 0)).toBe(1);
  });
});

describe('random numbers', () => {
  it('go on from a state that was kept', () => {
    const random = new Random(7);
    random.next();
    const { state } = random;
    const following = [random.next(), random.symmetric()];
    random.state = state;
    expect([random.next(), random.symmetric()]).toEqual(following);
  });

  it('shuffle: each index once', () => {
    const order = new Random(1).permutation(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});
