import { beforeAll, describe, expect, it } from 'vitest';
import { type ByPartsCurves, byPartsCurves } from '../../bench/by-parts/curves.ts';
import { plotByParts } from '../../bench/by-parts/plot.ts';
import { byPartsTable } from '../../bench/by-parts/report.ts';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { randomNetwork } from '../compress/networks.ts';
import { squares } from './synthetic-mnist.ts';

const PICTURES = 100;
let curves: ByPartsCurves;

beforeAll(async () => {
  const input = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS } as const;
  const settings = { input, quality: 20, qualities: [20, 5] };
  curves = await byPartsCurves(randomNetwork([784, 64, 10]), 'row', settings, squares(PICTURES, 5));
});

describe('a net while it arrives', () => {
  it('answers from the first scan on, and at the end as the ordinary file does', () => {
    const { partial, ordinary, fileBytes } = curves;
    expect(partial.map(({ setting }) => setting)).toEqual(
      partial.map((_, index) => `${index + 1} ${index === 0 ? 'scan' : 'scans'}`),
    );
    partial.slice(1).forEach(({ bytes }, index) => {
      expect(bytes).toBeGreaterThan(partial[index].bytes);
    });
    const last = partial[partial.length - 1];
    expect(last.bytes).toBeLessThan(fileBytes);
    expect(last.error).toBe(ordinary.find(({ setting }) => setting === 'quality 20')?.error);
  });

  it('stands beside ordinary files from the smallest on', () => {
    const sizes = curves.ordinary.map(({ bytes }) => bytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    for (const { error } of curves.ordinary) expect((error * PICTURES) % 1).toBeCloseTo(0, 9);
  });

  it('has a line a point in the table', () => {
    const lines = byPartsTable([curves]).trim().split('\n');
    expect(lines).toHaveLength(1 + curves.partial.length + curves.ordinary.length);
  });

  it('is drawn, also where nothing is labelled wrongly', () => {
    const perfect = { ...curves, partial: curves.partial.map((point) => ({ ...point, error: 0 })) };
    for (const svg of [plotByParts([curves], 20), plotByParts([curves, perfect], 20)]) {
      expect(svg).toMatch(/^<\?xml.*\?>\n<svg [\s\S]*<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg.match(/<circle/g)?.length).toBeGreaterThanOrEqual(curves.ordinary.length);
    }
  });
});
