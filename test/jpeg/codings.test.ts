import { expect, test } from 'vitest';
import { ALL_CODINGS } from '../../src/jpeg/scans/all-codings.ts';
import { coding, loadCodings } from '../../src/jpeg/scans/codings.ts';
import type { JpegProcess } from '../../src/jpeg/types.ts';

const { progressive, arithmetic } = ALL_CODINGS;

test.each<[JpegProcess[], object]>([
  [[], {}],
  [['baseline', 'extended'], {}],
  [['progressive'], { progressive }],
  [['extended-arithmetic'], { arithmetic }],
  [['progressive-arithmetic'], { progressive, arithmetic }],
  [['baseline', 'progressive'], { progressive }],
  [['extended-arithmetic', 'baseline'], { arithmetic }],
])('for %j just what they need is loaded', async (processes, expected) => {
  const codings = await loadCodings(processes);
  expect(Object.keys(codings).sort()).toEqual(Object.keys(expected).sort());
  expect(codings).toEqual(expected);
});

test('what has not been loaded can not be had, and is named', () => {
  expect(coding(ALL_CODINGS, 'progressive')).toBe(progressive);
  expect(() => coding({}, 'arithmetic')).toThrow('the decoder of arithmetic JPEGs has not been loaded');
});
