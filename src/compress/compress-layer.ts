import { WjpegError } from '../errors.ts';
import type { AffineMap, JpegTensor, TensorReference } from '../format/manifest.ts';
import { tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import {
  type EncoderImage,
  encodeCoefficients,
  type JpegEncodeOptions,
  LUMINANCE_QUANTIZATION,
  type ProgressiveScan,
  scaledQuantization,
} from '../jpeg/index.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { fitAffineMap, type WeightMap } from '../weights/affine-map.ts';
import { contactSheet, squareTilesPerRow } from '../weights/contact-sheet.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import { matrixImage, rowsImage } from './layer-image.ts';
import type { LayerSettings, Layout, RestType } from './layer-options.ts';

/** One layer as a JPEG, with what the manifest and `dense.safetensors` say of it. */
export interface CompressedLayer {
  readonly weight: JpegTensor;
  readonly jpeg: Uint8Array;
  readonly map: WeightMap;
  /** Per-row scales and offsets, if the map has them. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Quality of the original experiment. */
export const DEFAULT_QUALITY = 20;

/** `jpeg`: the name of its entry. */
export function compressLayer(layer: DenseLinear, jpeg: string, options: LayerSettings): CompressedLayer {
  const quantization = scaledQuantization(LUMINANCE_QUANTIZATION, options.quality ?? DEFAULT_QUALITY);
  const { map, type } = storableMap(layer, options);
  const tensors = new Map<string, Tensor>();
  const affineMap = describeMap(layer.name, map, type, tensors);
  const { input } = options;
  const layout = layoutOf(layer, options);
  if (input.kind === 'image' && layout === 'rows') {
    const tile = tileGeometry(input.width, input.height, options.offset, options.offset);
    const sheet = contactSheet(layer.outFeatures, tile, squareTilesPerRow(layer.outFeatures, tile));
    const weight: JpegTensor = {
      jpeg,
      layout: 'rows',
      tile: { width: tile.width, height: tile.height, x: tile.x, y: tile.y },
      tilesPerRow: sheet.tilesPerRow,
      affineMap,
    };
    return { weight, jpeg: encodeLayer(rowsImage(layer, sheet, map, quantization), options), map, tensors };
  }
  const weight: JpegTensor = { jpeg, layout: 'matrix', affineMap };
  return { weight, jpeg: encodeLayer(matrixImage(layer, map, quantization), options), map, tensors };
}

/**
 * Scans for loading by parts: all coefficients without their last bit first, then the last bits, low frequencies before
 * high ones. Of some twenty scripts, among those with the fewest errors at half of the bytes, the one with the fewest
 * on the way from there to the end (reference net, quality 20, a map a row; 5,000 training pictures). 2 to 4 % more
 * bytes than the smallest script.
 */
export const SCANS_BY_PARTS: readonly ProgressiveScan[] = [
  [0, 0, 0, 1],
  [1, 2, 0, 1],
  [3, 9, 0, 1],
  [10, 63, 0, 1],
  [0, 0, 1, 0],
  [1, 5, 1, 0],
  [6, 14, 1, 0],
  [15, 63, 1, 0],
].map(([spectralStart, spectralEnd, approximationHigh, approximationLow]) => ({
  components: [0],
  spectralStart,
  spectralEnd,
  approximationHigh,
  approximationLow,
}));

export function encodeLayer(image: EncoderImage, settings: CodingOptions): Uint8Array {
  return encodeCoefficients(image, codingOf(settings));
}

/** Options that say how coefficients are coded. */
type CodingOptions = Pick<LayerSettings, 'entropy' | 'progressive'>;

/** How a grey picture of weights is coded. */
export function codingOf({ entropy, progressive }: CodingOptions): JpegEncodeOptions {
  return {
    ...(entropy !== undefined && { entropy }),
    ...(progressive && { scans: SCANS_BY_PARTS }),
    ...(progressive === false && { progressive }),
  };
}

/** `rows` where the layer sees the input picture, else `matrix`, unless the options say otherwise. */
export function layoutOf(layer: DenseLinear, { input, layout }: LayerSettings): Layout {
  const isPicture =
    input.kind === 'image' && input.channels === 1 && input.width * input.height === layer.inFeatures;
  if (layout === 'rows' && !isPicture) {
    throw new WjpegError(
      'misuse',
      'COMPRESS_NO_PICTURE',
      `layer '${layer.name}' takes ${layer.inFeatures} values, which are no ` +
        `${input.kind === 'image' ? `${input.width}×${input.height} picture` : 'picture'}: arrange it as a matrix`,
    );
  }
  return isPicture && layout !== 'matrix' ? 'rows' : 'matrix';
}

/** Longer side in samples of the picture that a layer becomes; a frame header holds at most 65,535 (T.81 B.2.2). */
export function jpegSide(layer: DenseLinear, options: LayerSettings): number {
  const { input, offset } = options;
  if (input.kind !== 'image' || layoutOf(layer, options) === 'matrix') {
    return Math.max(layer.inFeatures, layer.outFeatures);
  }
  const tile = tileGeometry(input.width, input.height, offset, offset);
  const tilesPerRow = squareTilesPerRow(layer.outFeatures, tile);
  const tileRows = Math.ceil(layer.outFeatures / tilesPerRow);
  return 8 * Math.max(tilesPerRow * tile.blocksPerRow, tileRows * tile.blocksPerColumn);
}

/** Smallest normal and largest finite float16: between them it keeps 11 significant bits. */
const F16_RANGE = { min: 2 ** -14, max: 65504 };

/**
 * The layer's affine map, its numbers rounded to the type that they will be kept in, so that the map that the
 * coefficients are made with is the map that a reader finds. One number for the layer stands in the manifest as it is;
 * numbers for each row become float16 tensors if that is wanted and if float16 can hold them.
 */
function storableMap(
  layer: DenseLinear,
  options: LayerSettings,
): { map: WeightMap; type: RestType | 'JSON' } {
  const fitWith = (store: (value: number) => number): WeightMap =>
    fitAffineMap(layer.weights, layer.outFeatures, options.map, options.scope, store);
  const exact = fitWith(Math.fround);
  if (options.scope === 'layer') return { map: exact, type: 'JSON' };
  if (options.rest !== 'F16' || !exact.scale.every(isF16Scale)) return { map: exact, type: 'F32' };
  // An offset rounded by more than half a grey level would push samples out of 0…255, where viewers clamp them.
  const keepsOffset = (offset: number, row: number): boolean =>
    Math.abs(offset) <= F16_RANGE.max && Math.abs(roundToF16(offset) - offset) <= exact.scale[row] / 2;
  if (exact.offset && !exact.offset.every(keepsOffset)) return { map: exact, type: 'F32' };
  return { map: fitWith(roundToF16), type: 'F16' };
}

function isF16Scale(scale: number): boolean {
  return scale >= F16_RANGE.min && scale <= F16_RANGE.max;
}

function roundToF16(value: number): number {
  return toFloat32(fromFloat32(Float32Array.of(value), [1], 'F16'))[0];
}

function describeMap(
  name: string,
  map: WeightMap,
  type: RestType | 'JSON',
  tensors: Map<string, Tensor>,
): AffineMap {
  const entry = (suffix: string, values: Float32Array): number | TensorReference => {
    if (type === 'JSON') return values[0];
    const tensor = `${name}.${suffix}`;
    tensors.set(tensor, fromFloat32(values, [values.length], type));
    return { tensor };
  };
  const scale = entry('scale', map.scale);
  return map.offset ? { scale, offset: entry('offset', map.offset) } : { scale };
}

/** A symmetric map with one scale, in the manifest, or one per row, as a float16 tensor where that can hold them. */
export function storeSymmetricMap(
  name: string,
  scales: Float32Array,
  { rest }: LayerSettings,
): { map: WeightMap; affineMap: AffineMap; tensors: ReadonlyMap<string, Tensor> } {
  const tensors = new Map<string, Tensor>();
  const type = scales.length === 1 ? 'JSON' : rest === 'F16' && scales.every(isF16Scale) ? 'F16' : 'F32';
  const scale = type === 'F16' ? scales.map(roundToF16) : scales;
  const map: WeightMap = { kind: 'symmetric', scale, offset: null };
  return { map, affineMap: describeMap(name, map, type, tensors), tensors };
}
