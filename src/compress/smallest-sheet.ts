import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { CoefficientImage } from '../jpeg/types.ts';
import { type ContactSheet, contactSheet, sheetBlock, tilesPerRowChoices } from '../weights/contact-sheet.ts';
import { greyImage } from './layer-image.ts';

/**
 * The contact sheet of a `rows` layer in the width for which its JPEG takes the fewest bytes. `blocks`: the blocks of
 * tile after tile, 64 coefficients each in natural order.
 */
export function smallestSheet(
  blocks: Int16Array,
  tiles: number,
  tile: TileGeometry,
  quantization: Uint16Array,
  encode: (image: CoefficientImage) => Uint8Array,
): { readonly tilesPerRow: number; readonly jpeg: Uint8Array } {
  return tilesPerRowChoices(tiles, tile)
    .map((tilesPerRow) => {
      const sheet = contactSheet(tiles, tile, tilesPerRow);
      const { blocksPerRow, blocksPerColumn } = sheet;
      const image = greyImage(blocksPerRow * 8, blocksPerColumn * 8, quantization, onSheet(blocks, sheet));
      return { tilesPerRow, jpeg: encode(image) };
    })
    .reduce((best, other) => (other.jpeg.length < best.jpeg.length ? other : best));
}

/** Blocks of tile after tile, moved to where they lie on the contact sheet. */
export function onSheet(blocks: Int16Array, sheet: ContactSheet): Int16Array {
  const placed = new Int16Array(sheet.blocksPerRow * sheet.blocksPerColumn * 64);
  let from = 0;
  for (let tile = 0; tile < sheet.tiles; tile++) {
    for (let row = 0; row < sheet.tile.blocksPerColumn; row++) {
      for (let column = 0; column < sheet.tile.blocksPerRow; column++, from += 64) {
        placed.set(blocks.subarray(from, from + 64), sheetBlock(sheet, tile, row, column) * 64);
      }
    }
  }
  return placed;
}
