import type { JpegTensor } from '../format/manifest.ts';
import { inverseDct8x8 } from '../jpeg/dct/dct.ts';
import { type TileGeometry, tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { LUMINANCE_QUANTIZATION } from '../jpeg/index.ts';
import { contactSheet, MAX_DIMENSION, squareTilesPerRow } from '../weights/contact-sheet.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import { type CompressedLayer, encodeLayer, layoutOf, storeSymmetricMap } from './compress-layer.ts';
import { layerBlocks } from './layer-blocks.ts';
import { greyImage } from './layer-image.ts';
import type { LayerSettings } from './layer-options.ts';
import type { OutputError } from './output-error.ts';
import { RateModel } from './rate-model.ts';
import { onSheet } from './smallest-sheet.ts';

/** What one layer has to keep. */
export interface LayerBound {
  readonly metric: OutputError;
  /** The most that `metric` may come to. */
  readonly maxError: number;
  /** O values: what an error of each output weighs further on. */
  readonly importance: Float64Array;
}

/** One way to lay out a layer and to share its error out. */
interface Candidate {
  readonly tile: TileGeometry | undefined;
  /** O divisors of the rows, or undefined for one scale for the layer. */
  readonly rowScale: Float64Array | undefined;
  /** Exponent of the luminance table: 0 is a flat table, 1 that of T.81 Annex K. */
  readonly exponent: number;
}

interface Quantized {
  readonly candidate: Candidate;
  readonly blocks: Int16Array;
  readonly table: Uint16Array;
  readonly scale: number;
  readonly bytes: number;
}

/** Distance of the extreme samples from 128: weights beyond it would be clamped by a picture decoder. */
const SAMPLE_RANGE = 127.5;
/** Maximum table entry of the finest step: with the luminance table's shape, entries then stay below 255. */
const MAX_FINEST_ENTRY = 16;
/** Least entry of the luminance table, which is divided by it. */
const MIN_LUMINANCE = 10;
/** Largest coefficient of 8-bit JPEG, T.81 Table F.2. */
const MAX_COEFFICIENT = 1023;
/** Steps tried for one candidate: the error is nearly proportional to the step, so few are needed. */
const MAX_STEPS = 5;
/** A step whose error is this close to the bound is taken. */
const CLOSE_ENOUGH = 0.95;
/** Bytes that a per-row scale takes, as float16. */
const SCALE_BYTES = 2;

/**
 * Stores a layer in the fewest bytes whose error on probe inputs stays within a bound: of each layout, table shape and
 * scope of the scale the coarsest step that keeps it, and of these the smallest. Undefined where none does, for example
 * because one weight is so large that 8-bit samples cannot tell the others apart.
 */
export function compressBounded(
  layer: DenseLinear,
  jpeg: string,
  options: LayerSettings,
  bound: LayerBound,
): CompressedLayer | undefined {
  let best: Quantized | undefined;
  const all = candidates(layer, options, bound.importance);
  for (const [index, candidate] of all.entries()) {
    const found = coarsest(layer, candidate, bound, (part) =>
      options.onProgress?.((index + part) / all.length),
    );
    if (found && (!best || found.bytes < best.bytes)) best = found;
  }
  return best && store(layer, jpeg, options, best);
}

function candidates(
  layer: DenseLinear,
  options: LayerSettings,
  importance: Float64Array,
): readonly Candidate[] {
  const { input, layout, offset, sharedTable = false } = options;
  const rowScales = [undefined, importance.map((value) => 1 / value), rowRanges(layer)];
  // A factor of the table can move to a scale that is one number.
  const matrix = (sharedTable ? [undefined] : rowScales).map((rowScale) => ({
    tile: undefined,
    rowScale,
    exponent: 0,
  }));
  if (layoutOf(layer, options) === 'matrix' || input.kind !== 'image') return matrix;
  const tile = tileGeometry(input.width, input.height, offset, offset);
  const rows = rowScales.flatMap((rowScale) => [0.5, 1].map((exponent) => ({ tile, rowScale, exponent })));
  const isMatrixTooLarge = Math.max(layer.inFeatures, layer.outFeatures) > MAX_DIMENSION;
  return layout === 'rows' || isMatrixTooLarge ? rows : [...rows, ...matrix];
}

/** Greatest magnitude of each row, 1 for a row of zeros. */
function rowRanges({ weights, inFeatures, outFeatures }: DenseLinear): Float64Array {
  const ranges = new Float64Array(outFeatures);
  weights.forEach((weight, i) => {
    const row = Math.floor(i / inFeatures);
    ranges[row] = Math.max(ranges[row], Math.abs(weight));
  });
  return ranges.map((range) => range || 1);
}

/** The coarsest step of a candidate that keeps the bound. */
function coarsest(
  layer: DenseLinear,
  candidate: Candidate,
  { metric, maxError }: LayerBound,
  onProgress: (part: number) => void,
): Quantized | undefined {
  const { tile, exponent } = candidate;
  const divisors = candidate.rowScale ?? new Float64Array(layer.outFeatures).fill(1);
  const coefficients = layerBlocks(layer, tile, divisors);
  const { range, rms } = spread(layer, divisors);
  if (range === 0) return undefined;
  const finest = range / SAMPLE_RANGE;
  const shape = LUMINANCE_QUANTIZATION.map((entry) => (entry / MIN_LUMINANCE) ** exponent);
  let best: Quantized | undefined;
  // White noise of a uniform quantiser: step ÷ √12.
  let step = Math.max(finest, rms * maxError * Math.sqrt(12));
  for (let tried = 0; tried < MAX_STEPS; tried++) {
    onProgress(tried / MAX_STEPS);
    const entry = Math.min(MAX_FINEST_ENTRY, Math.max(1, Math.floor(step / finest)));
    const scale = Math.fround(step / entry);
    const table = Uint16Array.from(shape, (factor) => Math.min(255, Math.round(entry * factor)));
    const blocks = coefficients.map((value, i) => clamp(Math.round(value / (scale * table[i & 63]))));
    const quantized = Int16Array.from(blocks);
    const ratio = metric.of(dequantize(layer, tile, quantized, table, scale, divisors)) / maxError;
    if (ratio <= 1) {
      const bytes = codedBytes(quantized) + (candidate.rowScale ? SCALE_BYTES * layer.outFeatures : 0);
      if (!best || bytes < best.bytes) best = { candidate, blocks: quantized, table, scale, bytes };
      if (ratio > CLOSE_ENOUGH) break;
    } else if (step <= finest) break;
    const next = step * Math.min(8, Math.max(0.1, 0.975 / ratio));
    step = Math.max(finest, next);
  }
  return best;
}

function clamp(value: number): number {
  return Math.max(-MAX_COEFFICIENT, Math.min(MAX_COEFFICIENT, value));
}

/** Greatest and root mean square magnitude of the weights, each row divided by its entry. */
function spread(
  { weights, inFeatures }: DenseLinear,
  divisors: Float64Array,
): { range: number; rms: number } {
  let range = 0;
  let squares = 0;
  weights.forEach((weight, i) => {
    const value = Math.abs(weight / divisors[Math.floor(i / inFeatures)]);
    range = Math.max(range, value);
    squares += value * value;
  });
  return { range, rms: Math.sqrt(squares / weights.length) };
}

/** An estimate, by the entropy of the coefficients of each frequency. */
function codedBytes(blocks: Int16Array): number {
  const rate = new RateModel();
  rate.learn(blocks);
  return blocks.reduce((bits, value, i) => bits + rate.bits(i & 63, value), 0) / 8;
}

/** The weights that a reader will find, O × I. */
function dequantize(
  { inFeatures, outFeatures }: DenseLinear,
  tile: TileGeometry | undefined,
  blocks: Int16Array,
  table: Uint16Array,
  scale: number,
  divisors: Float64Array,
): Float64Array {
  const weights = new Float64Array(inFeatures * outFeatures);
  const { width, height, x: left, y: top } = tile ?? { width: inFeatures, height: outFeatures, x: 0, y: 0 };
  const across = tile?.blocksPerRow ?? Math.ceil(width / 8);
  const perPicture = tile ? across * tile.blocksPerColumn : blocks.length / 64;
  const block = new Float64Array(64);
  for (let start = 0; start < blocks.length; start += 64) {
    for (let k = 0; k < 64; k++) block[k] = blocks[start + k] * table[k] * scale;
    inverseDct8x8(block, block);
    const picture = Math.floor(start / 64 / perPicture);
    const place = (start / 64) % perPicture;
    for (let k = 0; k < 64; k++) {
      const y = Math.floor(place / across) * 8 - top + (k >> 3);
      const x = (place % across) * 8 - left + (k & 7);
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      weights[picture * inFeatures + y * width + x] = block[k] * divisors[tile ? picture : y];
    }
  }
  return weights;
}

function store(
  layer: DenseLinear,
  jpeg: string,
  options: LayerSettings,
  { candidate, blocks, table, scale }: Quantized,
): CompressedLayer {
  const { tile, rowScale } = candidate;
  const scales = Float32Array.from(rowScale ?? [1], (value) => value * scale);
  const { map, affineMap, tensors } = storeSymmetricMap(layer.name, scales, options);
  if (!tile) {
    const image = greyImage(layer.inFeatures, layer.outFeatures, table, blocks);
    const weight: JpegTensor = { jpeg, layout: 'matrix', affineMap };
    return { weight, jpeg: encodeLayer(image, options), map, tensors };
  }
  const sheet = contactSheet(layer.outFeatures, tile, squareTilesPerRow(layer.outFeatures, tile));
  const { blocksPerRow, blocksPerColumn, tilesPerRow } = sheet;
  const image = greyImage(blocksPerRow * 8, blocksPerColumn * 8, table, onSheet(blocks, sheet));
  const { width, height, x, y } = tile;
  const weight: JpegTensor = {
    jpeg,
    layout: 'rows',
    tile: { width, height, x, y },
    tilesPerRow,
    affineMap,
  };
  return { weight, jpeg: encodeLayer(image, options), map, tensors };
}
