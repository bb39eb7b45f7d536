import { encodeCoefficients, type JpegEncodeOptions } from '../jpeg/index.ts';
import { contactSheet, sheetBlock, tilesPerRowChoices } from '../model/contact-sheet.ts';
import type { TileGeometry } from '../model/network.ts';
import { fromFloat32, type Tensor } from '../safetensors/tensor.ts';
import type { JpegTensor, LayerSpec, Manifest } from '../wjz/manifest.ts';
import type { WjzContent } from '../wjz/write.ts';
import type { FrozenTable, TrainLayer } from './layer.ts';
import type { Trainer } from './trainer.ts';

export interface ExportOptions {
  /** How the layers' JPEGs are coded. */
  readonly jpeg?: JpegEncodeOptions;
  /** What is said of the model in its file; every word takes bytes. */
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
}

/**
 * The network as a `.wjz`: each layer a JPEG, biases as float16. Tables that are not frozen yet are frozen now, so call it
 * when the run is done.
 */
export function exportNetwork(trainer: Trainer, options: ExportOptions = {}): WjzContent {
  const { jpeg: coding = {}, ...text } = options;
  const jpegs = new Map<string, Uint8Array>();
  const tensors = new Map<string, Tensor>();
  const layers: LayerSpec[] = [];
  for (const layer of trainer.layers) {
    const { name, inFeatures, outFeatures, bias, relu } = layer.shape;
    const { weight, jpeg } = encodeLayer(layer, coding);
    jpegs.set(weight.jpeg, jpeg);
    if (bias) {
      tensors.set(`${name}.bias`, fromFloat32(Float32Array.from(layer.bias.values), [outFeatures], 'F16'));
    }
    layers.push({
      type: 'linear',
      name,
      inFeatures,
      outFeatures,
      weight,
      ...(bias && { bias: { tensor: `${name}.bias` } }),
    });
    if (relu) layers.push({ type: 'relu' });
  }
  const { width, height } = trainer.tile;
  const manifest: Manifest = {
    format: 'wjz',
    version: '1.0',
    ...text,
    input: { kind: 'image', width, height, channels: 1, mean: 0, std: 1, ground: 'dark' },
    layers,
  };
  return { manifest, jpegs, tensors };
}

function encodeLayer(layer: TrainLayer, coding: JpegEncodeOptions): { weight: JpegTensor; jpeg: Uint8Array } {
  const { name, inFeatures, outFeatures, tile } = layer.shape;
  if (!layer.frozen) layer.freeze();
  const table = layer.frozen as FrozenTable;
  const coefficients = layer.coefficients();
  const stored = { jpeg: `${name}.jpg`, sampleMap: { scale: table.scale } };
  if (!tile) {
    const jpeg = encode(inFeatures, outFeatures, coefficients, table, coding);
    return { weight: { ...stored, arrangement: 'matrix' }, jpeg };
  }
  const [best] = tilesPerRowChoices(outFeatures, tile)
    .map((tilesPerRow) => ({
      tilesPerRow,
      jpeg: encodeSheet(coefficients, tile, tilesPerRow, table, coding),
    }))
    .sort((a, b) => a.jpeg.length - b.jpeg.length);
  const { width, height, x, y } = tile;
  return {
    weight: { ...stored, arrangement: 'rows', tile: { width, height, x, y }, tilesPerRow: best.tilesPerRow },
    jpeg: best.jpeg,
  };
}

function encodeSheet(
  coefficients: Int16Array,
  tile: TileGeometry,
  tilesPerRow: number,
  table: FrozenTable,
  coding: JpegEncodeOptions,
): Uint8Array {
  const { blocksPerRow, blocksPerColumn } = tile;
  const size = blocksPerRow * blocksPerColumn;
  const sheet = contactSheet(coefficients.length / (size * 64), tile, tilesPerRow);
  const placed = new Int16Array(sheet.blocksPerRow * sheet.blocksPerColumn * 64);
  for (let block = 0; block < coefficients.length / 64; block++) {
    const inTile = block % size;
    const row = Math.floor(inTile / blocksPerRow);
    const at = sheetBlock(sheet, Math.floor(block / size), row, inTile % blocksPerRow);
    placed.set(coefficients.subarray(block * 64, block * 64 + 64), at * 64);
  }
  return encode(sheet.blocksPerRow * 8, sheet.blocksPerColumn * 8, placed, table, coding);
}

/** Blocks in raster order → a grey JPEG. */
function encode(
  width: number,
  height: number,
  coefficients: Int16Array,
  { quantization }: FrozenTable,
  coding: JpegEncodeOptions,
): Uint8Array {
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  return encodeCoefficients({ width, height, components: [component] }, coding);
}
