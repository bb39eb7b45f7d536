import type { CoefficientImage } from '../jpeg/types.ts';
import type { WeightMap } from '../weights/affine-map.ts';
import { type ContactSheet, sheetBlock } from '../weights/contact-sheet.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import { BlockQuantizer } from './quantize.ts';

/**
 * The contact sheet of a layer in the `rows` layout: row r of the weights is tile r.
 * Tiles beyond the last neuron are left all zero, which costs next to nothing.
 */
export function rowsImage(
  layer: DenseLinear,
  sheet: ContactSheet,
  map: WeightMap,
  quantization: Uint16Array,
): CoefficientImage {
  const { tile } = sheet;
  const quantizer = new BlockQuantizer(quantization);
  const coefficients = new Int16Array(sheet.blocksPerRow * sheet.blocksPerColumn * 64);
  const sample = sampler(layer, map);
  for (let row = 0; row < sheet.tiles; row++) {
    const picture = { width: tile.width, height: tile.height, start: row * layer.inFeatures, sample };
    for (let blockRow = 0; blockRow < tile.blocksPerColumn; blockRow++) {
      for (let blockColumn = 0; blockColumn < tile.blocksPerRow; blockColumn++) {
        const at = sheetBlock(sheet, row, blockRow, blockColumn) * 64;
        quantizer.block(picture, blockColumn * 8 - tile.x, blockRow * 8 - tile.y, coefficients, at);
      }
    }
  }
  return greyImage(sheet.blocksPerRow * 8, sheet.blocksPerColumn * 8, quantization, coefficients);
}

/** The picture of a layer in the `matrix` layout: the O × I weight matrix itself, in-features across. */
export function matrixImage(layer: DenseLinear, map: WeightMap, quantization: Uint16Array): CoefficientImage {
  const width = layer.inFeatures;
  const height = layer.outFeatures;
  const blocksPerRow = Math.ceil(width / 8);
  const blocksPerColumn = Math.ceil(height / 8);
  const quantizer = new BlockQuantizer(quantization);
  const coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
  const picture = { width, height, start: 0, sample: sampler(layer, map) };
  for (let blockRow = 0; blockRow < blocksPerColumn; blockRow++) {
    for (let blockColumn = 0; blockColumn < blocksPerRow; blockColumn++) {
      const at = (blockRow * blocksPerRow + blockColumn) * 64;
      quantizer.block(picture, blockColumn * 8, blockRow * 8, coefficients, at);
    }
  }
  return greyImage(width, height, quantization, coefficients);
}

/** Element of the weight matrix ↦ level-shifted sample, the inverse of weight = scale·(sample − 128) + offset. */
function sampler(layer: DenseLinear, map: WeightMap): (element: number) => number {
  const { weights, inFeatures } = layer;
  const { scale, offset } = map;
  const perRow = scale.length > 1;
  return (element) => {
    const entry = perRow ? Math.floor(element / inFeatures) : 0;
    return (weights[element] - (offset?.[entry] ?? 0)) / scale[entry];
  };
}

/** A grey picture of `width` × `height` samples from its blocks. */
export function greyImage(
  width: number,
  height: number,
  quantization: Uint16Array,
  coefficients: Int16Array,
): CoefficientImage {
  const component = {
    id: 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    width,
    height,
    blocksPerRow: Math.ceil(width / 8),
    blocksPerColumn: Math.ceil(height / 8),
    quantization,
    coefficients,
  };
  return { width, height, process: 'baseline', components: [component], adobeTransform: undefined };
}
