import { WjpegError } from '../../errors.ts';
import { tileGeometry } from '../../jpeg/dct/tile-geometry.ts';
import { contactSheet, sheetBlock } from '../../weights/contact-sheet.ts';
import type { JpegTensor, LinearSpec } from '../manifest.ts';

/**
 * Where layers lie on the sheet, in blocks (docs/model-jpeg.md, 5). Nothing of it is stored: it follows from the manifest and
 * the width of the picture.
 */

/** A layer that is kept as coefficients. */
export type SheetLayer = LinearSpec & { readonly weight: JpegTensor };

/** A rectangle of whole blocks. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The places of all layers, and the height that they take. */
export interface Arrangement {
  readonly places: readonly Rectangle[];
  readonly blocksPerColumn: number;
}

/** Tiles in a row of a `rows` layer on a sheet of that width: as many as fit; 0 where none does. */
export function tilesPerRowOn({ outFeatures, weight }: SheetLayer, blocksPerRow: number): number {
  if (weight.layout !== 'rows') return 0;
  const { width, height, x, y } = weight.tile;
  return Math.min(outFeatures, Math.floor(blocksPerRow / tileGeometry(width, height, x, y).blocksPerRow));
}

/** Width and height in blocks of a layer whose `tilesPerRow` is set. */
export function extentOf({ inFeatures, outFeatures, weight }: SheetLayer): {
  readonly width: number;
  readonly height: number;
} {
  if (weight.layout === 'matrix') {
    return { width: Math.ceil(inFeatures / 8), height: Math.ceil(outFeatures / 8) };
  }
  const { tile, tilesPerRow } = weight;
  const { blocksPerRow, blocksPerColumn } = tileGeometry(tile.width, tile.height, tile.x, tile.y);
  return {
    width: tilesPerRow * blocksPerRow,
    height: Math.ceil(outFeatures / tilesPerRow) * blocksPerColumn,
  };
}

/**
 * Puts rectangles on shelves, in order, each component's on shelves of its own: each to the right of the one before where the width
 * allows it, else on a new shelf below the highest of the current one.
 *
 * @throws MODEL_SHEET for one that is wider than the sheet
 */
export function arrange(
  layers: readonly SheetLayer[],
  components: readonly number[],
  blocksPerRow: number,
): Arrangement {
  const shelves = new Map<number, Rectangle>();
  const places = layers.map((layer, index): Rectangle => {
    const { width, height } = extentOf(layer);
    if (width > blocksPerRow) {
      throw wrongSheet(`layer '${layer.name}' is ${8 * width} samples wide, the sheet ${8 * blocksPerRow}`);
    }
    const shelf = shelves.get(components[index]) ?? { x: 0, y: 0, width: 0, height: 0 };
    const isNew = shelf.width + width > blocksPerRow;
    const [x, y] = isNew ? [0, shelf.y + shelf.height] : [shelf.width, shelf.y];
    const tallest = isNew ? height : Math.max(shelf.height, height);
    shelves.set(components[index], { x: 0, y, width: x + width, height: tallest });
    return { x, y, width, height };
  });
  return {
    places,
    blocksPerColumn: Math.max(1, ...[...shelves.values()].map(({ y, height }) => y + height)),
  };
}

/** Copies the blocks of a rectangle out of a plane. */
export function cutBlocks(plane: Int16Array, blocksPerRow: number, place: Rectangle): Int16Array {
  const { x, y, width, height } = place;
  const blocks = new Int16Array(width * height * 64);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * blocksPerRow + x) * 64;
    blocks.set(plane.subarray(from, from + width * 64), row * width * 64);
  }
  return blocks;
}

/** Copies the blocks of a layer to its rectangle of a plane. */
export function placeBlocks(
  plane: Int16Array,
  blocksPerRow: number,
  { x, y, width, height }: Rectangle,
  blocks: Int16Array,
): void {
  for (let row = 0; row < height; row++) {
    plane.set(blocks.subarray(row * width * 64, (row + 1) * width * 64), ((y + row) * blocksPerRow + x) * 64);
  }
}

/** The blocks of a contact sheet with another number of tiles in a row; empty where no tile is. */
export function moveTiles(blocks: Int16Array, layer: SheetLayer, tilesPerRow: number): Int16Array {
  const { outFeatures, weight } = layer;
  if (weight.layout !== 'rows' || weight.tilesPerRow === tilesPerRow) return blocks;
  const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
  const from = contactSheet(outFeatures, tile, weight.tilesPerRow);
  const to = contactSheet(outFeatures, tile, tilesPerRow);
  const moved = new Int16Array(to.blocksPerRow * to.blocksPerColumn * 64);
  for (let index = 0; index < outFeatures; index++) {
    for (let row = 0; row < tile.blocksPerColumn; row++) {
      const start = sheetBlock(from, index, row, 0) * 64;
      moved.set(blocks.subarray(start, start + tile.blocksPerRow * 64), sheetBlock(to, index, row, 0) * 64);
    }
  }
  return moved;
}

/** A picture of another size than its network takes. */
export function wrongSheet(what: string): WjpegError {
  return new WjpegError(
    'corrupt',
    'MODEL_SHEET',
    `the picture does not fit its network: ${what}; it was cropped, rotated or resized: use the original file`,
  );
}
