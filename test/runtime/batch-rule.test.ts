import { expect, test } from 'vitest';
import { coefficientCosts, denseCosts, minThatPays } from '../../src/runtime/backends/wasm/batch-rule.ts';

const costs = (single: number, group: number, image = 0) => ({ single, group, image });

test('a group is run from where it costs less than single runs, its images counted', () => {
  expect(minThatPays([costs(100, 650)], 24)).toBe(7);
  expect(minThatPays([costs(60, 400), costs(40, 250)], 24)).toBe(7);
  expect(minThatPays([costs(100, 650, 35)], 24)).toBe(10);
});

test('at least two images, at most a whole group', () => {
  expect(minThatPays([costs(100, 1)], 24)).toBe(2);
  expect(minThatPays([costs(100, 5000)], 24)).toBe(24);
  expect(minThatPays([costs(100, 10, 100)], 48)).toBe(48);
});

test('only the first node brings inputs side by side', () => {
  const layer = { kind: 'matrix', inFeatures: 64, rows: 16, nonzeros: 100, pairs: 0, entries: 100 } as const;
  for (const of of [
    (isFirst: boolean) => denseCosts(64, 16, isFirst),
    (isFirst: boolean) => coefficientCosts(layer, 'float32', isFirst),
    (isFirst: boolean) => coefficientCosts({ ...layer, kind: 'rows' }, 'int16', isFirst),
  ]) {
    expect(of(true).image).toBeGreaterThan(0);
    expect(of(false)).toEqual({ ...of(true), image: 0 });
  }
});
