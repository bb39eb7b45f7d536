import type { JpegTensor } from '../format/manifest.ts';
import { tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { decodeCoefficients, encodeCoefficients, readFrameHeader } from '../jpeg/index.ts';
import { contactSheet, sheetBlock, squareTilesPerRow } from '../weights/contact-sheet.ts';
import type { SheetData } from './data.ts';
import { dataUri } from './data-uri.ts';

/** A sheet with this aspect ratio or more is unreadable on a page. */
const MAX = 4;

/**
 * A layer's contact sheet for an `<img>`: the JPEG itself if browsers can show it. An arithmetic-coded one is
 * recoded with Huffman codes, and the tiles of a thin strip are rearranged; all coefficients are
 * unchanged.
 */
export function sheetPicture(jpeg: Uint8Array, weight: JpegTensor, neurons: number): SheetData {
  const { width, height, process } = readFrameHeader(jpeg);
  const recoded = process === 'extended-arithmetic' || process === 'progressive-arithmetic';
  const relaid = weight.layout === 'rows' && Math.max(width / height, height / width) > MAX;
  if (!recoded && !relaid) {
    return {
      source: dataUri('image/jpeg', jpeg),
      bytes: jpeg.length,
      width,
      height,
      recoded,
      relaid,
    };
  }
  const [component] = decodeCoefficients(jpeg).components;
  const image = relaid
    ? layOutAnew(component.coefficients, weight, neurons)
    : { width, height, coefficients: component.coefficients };
  const shown = encodeCoefficients({
    width: image.width,
    height: image.height,
    components: [{ ...component, coefficients: image.coefficients }],
  });
  return {
    source: dataUri('image/jpeg', shown),
    bytes: shown.length,
    width: image.width,
    height: image.height,
    recoded,
    relaid,
  };
}

function layOutAnew(
  coefficients: Int16Array,
  weight: Extract<JpegTensor, { layout: 'rows' }>,
  neurons: number,
): { width: number; height: number; coefficients: Int16Array } {
  const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
  const from = contactSheet(neurons, tile, weight.tilesPerRow);
  const to = contactSheet(neurons, tile, squareTilesPerRow(neurons, tile));
  const moved = new Int16Array(to.blocksPerRow * to.blocksPerColumn * 64);
  for (let neuron = 0; neuron < neurons; neuron++) {
    for (let row = 0; row < tile.blocksPerColumn; row++) {
      for (let column = 0; column < tile.blocksPerRow; column++) {
        const start = sheetBlock(from, neuron, row, column) * 64;
        moved.set(coefficients.subarray(start, start + 64), sheetBlock(to, neuron, row, column) * 64);
      }
    }
  }
  return { width: to.blocksPerRow * 8, height: to.blocksPerColumn * 8, coefficients: moved };
}
