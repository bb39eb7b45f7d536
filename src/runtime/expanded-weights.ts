import type { JpegTensor, LinearSpec } from '../format/manifest.ts';
import { tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import type { WeightMap } from '../weights/affine-map.ts';
import { contactSheet } from '../weights/contact-sheet.ts';
import { decodeSamples } from './decode-samples.ts';
import type { NodeMaker } from './stored-network.ts';

/**
 * Decodes a layer's JPEG to 8-bit samples with an ordinary JPEG decoder (jpeg-js) and rescales them to a float32
 * matrix, O × I row-major. As in the original experiment, samples are rounded and clamped to 0…255.
 */
export function expandedWeights(
  layer: LinearSpec & { readonly weight: JpegTensor },
  bytes: Uint8Array,
  map: WeightMap,
  limits?: Partial<JpegLimits>,
): Float32Array {
  const { inFeatures, outFeatures, weight } = layer;
  const sampleAt = weight.layout === 'rows' ? tilePosition(layer.outFeatures, weight) : undefined;
  const picture = decodeSamples(bytes, limits);
  const weights = new Float32Array(outFeatures * inFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const entry = map.scale.length > 1 ? row : 0;
    const scale = map.scale[entry];
    const offset = map.offset?.[entry] ?? 0;
    for (let column = 0; column < inFeatures; column++) {
      const position = sampleAt ? sampleAt(row, column, picture.width) : row * picture.width + column;
      weights[row * inFeatures + column] = scale * (picture.samples[position] - 128) + offset;
    }
  }
  return weights;
}

/** Layers stored as JPEGs as dense matrices: what the path `expanded` runs. */
export function expandedNode(limits?: Partial<JpegLimits>): NodeMaker {
  return ({ spec, jpeg, map, bias, relu }) => {
    const { name, inFeatures, outFeatures } = spec;
    const weights = expandedWeights(spec, jpeg, map, limits);
    return { kind: 'dense', name, inFeatures, outFeatures, bias, relu, weights };
  };
}

/** Position in the contact sheet of weight `column` of neuron `row`. */
function tilePosition(
  outFeatures: number,
  weight: Extract<JpegTensor, { layout: 'rows' }>,
): (row: number, column: number, sheetWidth: number) => number {
  const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
  const sheet = contactSheet(outFeatures, tile, weight.tilesPerRow);
  return (row, column, sheetWidth) => {
    const top = Math.floor(row / sheet.tilesPerRow) * tile.blocksPerColumn * 8 + tile.y;
    const left = (row % sheet.tilesPerRow) * tile.blocksPerRow * 8 + tile.x;
    const y = Math.floor(column / tile.width);
    return (top + y) * sheetWidth + left + (column - y * tile.width);
  };
}
