import { expect, it } from 'vitest';
import { medianMicroseconds } from '../../src/cli/measure.ts';

/** Longer than the shortest sample, so that no calls are put together. */
function busy(): void {
  const start = performance.now();
  while (performance.now() - start < 0.2);
}

it('warms every call up before any is timed, then lets them take turns', async () => {
  const order: string[] = [];
  const call = (name: string) => async () => {
    order.push(name);
    busy();
  };
  const times = await medianMicroseconds([call('a'), call('b')], { repeats: 4 });
  expect(order.slice(-8).join('')).toBe('abbaabba');
  expect(order.slice(0, -8).join('')).toMatch(/^a+b+$/);
  expect(times).toHaveLength(2);
  for (const time of times) expect(time).toBeGreaterThanOrEqual(200);
});

it('times short calls several at a time', async () => {
  let calls = 0;
  const [time] = await medianMicroseconds([async () => void calls++], { repeats: 3 });
  expect(time).toBeGreaterThan(0);
  expect(calls).toBeGreaterThan(100);
});

it('rejects as a call does', async () => {
  const failing = async () => {
    throw new Error('no');
  };
  await expect(medianMicroseconds([failing], { repeats: 3 })).rejects.toThrow('no');
});
