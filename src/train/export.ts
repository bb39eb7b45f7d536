import { greyImage } from '../compress/layer-image.ts';
import { smallestSheet } from '../compress/smallest-sheet.ts';
import { type JpegTensor, type LayerSpec, type Manifest, PICTURE_DEFAULTS } from '../format/manifest.ts';
import type { WjzContent } from '../format/write.ts';
import { encodeCoefficients, type JpegEncodeOptions } from '../jpeg/index.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import type { FrozenTable } from './frozen-table.ts';
import type { TrainLayer } from './layer.ts';
import { checkExportOptions } from './option-rules.ts';
import type { ExportOptions } from './options.ts';
import type { Trainer } from './trainer.ts';

/**
 * The network as a `.wjz`: each layer a JPEG, biases as float16. Tables that are not yet frozen are frozen now, so call
 * it after the run.
 *
 * @throws WjpegError `JPEG_ENCODE` for options that do not fit
 */
export function exportNetwork(trainer: Trainer, options: ExportOptions = {}): WjzContent {
  checkExportOptions(options);
  const { jpeg: coding = {}, fit = trainer.fit, ...text } = options;
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
    version: '2.0',
    ...text,
    input: {
      kind: 'image',
      width,
      height,
      ...PICTURE_DEFAULTS,
      preprocessing: { ...PICTURE_DEFAULTS.preprocessing, ...(fit && { fit }) },
    },
    layers,
  };
  return { manifest, jpegs, tensors };
}

function encodeLayer(layer: TrainLayer, coding: JpegEncodeOptions): { weight: JpegTensor; jpeg: Uint8Array } {
  const { name, inFeatures, outFeatures, tile } = layer.shape;
  if (!layer.frozen) layer.freeze();
  const table = layer.frozen as FrozenTable;
  const coefficients = layer.coefficients();
  const stored = { jpeg: `${name}.jpg`, affineMap: { scale: table.scale } };
  if (!tile) {
    const image = greyImage(inFeatures, outFeatures, table.quantization, coefficients);
    const jpeg = encodeCoefficients(image, coding);
    return { weight: { ...stored, layout: 'matrix' }, jpeg };
  }
  const best = smallestSheet(coefficients, outFeatures, tile, table.quantization, (image) =>
    encodeCoefficients(image, coding),
  );
  const { width, height, x, y } = tile;
  return {
    weight: { ...stored, layout: 'rows', tile: { width, height, x, y }, tilesPerRow: best.tilesPerRow },
    jpeg: best.jpeg,
  };
}
