import { describe, expect, it } from 'vitest';
import { cuts, partitions } from '../../../src/format/picture/splits.ts';

describe('ways to spread layers over components', () => {
  it('are all of them for few layers, each once', () => {
    expect(partitions(1)).toEqual([]);
    expect(partitions(2)).toEqual([[0, 1]]);
    expect(partitions(3)).toEqual([
      [0, 0, 1],
      [0, 1, 0],
      [0, 1, 1],
      [0, 1, 2],
    ]);
    // Stirling numbers of the second kind: S(5, 2) + S(5, 3).
    expect(new Set(partitions(5).map(String)).size).toBe(15 + 25);
  });

  it('keep the order of many layers', () => {
    expect(cuts(3)).toEqual([
      [0, 1, 2],
      [0, 1, 1],
      [0, 0, 1],
    ]);
    for (const way of cuts(9)) expect(way).toEqual([...way].sort());
    expect(new Set(cuts(9).map(String)).size).toBe(8 + 28);
  });
});
