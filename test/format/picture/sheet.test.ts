import { describe, expect, it } from 'vitest';
import {
  arrange,
  cutBlocks,
  extentOf,
  moveTiles,
  placeBlocks,
  type SheetLayer,
  tilesPerRowOn,
} from '../../../src/format/picture/sheet.ts';

const matrix = (name: string, inFeatures: number, outFeatures: number): SheetLayer => ({
  type: 'linear',
  name,
  inFeatures,
  outFeatures,
  weight: { jpeg: '', layout: 'matrix', affineMap: { scale: 1 } },
});

/** Tiles of 2×3 blocks: 9×17 samples, placed so that they touch a block more along each axis. */
const tiles = (outFeatures: number, tilesPerRow: number): SheetLayer => ({
  ...matrix('tiles', 9 * 17, outFeatures),
  weight: {
    ...{ jpeg: '', layout: 'rows', affineMap: { scale: 1 } },
    ...{ tile: { width: 9, height: 17, x: 7, y: 7 }, tilesPerRow },
  },
});

/** Every block holds its number, so that it is seen where it went. */
const numbered = (blocks: number): Int16Array =>
  Int16Array.from({ length: blocks * 64 }, (_, at) => 1 + (at >> 6));
const numbersOf = (blocks: Int16Array): number[] => {
  const numbers = Array.from({ length: blocks.length / 64 }, (_, block) => blocks[64 * block]);
  // Blocks move whole.
  expect(blocks.every((value, at) => value === numbers[at >> 6])).toBe(true);
  return numbers;
};

describe('sizes in blocks', () => {
  it('of a matrix', () => {
    expect(extentOf(matrix('m', 16, 8))).toEqual({ width: 2, height: 1 });
    expect(extentOf(matrix('m', 17, 9))).toEqual({ width: 3, height: 2 });
    expect(tilesPerRowOn(matrix('m', 16, 8), 100)).toBe(0);
  });

  it('of tiles, the last row perhaps not full', () => {
    expect(extentOf(tiles(6, 3))).toEqual({ width: 3 * 2, height: 2 * 3 });
    expect(extentOf(tiles(7, 3))).toEqual({ width: 3 * 2, height: 3 * 3 });
  });

  it('as many tiles stand in a row as fit, and none is cut', () => {
    expect([1, 2, 3, 4, 13, 14, 100].map((width) => tilesPerRowOn(tiles(7, 0), width))).toEqual([
      0, 1, 1, 2, 6, 7, 7,
    ]);
  });
});

describe('places on a sheet', () => {
  const [wide, high, small] = [matrix('wide', 40, 8), matrix('high', 16, 24), matrix('small', 8, 16)];

  it('side by side where the width allows it, else below the highest', () => {
    expect(arrange([high, small, wide, small], [0, 0, 0, 0], 5)).toEqual({
      places: [
        { x: 0, y: 0, width: 2, height: 3 },
        { x: 2, y: 0, width: 1, height: 2 },
        { x: 0, y: 3, width: 5, height: 1 },
        { x: 0, y: 4, width: 1, height: 2 },
      ],
      blocksPerColumn: 6,
    });
    // The higher one second: what comes below it begins there.
    expect(arrange([small, high, wide], [0, 0, 0], 5).places[2]).toMatchObject({ x: 0, y: 3 });
    // One that fills the row to its end.
    expect(arrange([high, small, high], [0, 0, 0], 5)).toMatchObject({
      places: [{ x: 0 }, { x: 2 }, { x: 3, y: 0 }],
      blocksPerColumn: 3,
    });
  });

  it('each component has shelves of its own; the sheet is as high as the highest', () => {
    const { places, blocksPerColumn } = arrange([high, small, small, wide], [0, 1, 0, 1], 5);
    expect(places.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [0, 0],
      [2, 0],
      [0, 2],
    ]);
    expect(blocksPerColumn).toBe(3);
  });

  it('of no layers: one row of blocks', () => {
    expect(arrange([], [], 4)).toEqual({ places: [], blocksPerColumn: 1 });
  });

  it('a layer that is wider than the sheet is refused by name', () => {
    expect(arrange([wide], [0], 5).blocksPerColumn).toBe(1);
    expect(() => arrange([small, wide], [0, 0], 4)).toThrow(
      /does not fit its network: layer 'wide' is 40 samples wide, the sheet 32;/,
    );
  });
});

describe('blocks', () => {
  it('are cut out of a plane and placed in one', () => {
    const place = { x: 1, y: 1, width: 2, height: 2 };
    const cut = cutBlocks(numbered(12), 4, place);
    expect(numbersOf(cut)).toEqual([6, 7, 10, 11]);
    const plane = new Int16Array(12 * 64);
    placeBlocks(plane, 4, place, cut);
    expect(numbersOf(plane)).toEqual([0, 0, 0, 0, 0, 6, 7, 0, 0, 10, 11, 0]);
  });

  it('of tiles stay together when others stand in a row; where no tile is they are 0', () => {
    // Three tiles of 2×3 blocks, all in one row: 6 × 3 blocks.
    const moved = moveTiles(numbered(18), tiles(3, 3), 2);
    expect(numbersOf(moved)).toEqual([
      ...[1, 2, 3, 4],
      ...[7, 8, 9, 10],
      ...[13, 14, 15, 16],
      ...[5, 6, 0, 0],
      ...[11, 12, 0, 0],
      ...[17, 18, 0, 0],
    ]);
    expect(numbersOf(moveTiles(moved, tiles(3, 2), 3))).toEqual(numbersOf(numbered(18)));
  });

  it('stay as they are where nothing changes', () => {
    const blocks = numbered(18);
    expect(moveTiles(blocks, tiles(3, 3), 3)).toBe(blocks);
    expect(moveTiles(blocks, matrix('m', 48, 24), 2)).toBe(blocks);
  });
});
