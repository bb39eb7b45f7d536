import { describe, expect, it } from 'vitest';
import type { SheetLayer } from '../../../src/format/picture/sheet.ts';
import { layersOn, widthsToTry } from '../../../src/format/picture/widths.ts';
import { MAX_DIMENSION } from '../../../src/weights/contact-sheet.ts';

/** A matrix of so many blocks. */
const matrix = (width: number, height: number): SheetLayer => ({
  ...{ type: 'linear', name: 'm', inFeatures: 8 * width, outFeatures: 8 * height },
  weight: { jpeg: '', layout: 'matrix', affineMap: { scale: 1 } },
});
/** So many tiles of 8·width×8·height samples. */
const tiles = (outFeatures: number, width: number, height: number, tilesPerRow = 1): SheetLayer => ({
  ...matrix(8 * width * height, 1),
  outFeatures,
  weight: {
    ...{ jpeg: '', layout: 'rows', affineMap: { scale: 1 } },
    ...{ tile: { width: 8 * width, height: 8 * height, x: 0, y: 0 }, tilesPerRow },
  },
});
const MAX_BLOCKS = Math.floor(MAX_DIMENSION / 8);

describe('widths that are tried for a model as one JPEG', () => {
  it('about square, then as narrow as possible', () => {
    expect(widthsToTry([matrix(5, 10)], [0])).toEqual([8, 5]);
    expect(widthsToTry([matrix(10, 5)], [0])).toEqual([10]);
  });

  it('then those that leave no tile of a layer empty', () => {
    expect(widthsToTry([tiles(6, 2, 3)], [0])).toEqual([6, 2, 12, 4]);
    // Whatever the layer has now: four in a row leave two empty.
    expect(widthsToTry([tiles(6, 2, 3, 4)], [0])).toEqual([6, 2, 12, 4]);
  });

  it('then those at which a layer lies beside the next one of its component', () => {
    const layers = [matrix(5, 1), matrix(2, 3), matrix(1, 1)];
    expect(widthsToTry(layers, [0, 0, 0])).toEqual([5, 7]);
    expect(widthsToTry(layers, [0, 1, 0])).toEqual([5, 6]);
    expect(widthsToTry(layers, [0, 1, 2])).toEqual([5]);
  });

  it('none that no JPEG can have', () => {
    expect(widthsToTry([matrix(MAX_BLOCKS, 1)], [0])).toEqual([MAX_BLOCKS]);
    expect(widthsToTry([matrix(MAX_BLOCKS + 1, 1)], [0])).toEqual([]);
    expect(widthsToTry([matrix(1, MAX_BLOCKS)], [0])).toContain(1);
    expect(widthsToTry([matrix(1, MAX_BLOCKS + 1)], [0])).toEqual([]);
    // One tile in a row would make the sheet too high.
    expect(widthsToTry([tiles(2 * MAX_BLOCKS, 1, 1)], [0])).not.toContain(1);
  });

  it('few for large networks, at most 40 for small ones', () => {
    expect(widthsToTry([matrix(600, 600), matrix(600, 300)], [0, 0])).toEqual([735, 600]);
    // 5040 has 60 divisors.
    expect(widthsToTry([tiles(5040, 1, 1)], [0])).toHaveLength(40);
    expect(widthsToTry([tiles(5040, 2, 3)], [0])).toHaveLength(Math.floor(2 ** 18 / (6 * 5040)));
  });
});

it('on a sheet of some width stand as many tiles in a row as fit, at least one', () => {
  const [layer, wide] = [matrix(5, 10), tiles(6, 2, 3)];
  const tilesPerRow = (width: number): unknown => layersOn([wide], width)[0].weight;
  expect(tilesPerRow(7)).toMatchObject({ tilesPerRow: 3 });
  expect(tilesPerRow(1)).toMatchObject({ tilesPerRow: 1 });
  expect(layersOn([layer, wide], 7)[0]).toBe(layer);
});
