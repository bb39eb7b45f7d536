import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS, searchQuality } from '../../src/compress/search.ts';

/** 100 bytes a step of quality, and 5 points lost at quality 0, none at 50. */
function attempts() {
  const tried: number[] = [];
  return {
    tried,
    attempt: async (quality: number) => {
      tried.push(quality);
      return { quality, bytes: 1000 + 100 * quality, drop: Math.max(0, 5 - quality / 10) };
    },
  };
}

describe('searching for a quality', () => {
  it.each([
    [1100, 1],
    [1199, 1],
    [1200, 2],
    [5049, 40],
    [10_999, 99],
    [11_000, 100],
    [1e9, 100],
  ])('at most %i bytes: quality %i', async (bytes, quality) => {
    const { attempt, tried } = attempts();
    expect(await searchQuality({ bytes }, attempt)).toMatchObject({ quality });
    expect(tried.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
  });

  it.each([
    [0, 50],
    [0.1, 49],
    [1, 40],
    [4.9, 1],
    [100, 1],
  ])('at most %f points: quality %i', async (drop, quality) => {
    const { attempt, tried } = attempts();
    expect(await searchQuality({ drop }, attempt)).toMatchObject({ quality });
    expect(tried.length).toBeLessThanOrEqual(MAX_ATTEMPTS);
  });

  it('says what was reached where a target can not be', async () => {
    const { attempt } = attempts();
    await expect(searchQuality({ bytes: 900 }, attempt)).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: '900 bytes cannot be reached: quality 1 takes 1100',
    });
    const worse = async (quality: number) => ({ ...(await attempt(quality)), drop: 0.4 });
    await expect(searchQuality({ drop: 0.3 }, worse)).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      message: 'a loss of 0.3 points cannot be reached: quality 100 loses 0.40',
    });
  });

  it('takes no loss that was not measured for one', async () => {
    const { attempt } = attempts();
    const unmeasured = async (quality: number) => ({ ...(await attempt(quality)), drop: NaN });
    await expect(searchQuality({ drop: 1 }, unmeasured)).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
    });
  });
});
