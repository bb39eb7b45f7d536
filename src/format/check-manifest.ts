import { WjpegError } from '../errors.ts';
import { tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { type Tensor, toFloat32 } from '../safetensors/tensor.ts';
import { fuseActivations } from '../weights/activation-chain.ts';
import { contactSheet } from '../weights/contact-sheet.ts';
import type { WjzLimits } from './limits.ts';
import {
  type ChainLayerType,
  inconsistent,
  inputLength,
  type JpegTensor,
  type LinearSpec,
  MAX_SIZE,
  type Manifest,
} from './manifest.ts';

/** The size that a layer's JPEG must declare, in samples. */
export interface SheetSize {
  readonly width: number;
  readonly height: number;
}

/** What a manifest requires of the rest of the file. */
export interface Expectations {
  /** Tensor name → shape; null where any will do, until the graph is known. */
  readonly tensors: ReadonlyMap<string, readonly number[] | null>;
  /** JPEG entry name → size. */
  readonly jpegs: ReadonlyMap<string, SheetSize>;
}

/**
 * Checks the consistency of a manifest (layer sizes match, names are unique, sizes agree and
 * are within the limits), and returns what it requires of the other entries.
 */
export function checkManifest(manifest: Manifest, limits: WjzLimits): Expectations {
  const { layers, input, labels } = manifest;
  if (layers.length > limits.maxLayers) {
    throw overLimit(`${layers.length} layers, expected at most ${limits.maxLayers}`);
  }
  fuseActivations(layers.map((layer) => layer.type as ChainLayerType));
  const linear = layers.filter((layer) => layer.type === 'linear');
  const names = new Set<string>();
  let features = inputLength(input);
  if (features > MAX_SIZE) throw inconsistent(`the input has ${features} values, more than ${MAX_SIZE}`);
  let source = 'the input';
  const tensors = new Map<string, readonly number[] | null>();
  const jpegs = new Map<string, SheetSize>();
  for (const layer of linear) {
    const { name, inFeatures, outFeatures } = layer;
    if (names.has(name)) throw inconsistent(`two layers are named '${name}'`);
    names.add(name);
    if (inFeatures !== features)
      throw inconsistent(`layer '${name}' takes ${inFeatures} values, but ${source} gives ${features}`);
    expectLinear(layer, tensors, jpegs, limits);
    features = outFeatures;
    source = `layer '${name}'`;
  }
  if (labels && labels.length !== features)
    throw inconsistent(`${labels.length} labels, expected ${features}, one per output`);
  return { tensors, jpegs };
}

/** What a linear layer asks of the other entries. */
export function expectLinear(
  layer: LinearSpec,
  tensors: Map<string, readonly number[] | null>,
  jpegs: Map<string, SheetSize>,
  limits: WjzLimits,
): void {
  const { name, inFeatures, outFeatures, weight, bias } = layer;
  if (inFeatures * outFeatures > limits.maxLayerWeights) {
    throw overLimit(
      `layer '${name}' has ${inFeatures * outFeatures} weights, expected at most ${limits.maxLayerWeights}`,
    );
  }
  if ('tensor' in weight) {
    expectTensor(tensors, weight.tensor, [outFeatures, inFeatures]);
  } else {
    if (jpegs.has(weight.jpeg)) throw inconsistent(`two layers share the entry '${weight.jpeg}'`);
    jpegs.set(weight.jpeg, sheetSize(layer, weight, limits));
    expectAffineMap(tensors, weight, outFeatures);
  }
  if (bias) expectTensor(tensors, bias.tensor, [outFeatures]);
}

function sheetSize(layer: LinearSpec, weight: JpegTensor, limits: WjzLimits): SheetSize {
  const { name, inFeatures, outFeatures } = layer;
  if (weight.layout === 'matrix') {
    if (Math.max(inFeatures, outFeatures) > 65535) {
      throw inconsistent(
        `layer '${name}' is ${outFeatures}×${inFeatures}, more than 65535 samples per side, the maximum of JPEG`,
      );
    }
    checkSamples(name, Math.ceil(inFeatures / 8) * 8, Math.ceil(outFeatures / 8) * 8, limits);
    return { width: inFeatures, height: outFeatures };
  }
  const { tile, tilesPerRow } = weight;
  if (tile.width * tile.height !== inFeatures) {
    throw inconsistent(
      `layer '${name}' takes ${inFeatures} values, but its tiles are ${tile.width}×${tile.height}`,
    );
  }
  if (tilesPerRow > outFeatures)
    throw inconsistent(`layer '${name}' has ${outFeatures} tiles, but ${tilesPerRow} a row`);
  const geometry = tileGeometry(tile.width, tile.height, tile.x, tile.y);
  const sheet = contactSheet(outFeatures, geometry, tilesPerRow);
  const width = sheet.blocksPerRow * 8;
  const height = sheet.blocksPerColumn * 8;
  checkSamples(name, width, height, limits);
  return { width, height };
}

function checkSamples(name: string, width: number, height: number, limits: WjzLimits): void {
  if (width * height > limits.maxLayerWeights) {
    throw overLimit(
      `the JPEG of layer '${name}' is ${width}×${height} in whole blocks, ` +
        `expected at most ${limits.maxLayerWeights} samples`,
    );
  }
}

function expectAffineMap(
  tensors: Map<string, readonly number[] | null>,
  { affineMap }: JpegTensor,
  outFeatures: number,
): void {
  const { scale, offset } = affineMap;
  const entries = offset === undefined ? [scale] : [scale, offset];
  if (new Set(entries.map((entry) => typeof entry)).size > 1) {
    throw inconsistent('an affine map mixes a number and a tensor, expected two of the same kind');
  }
  for (const entry of entries)
    if (typeof entry !== 'number') expectTensor(tensors, entry.tensor, [outFeatures]);
}

/** Scales in tensors must be positive, like those that are numbers. */
export function checkScales(manifest: Manifest, tensors: ReadonlyMap<string, Tensor>): void {
  for (const layer of manifest.layers) {
    if (layer.type !== 'linear' || 'tensor' in layer.weight) continue;
    const { scale } = layer.weight.affineMap;
    if (typeof scale === 'number') continue;
    const bad = toFloat32(tensors.get(scale.tensor) as Tensor).findIndex((value) => !(value > 0));
    if (bad >= 0) {
      throw new WjpegError(
        'corrupt',
        'WJZ_SCALE',
        `tensor '${scale.tensor}' is not positive at element ${bad}`,
      );
    }
  }
}

/** Two layers may share a tensor of one shape; `null` accepts any. */
export function expectTensor(
  tensors: Map<string, readonly number[] | null>,
  name: string,
  shape: readonly number[] | null,
): void {
  const known = tensors.get(name);
  if (known && shape && known.join() !== shape.join()) {
    throw inconsistent(`tensor '${name}' is required as [${known.join(', ')}] and as [${shape.join(', ')}]`);
  }
  tensors.set(name, shape ?? known ?? null);
}

export function overLimit(message: string): WjpegError {
  return new WjpegError('limit', 'MANIFEST_LIMIT', `model.json: ${message}`);
}
