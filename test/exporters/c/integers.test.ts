import { describe, expect, it } from 'vitest';
import { integerPlan, type SampleIntegers } from '../../../src/exporters/c/integers.ts';
import type { AverageStage, LinearStage, Plan } from '../../../src/exporters/c/plan.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';

const image = (side: number, channels: number, mean: number | number[], std: number | number[]) =>
  ({ kind: 'image', width: side, height: side, channels, mean, std }) as ImageInputSpec;

/** One output that sums all inputs. */
const sum = (inputs: number): LinearStage => ({
  ...{ kind: 'linear', name: 'sum', inputs, outputs: 1, bias: null, relu: false },
  weights: { kind: 'dense', values: new Float64Array(inputs).fill(1) },
});

function samplesOf(
  side: number,
  channels: number,
  mean: number | number[],
  std: number | number[],
): SampleIntegers {
  const plan: Plan = {
    input: image(side, channels, mean, std),
    ...{ maps: [], average: undefined, vectors: [sum(side * side * channels)] },
  };
  return integerPlan(plan).samples as SampleIntegers;
}

describe('samples as integers', () => {
  it.each([
    // (sample << 6) − mean: 255 · 64 is below 2¹⁵.
    ['as they are', 8, 1, 0, 1, [0], 6],
    ['half of them below zero', 8, 1, 0.5, 0.25, [127.5 * 64], 6],
    ['means of their own', 8, 3, [0, 0.5, 1], 0.5, [0, 127.5 * 64, 255 * 64], 6],
    // 784 weights of 127: inputs of at most 2³⁰ / (784 · 127) = 10,783 = 42 · 255, or 84 · 127.5.
    ['fewer bits for a large picture', 28, 1, 0, 1, [0], 5],
    ['and one more where they lie around zero', 28, 1, 0.5, 1, [127.5 * 64], 6],
    // 150² weights: 375.
    ['no bits at all', 150, 1, 0, 1, [0], 0],
  ])('%s', (_, side, channels, mean, std, means, shift) => {
    expect(samplesOf(side, channels, mean, std)).toEqual({ shift, factors: undefined, means });
  });

  it('channels of different deviations have factors of 8 bits below 1, whose rounding goes into the means', () => {
    // From −2 to 2, and from 0 to 2: a unit is 2 / 32,766.
    expect(samplesOf(8, 2, [0.5, 0], [0.25, 0.5])).toEqual({
      shift: 8,
      factors: [65_789, 32_894],
      means: [Math.round(127.5 * 65_789) - 128, -128],
    });
  });
});

describe('the mean of each channel', () => {
  const averageOf = (mean: number, limitOfNext: number) => {
    const average: AverageStage = {
      kind: 'average',
      from: { channels: 1, height: 4, width: 4 },
    } as AverageStage;
    const plan: Plan = { input: image(4, 1, mean, 1), maps: [], average, vectors: [sum(limitOfNext)] };
    return integerPlan(plan).average;
  };

  it('keeps as many bits as the next layer takes', () => {
    // Sums of 16 samples of 0…16,320 are 261,120: three bits too many for 2¹⁵ − 1.
    expect(averageOf(0, 1)).toMatchObject({ shift: 3, limit: 32_767 });
    // Of −8,160…8,160, half as much.
    expect(averageOf(0.5, 1)).toMatchObject({ shift: 2, limit: 32_767 });
  });
});
