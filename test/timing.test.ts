import { describe, expect, it } from 'vitest';
import { type Sampler, samplerOf, summarize, timeInTurn } from '../src/timing.ts';

describe('timeInTurn', () => {
  it('takes turns, each round in another order, and samples are whole cycles', async () => {
    const turns: string[] = [];
    const timed =
      (name: string, perCall: number): Sampler =>
      (calls) => {
        expect(calls % 4).toBe(0);
        turns.push(name);
        return Promise.resolve(calls * perCall);
      };
    let pauses = 0;
    const result = await timeInTurn([timed('a', 10), timed('b', 30)], {
      rounds: 3,
      sampleMilliseconds: 1,
      warmUpMilliseconds: 1,
      cycle: 4,
      pause: async () => void pauses++,
    });
    expect(result.map(({ median }) => Math.round(median))).toEqual([10, 30]);
    expect(turns.slice(-6).join('')).toBe('abbaab');
    expect(turns.slice(0, -6).join('')).toMatch(/^a+b+$/);
    expect(pauses).toBe(6);
  });

  it.each([3, 1000])('makes samples as long as the plan says, of calls of %d µs', async (perCall) => {
    const lengths: number[] = [];
    const sampler: Sampler = async (calls) => {
      lengths.push(calls * perCall);
      return calls * perCall;
    };
    await timeInTurn([sampler], { rounds: 2, sampleMilliseconds: 5, warmUpMilliseconds: 20 });
    const warmUp = lengths.slice(0, -2).reduce((sum, length) => sum + length, 0);
    expect(warmUp).toBeGreaterThanOrEqual(20_000);
    for (const length of lengths.slice(-2)) {
      expect(length).toBeGreaterThanOrEqual(5000);
      expect(length).toBeLessThan(5000 + perCall);
    }
  });

  it('is not misled by a clock that does not tell short calls apart', async () => {
    let now = 0;
    const coarse: Sampler = async (calls) => {
      const start = Math.floor(now);
      now += calls * 1e-5;
      return (Math.floor(now) - start) * 1000;
    };
    const [{ median }] = await timeInTurn([coarse], {
      rounds: 5,
      sampleMilliseconds: 8,
      warmUpMilliseconds: 8,
    });
    expect(median).toBeCloseTo(0.01, 3);
  });
});

describe('samplerOf', () => {
  it('numbers its calls', async () => {
    const indices: number[] = [];
    const microseconds = await samplerOf(async (index) => indices.push(index))(3);
    expect(indices).toEqual([0, 1, 2]);
    expect(microseconds).toBeGreaterThanOrEqual(0);
  });

  it('rejects as the call does', async () => {
    await expect(samplerOf(() => Promise.reject(new Error('no')))(1)).rejects.toThrow('no');
  });
});

it('summarizes samples', () => {
  expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(summarize([4, 1, 2, 3]).median).toBe(2.5);
});
