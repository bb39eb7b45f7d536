import { WjpegError } from '../errors.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';

/** Layout of the tiles of a `rows` layer in its JPEG, in blocks. Tile r is at column r mod tilesPerRow. */
export interface ContactSheet {
  readonly tile: TileGeometry;
  readonly tiles: number;
  readonly tilesPerRow: number;
  readonly tileRows: number;
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
}

/** Maximum side of a JPEG, in samples: T.81 B.2.2. */
export const MAX_DIMENSION = 65535;

export function contactSheet(tiles: number, tile: TileGeometry, tilesPerRow: number): ContactSheet {
  const tileRows = Math.ceil(tiles / tilesPerRow);
  const blocksPerRow = tilesPerRow * tile.blocksPerRow;
  const blocksPerColumn = tileRows * tile.blocksPerColumn;
  if (blocksPerRow * 8 > MAX_DIMENSION || blocksPerColumn * 8 > MAX_DIMENSION) {
    throw new WjpegError(
      'unsupported',
      'SHEET_TOO_LARGE',
      `a contact sheet of ${blocksPerRow * 8}×${blocksPerColumn * 8} samples, expected at most ${MAX_DIMENSION} per side`,
    );
  }
  return { tile, tiles, tilesPerRow, tileRows, blocksPerRow, blocksPerColumn };
}

/**
 * Tiles per row for an approximately square sheet: of the counts within a factor of two, the first that leaves no
 * tile empty, else the most square.
 */
export function squareTilesPerRow(tiles: number, tile: TileGeometry): number {
  const square = Math.sqrt((tiles * tile.blocksPerColumn) / tile.blocksPerRow);
  const squarest = Math.max(1, Math.ceil(square));
  for (let count = squarest; count <= Math.min(tiles, squarest * 2); count++)
    if (tiles % count === 0) return count;
  return Math.min(tiles, squarest);
}

/** Maximum width of contact sheets to try, in samples: some viewers cannot show wider ones. */
const MAX_WIDTH = 16384;

/**
 * Tiles per row worth trying if every byte counts, widest first: those that leave no tile of the sheet empty. In one
 * row, blocks at the same position of every tile are consecutive, which suits adaptive coders.
 */
export function tilesPerRowChoices(tiles: number, tile: TileGeometry): number[] {
  const fits = (count: number): boolean =>
    tiles % count === 0 &&
    count * tile.blocksPerRow * 8 <= MAX_WIDTH &&
    (tiles / count) * tile.blocksPerColumn * 8 <= MAX_WIDTH;
  const choices = Array.from({ length: tiles }, (_, index) => tiles - index).filter(fits);
  return choices.length > 0 ? choices : [squareTilesPerRow(tiles, tile)];
}

/** Index, in raster order of the sheet, of block (blockRow, blockColumn) of tile `index`. */
export function sheetBlock(
  sheet: ContactSheet,
  index: number,
  blockRow: number,
  blockColumn: number,
): number {
  const tileRow = Math.floor(index / sheet.tilesPerRow);
  const tileColumn = index % sheet.tilesPerRow;
  return (
    (tileRow * sheet.tile.blocksPerColumn + blockRow) * sheet.blocksPerRow +
    tileColumn * sheet.tile.blocksPerRow +
    blockColumn
  );
}
