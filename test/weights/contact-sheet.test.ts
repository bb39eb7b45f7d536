import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { contactSheet, sheetBlock, squareTilesPerRow } from '../../src/weights/contact-sheet.ts';

describe('contactSheet', () => {
  it('places 512 tiles of 28×28 on a sheet without empty tiles', () => {
    const tile = tileGeometry(28, 28);
    const sheet = contactSheet(512, tile, squareTilesPerRow(512, tile));
    expect(sheet).toMatchObject({ tilesPerRow: 32, tileRows: 16, blocksPerRow: 128, blocksPerColumn: 64 });
  });

  it('gives every block of every tile a place of its own, inside the sheet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 7 }),
        (tiles, width, height, x, y) => {
          const tile = tileGeometry(width, height, x, y);
          const sheet = contactSheet(tiles, tile, squareTilesPerRow(tiles, tile));
          const places = new Set<number>();
          for (let t = 0; t < tiles; t++) {
            for (let v = 0; v < tile.blocksPerColumn; v++) {
              for (let u = 0; u < tile.blocksPerRow; u++) places.add(sheetBlock(sheet, t, v, u));
            }
          }
          expect(places.size).toBe(tiles * tile.blocksPerRow * tile.blocksPerColumn);
          expect(Math.max(...places)).toBeLessThan(sheet.blocksPerRow * sheet.blocksPerColumn);
        },
      ),
    );
  });

  it('refuses a sheet that no frame header can declare', () => {
    expect(() => contactSheet(4096, tileGeometry(28, 28), 4096)).toThrow(
      expect.objectContaining({ code: 'SHEET_TOO_LARGE' }),
    );
  });
});
