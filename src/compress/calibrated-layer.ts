import type { JpegTensor } from '../format/manifest.ts';
import { type TileGeometry, tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { blockDct, runDct } from '../jpeg/dct/transforms.ts';
import type { DenseLinear } from '../weights/dense-network.ts';
import type { Activations } from './activations.ts';
import { type CompressedLayer, DEFAULT_QUALITY, encodeLayer, layoutOf } from './compress-layer.ts';
import { ErrorFeedback } from './error-feedback.ts';
import { greyImage } from './layer-image.ts';
import type { LayerSettings } from './layer-options.ts';
import { RateModel } from './rate-model.ts';
import { covariance } from './second-moments.ts';
import { smallestSheet } from './smallest-sheet.ts';

/** A layer's inputs in the basis of its coefficients: what errors cost. Made once, used at every quality. */
export interface LayerStatistics {
  readonly tile: TileGeometry | undefined;
  readonly covariance: Float64Array;
  readonly feedback: ErrorFeedback;
}

/**
 * Ridge on the covariance, as a fraction of the mean variance: few inputs must not look like certainty, and
 * coefficients must not wander off where the inputs say nothing. Measured on held-out images: docs/lab/calibration.md.
 */
const DAMPING = 0.1;
/** Price of a bit in squared steps: 2·ln 2 ÷ 12 of a uniform quantiser at high rates (Δ²/12 of noise, 6 dB a bit). */
const BIT_PRICE = (2 * Math.LN2) / 12;
/**
 * What counts further on is the mean error of a layer's outputs, while bits are paid for all of them: for the same
 * price of an error the squared step grows with the number of outputs. Qualities mean what they mean at this many.
 */
const REFERENCE_OUTPUTS = 512;
/** Maximum steps of the largest weight of a frequency: JPEG codes twice as many, the rest is headroom for feedback. */
const MAX_STEPS = 511;
/** Rounds of quantising and learning what coefficients cost. */
const PASSES = 3;
/** Part of the time that the statistics of a layer take, for progress: about as long as its coefficients. */
const STATISTICS_PART = 0.5;
/** Rows between two calls of `onProgress`. */
const PROGRESS_ROWS = 8;
/** Table entry of the finest step, so that steps are kept to within a few percent in 8 bits. */
const FINEST_ENTRY = 8;

export function layerStatistics(
  layer: DenseLinear,
  inputs: Activations,
  options: LayerSettings,
): LayerStatistics {
  const layout = layoutOf(layer, options);
  const { input, offset } = options;
  let tile: TileGeometry | undefined;
  if (layout === 'rows' && input.kind === 'image') {
    // The picture sits in the middle of its whole blocks, unless it is told where.
    const margin = (size: number): number => offset ?? Math.floor((Math.ceil(size / 8) * 8 - size) / 2);
    tile = tileGeometry(input.width, input.height, margin(input.width), margin(input.height));
  }
  const { values, count, size } = inputs;
  const transformed = tile ? blockDct(values, count, tile) : runDct(values, count, size);
  const columns = transformed.length / count;
  const { matrix } = covariance({ count, size: columns, values: Float32Array.from(transformed) }, (part) =>
    options.onProgress?.(STATISTICS_PART * part),
  );
  return { tile, covariance: matrix, feedback: new ErrorFeedback(matrix, columns, DAMPING) };
}

/**
 * Stores a layer as a JPEG whose table and coefficients are chosen for the outputs of the layer on the calibration
 * inputs. `stated`: the width of a quantisation step, in standard deviations of those outputs, instead of the quality's; steps
 * are then fine, and the scale such that samples stay within 0…255 where the path `expanded` decodes them.
 */
export function compressCalibrated(
  layer: DenseLinear,
  { tile, feedback, covariance: inputs }: LayerStatistics,
  jpeg: string,
  options: LayerSettings,
  stated?: number,
): CompressedLayer {
  const step =
    stated ??
    stepOfQuality(options.quality ?? DEFAULT_QUALITY) * Math.sqrt(layer.outFeatures / REFERENCE_OUTPUTS);
  const columns = feedback.size;
  const { weights } = layer;
  const target = tile
    ? blockDct(weights, layer.outFeatures, tile)
    : matrixTransform(weights, layer.inFeatures, layer.outFeatures);
  const width = step * outputDeviation(target, inputs, columns, layer.outFeatures);
  const finest = stated === undefined ? 0 : maxWeight(weights) / SAMPLE_RANGE;
  const period = tile ? 64 : options.sharedTable ? 1 : 8;
  const { table, scale } = quantizationTable(feedback.sensitivity(), target, width, period, finest);
  const rows = Array.from({ length: tile ? 1 : 8 }, (_, v) => rowPlaces(columns, v, table, scale, !tile));
  const coefficients = new Int16Array(target.length);
  const rate = new RateModel();
  let blocks: Int16Array = coefficients;
  const count = target.length / columns;
  for (let pass = 0; pass < PASSES; pass++) {
    for (let row = 0; row < count; row++) {
      if (row % PROGRESS_ROWS === 0) {
        const part = (pass + row / count) / PASSES;
        options.onProgress?.(STATISTICS_PART + (1 - STATISTICS_PART) * part);
      }
      const { natural, steps } = rows[row % rows.length];
      const [from, to] = [row * columns, (row + 1) * columns];
      const output = coefficients.subarray(from, to);
      feedback.quantizeRow(target.slice(from, to), steps, natural, BIT_PRICE * width ** 2, rate, output);
    }
    // A row of the `rows` layout is a row of whole blocks already.
    blocks = tile ? coefficients : gatherBlocks(coefficients, columns);
    rate.learn(blocks);
  }
  const map = { kind: 'symmetric' as const, scale: Float32Array.of(scale), offset: null };
  const affineMap = { scale };
  const tensors = new Map();
  if (!tile) {
    const image = greyImage(layer.inFeatures, layer.outFeatures, table, blocks);
    return {
      weight: { jpeg, layout: 'matrix', affineMap },
      jpeg: encodeLayer(image, options),
      map,
      tensors,
    };
  }
  const best = smallestSheet(blocks, layer.outFeatures, tile, table, (image) => encodeLayer(image, options));
  const weight: JpegTensor = {
    jpeg,
    layout: 'rows',
    tile: { width: tile.width, height: tile.height, x: tile.x, y: tile.y },
    tilesPerRow: best.tilesPerRow,
    affineMap,
  };
  return { weight, jpeg: best.jpeg, map, tensors };
}

/**
 * The error that layers of so many weights together make with the steps of a quality, as a fraction of what their outputs vary:
 * √(Σ K·w² ÷ 12) for K coefficients of step w in each layer.
 */
export function errorOfQuality(quality: number, weights: number): number {
  return stepOfQuality(quality) * Math.sqrt(weights / (12 * REFERENCE_OUTPUTS));
}

/** Distance of the extreme samples from 128. */
const SAMPLE_RANGE = 127.5;

function maxWeight(weights: Float32Array): number {
  return weights.reduce((max, weight) => Math.max(max, Math.abs(weight)), 0);
}

/** Scaled as IJG qualities scale a table: quality 50 is a step of 1% of a standard deviation, quality 20 of 2.5%. */
function stepOfQuality(quality: number): number {
  return (quality < 50 ? 50 / quality : Math.max(2 - quality / 50, 0.01)) / 100;
}

/** Standard deviation of the outputs, all of them together: √(Σ_r C_r·H·C_rᵀ ÷ O). */
function outputDeviation(
  target: Float64Array,
  inputs: Float64Array,
  columns: number,
  outFeatures: number,
): number {
  let sum = 0;
  for (let from = 0; from < target.length; from += columns) {
    for (let a = 0; a < columns; a++) {
      let product = 0;
      for (let b = 0; b < columns; b++) product += inputs[a * columns + b] * target[from + b];
      sum += target[from + a] * product;
    }
  }
  // Outputs that never vary bear any error.
  return Math.sqrt(sum / outFeatures) || 1;
}

/**
 * Steps for which an error of one step costs `width` in the outputs, by frequency: a table of 8-bit entries and one
 * scale, which is not below `finest` if the steps allow it. `period`: frequencies that a column can have, 64 or 8 (then the table's
 * rows are alike), or 1 for one step for all.
 */
function quantizationTable(
  sensitivity: Float64Array,
  target: Float64Array,
  width: number,
  period: 64 | 8 | 1,
  finest: number,
): { table: Uint16Array; scale: number } {
  const squares = new Float64Array(period);
  sensitivity.forEach((value, column) => {
    squares[column % period] += (value ** 2 * period) / sensitivity.length;
  });
  const max = new Float64Array(period);
  target.forEach((value, i) => {
    const k = (i % sensitivity.length) % period;
    max[k] = Math.max(max[k], Math.abs(value));
  });
  const steps = squares.map((square, k) => Math.max(width / Math.sqrt(square), max[k] / MAX_STEPS));
  // Four digits are enough, and short in the manifest.
  const smallest = Math.min(...steps);
  const entry = Math.max(1, Math.min(FINEST_ENTRY, Math.floor(smallest / finest)));
  const scale = Number((smallest / entry).toPrecision(4));
  const table = Uint16Array.from({ length: 64 }, (_, k) =>
    Math.min(255, Math.max(1, Math.round(steps[k % period] / scale))),
  );
  return { table, scale };
}

/** Natural index and step width of each column of a row: of vertical frequency v in the `matrix` layout. */
function rowPlaces(
  columns: number,
  v: number,
  table: Uint16Array,
  scale: number,
  isMatrix: boolean,
): { natural: Uint8Array; steps: Float64Array } {
  const natural = Uint8Array.from({ length: columns }, (_, k) => (isMatrix ? v * 8 + (k % 8) : k % 64));
  return { natural, steps: Float64Array.from(natural, (entry) => table[entry] * scale) };
}

/** DCT of a weight matrix in both directions: rows 8·(block row) + v, columns 8·(block) + u, zero-padded. */
function matrixTransform(weights: ArrayLike<number>, inFeatures: number, outFeatures: number): Float64Array {
  const across = runDct(weights, outFeatures, inFeatures);
  const columns = across.length / outFeatures;
  const paddedRows = Math.ceil(outFeatures / 8) * 8;
  const result = new Float64Array(paddedRows * columns);
  const column = new Float64Array(outFeatures);
  for (let k = 0; k < columns; k++) {
    for (let row = 0; row < outFeatures; row++) column[row] = across[row * columns + k];
    runDct(column, 1, outFeatures).forEach((value, row) => {
      result[row * columns + k] = value;
    });
  }
  return result;
}

/** Rows of a `matrix` layer as blocks in raster order, 64 coefficients each. */
function gatherBlocks(rows: Int16Array, columns: number): Int16Array {
  const blocks = new Int16Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = Math.floor(i / columns);
    const k = i % columns;
    const block = (row >> 3) * (columns / 8) + (k >> 3);
    blocks[block * 64 + (row & 7) * 8 + (k & 7)] = rows[i];
  }
  return blocks;
}
