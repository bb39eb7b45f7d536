import { tileGeometry } from '../../jpeg/dct/tile-geometry.ts';
import { MAX_DIMENSION, tilesPerRowChoices } from '../../weights/contact-sheet.ts';
import { arrange, extentOf, type SheetLayer, tilesPerRowOn } from './sheet.ts';

/** Widest sheet in blocks: T.81 B.2.2. */
const MAX_BLOCKS = Math.floor(MAX_DIMENSION / 8);
/** Blocks that are written to find the best width: a small network is tried at all of them, a large one at few. */
const TRIED_BLOCKS = 2 ** 18;
/** Most widths tried for a network of any size. */
const MAX_WIDTHS = 40;

/** Layers as they lie on a sheet of that width. */
export function layersOn(layers: readonly SheetLayer[], blocksPerRow: number): SheetLayer[] {
  return layers.map((layer) =>
    layer.weight.layout === 'matrix'
      ? layer
      : {
          ...layer,
          weight: { ...layer.weight, tilesPerRow: Math.max(1, tilesPerRowOn(layer, blocksPerRow)) },
        },
  );
}

/**
 * Widths in blocks worth trying, those first that suit large networks: about square, then as narrow as possible, then those
 * that leave no tile of a layer empty, or at which layers lie beside each other. Empty if there is none that a JPEG can have.
 */
export function widthsToTry(layers: readonly SheetLayer[], components: readonly number[]): number[] {
  const blocks = layers.reduce((sum, layer) => sum + blocksOf(layer), 0);
  const narrowest = Math.max(1, ...layers.map(narrowestWidth));
  const square = Math.max(narrowest, Math.ceil(Math.sqrt(blocks)));
  const beside = layers.flatMap((layer, index) => {
    const next = layers.find((_, other) => other > index && components[other] === components[index]);
    return next ? [narrowestWidth(layer) + narrowestWidth(next)] : [];
  });
  const all = [square, narrowest, ...layers.flatMap(tileWidths), ...beside];
  const fits = (width: number): boolean =>
    width >= narrowest &&
    width <= MAX_BLOCKS &&
    arrange(layersOn(layers, width), components, width).blocksPerColumn <= MAX_BLOCKS;
  const count = Math.max(2, Math.min(MAX_WIDTHS, Math.floor(TRIED_BLOCKS / Math.max(1, blocks))));
  return [...new Set(all)].filter(fits).slice(0, count);
}

/** The blocks of a layer; of the `rows` layout those of its tiles, whatever the width. */
function blocksOf(layer: SheetLayer): number {
  if (layer.weight.layout === 'rows') {
    const { blocksPerRow, blocksPerColumn } = tileOf(layer.weight);
    return layer.outFeatures * blocksPerRow * blocksPerColumn;
  }
  const { width, height } = extentOf(layer);
  return width * height;
}

/** The width in blocks that a layer needs at least. */
function narrowestWidth(layer: SheetLayer): number {
  const { weight } = layer;
  return weight.layout === 'matrix' ? extentOf(layer).width : tileOf(weight).blocksPerRow;
}

/** Widths that leave no tile of a layer empty. */
function tileWidths({ outFeatures, weight }: SheetLayer): number[] {
  if (weight.layout === 'matrix') return [];
  const tile = tileOf(weight);
  return tilesPerRowChoices(outFeatures, tile).map((count) => count * tile.blocksPerRow);
}

function tileOf({
  tile,
}: Extract<SheetLayer['weight'], { readonly layout: 'rows' }>): ReturnType<typeof tileGeometry> {
  return tileGeometry(tile.width, tile.height, tile.x, tile.y);
}
