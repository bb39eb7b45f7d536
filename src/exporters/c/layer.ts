import { WjpegError } from '../../errors.ts';
import { DCT_BASIS } from '../../jpeg/dct/basis.ts';
import type { MatrixNode, RowsNode } from '../../weights/network.ts';
import { reconstructWeights } from '../../weights/reconstruct.ts';
import { type Entry, encodeRow } from './codes.ts';
import { type Finish, fill, finishOf, INT16, isUniform, outputBound, type Sums, shiftTo } from './finish.ts';
import type { DenseWeights, WeightedLayer } from './plan.ts';
import { FORWARD_SCALE, GROWTH, INVERSE_SCALE } from './transform.ts';

/** What a layer takes: bounds of each input, and what 1 stands for in its integers. */
export interface Inputs {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly unit: number;
}

interface IntegerBase {
  readonly name: string;
  /** Integers that it takes and gives. */
  readonly inputs: number;
  readonly outputs: number;
  readonly finish: Finish;
}

/** int8 weights, row-major. */
export interface DenseInteger extends IntegerBase {
  readonly kind: 'dense';
  readonly weights: Int8Array;
}

interface CodedInteger extends IntegerBase {
  /** The rows that have coefficients, one after another (`encodeRow`). */
  readonly codes: Uint8Array;
  /** One bit per row, 8 rows a byte, lowest bit first: whether it has coefficients. */
  readonly live: Uint8Array;
}

/** Blocks of a matrix; inputs are transformed in runs of 8, outputs come in runs of 8. */
export interface MatrixInteger extends CodedInteger {
  readonly kind: 'matrix';
  /** 64 factors of coefficients, index 8·(row mod 8) + (column mod 8). */
  readonly factors: Int16Array;
  /** From the sum of a frequency to int16. */
  readonly sumShift: number;
}

/** The frequencies of a picture's blocks that are used, column by column. */
export interface RowsInteger extends CodedInteger {
  readonly kind: 'rows';
  /** Horizontal and vertical frequencies in use, from 0 on. */
  readonly across: number;
  readonly down: number;
  /** For each block and horizontal frequency below `across`: one bit per vertical frequency in use. */
  readonly masks: Uint8Array;
  /** Number of frequencies in use. */
  readonly places: number;
  /** Index horizontal·down + vertical: from the DCT of twice the samples to places, ÷ 2^16. */
  readonly pixelFactors: Uint16Array;
  /** The same from coefficients of a JPEG, ÷ 2^coefficientShift. */
  readonly coefficientFactors: Uint16Array;
  readonly coefficientShift: number;
}

export type IntegerLayer = DenseInteger | MatrixInteger | RowsInteger;

/** A layer's integers, and what its outputs are for the next layer; `kept`: which runs of 8 outputs exist. */
export interface MadeLayer {
  readonly layer: IntegerLayer;
  readonly outputs: Inputs;
}

/** Largest magnitude that a layer can take as input, where those of its inputs that are known are at least 0 or not. */
export function inputLimit({ weights, inputs, outputs }: WeightedLayer, positive: boolean): number {
  if (weights.kind === 'matrix') return Math.floor(INT16 / (positive ? GROWTH.positive : GROWTH.signed));
  if (weights.kind === 'rows') throw new TypeError('a layer of pictures takes pictures');
  const { values } = int8Rows(weights, inputs, outputs);
  let largest = 1;
  for (let r = 0; r < outputs; r++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += Math.abs(values[r * inputs + i]);
    largest = Math.max(largest, sum);
  }
  return Math.min(INT16, Math.floor(2 ** 30 / largest));
}

/** The exact outputs' bounds, biases included, before a ReLU. */
export function outputBounds(
  layer: WeightedLayer,
  low: Float64Array,
  high: Float64Array,
): Pick<Sums, 'low' | 'high'> {
  const { weights, outputs, inputs, bias } = layer;
  const matrix = weights.kind === 'dense' ? weights.values : reconstructWeights(weights);
  const bounds = { low: new Float64Array(outputs), high: new Float64Array(outputs) };
  for (let r = 0; r < outputs; r++) {
    let [min, max] = [bias?.[r] ?? 0, bias?.[r] ?? 0];
    for (let i = 0; i < inputs; i++) {
      const weight = matrix[r * inputs + i];
      max += weight > 0 ? weight * high[i] : weight * low[i];
      min += weight > 0 ? weight * low[i] : weight * high[i];
    }
    bounds.low[r] = min;
    bounds.high[r] = max;
  }
  return bounds;
}

/** The integers of a layer that takes vectors. `limit` is 0 for the last layer. */
export function integerLayer(
  layer: WeightedLayer,
  given: Inputs,
  limit: number,
  range: number,
): IntegerLayer {
  const { weights } = layer;
  const sums = { ...outputBounds(layer, given.low, given.high), bias: layer.bias, relu: layer.relu, range };
  if (weights.kind === 'dense') return denseLayer(layer, weights, given, sums, limit);
  return matrixLayer(layer, weights as MatrixNode, given, sums, limit);
}

type Bounds = Omit<Sums, 'units' | 'max'>;

/** Largest magnitude of a layer's sums, biases aside; what is rounded on the way may add a little. */
function sumBound({ low, high, bias }: Bounds, units: Float64Array): number {
  let max = 1;
  for (let r = 0; r < units.length; r++) {
    const shift = bias?.[r] ?? 0;
    if (units[r] > 0) max = Math.max(max, (high[r] - shift) / units[r], (shift - low[r]) / units[r]);
  }
  return max * 1.02 + 16;
}

/** Rows of weights as int8, each with the step that it is rounded to. */
function int8Rows(
  { values }: DenseWeights,
  inputs: number,
  outputs: number,
): { values: Int8Array; steps: Float64Array } {
  const steps = new Float64Array(outputs);
  const integers = new Int8Array(outputs * inputs);
  for (let r = 0; r < outputs; r++) {
    let max = 0;
    for (let i = 0; i < inputs; i++) max = Math.max(max, Math.abs(values[r * inputs + i]));
    steps[r] = max / 127;
    for (let i = 0; max > 0 && i < inputs; i++)
      integers[r * inputs + i] = Math.round(values[r * inputs + i] / steps[r]);
  }
  return { values: integers, steps };
}

function denseLayer(
  { name, inputs, outputs }: WeightedLayer,
  weights: DenseWeights,
  { low, high, unit }: Inputs,
  bounds: Bounds,
  limit: number,
): DenseInteger {
  const { values, steps } = int8Rows(weights, inputs, outputs);
  let max = 1;
  for (let r = 0; r < outputs; r++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++)
      sum += (Math.abs(values[r * inputs + i]) * Math.max(high[i], -low[i])) / unit;
    max = Math.max(max, sum);
  }
  const finish = finishOf({ ...bounds, units: steps.map((step) => step * unit), max }, limit);
  if (finish === undefined) throw overflow(name);
  return { kind: 'dense', name, inputs, outputs, weights: values, finish };
}

function matrixLayer(
  { name, outputs }: WeightedLayer,
  node: MatrixNode,
  { low, high, unit }: Inputs,
  bounds: Bounds,
  limit: number,
): MatrixInteger {
  const { coefficients, quantization } = node;
  const scales = Float64Array.from(
    { length: outputs },
    (_, r) => node.scale[node.scale.length === 1 ? 0 : r],
  );
  const transformed = transformBounds(coefficients.columns, low, high, unit);
  // The factors of coefficients take as many bits as sums allow; 1/FORWARD_SCALE takes the DCT's own scale out.
  const real = Float64Array.from(quantization, (q, k) => q / FORWARD_SCALE[k % 8]);
  let [maxProduct, maxSum] = [0, 0];
  for (let r = 0; r < coefficients.rows; r++) {
    let sum = 0;
    for (let i = coefficients.rowStart[r]; i < coefficients.rowStart[r + 1]; i++) {
      const column = coefficients.column[i];
      const product = Math.abs(coefficients.value[i]) * real[8 * (r % 8) + (column % 8)];
      maxProduct = Math.max(maxProduct, product);
      sum += product * transformed[column];
    }
    maxSum = Math.max(maxSum, sum);
  }
  const frequencyBound = frequencyBounds(node, low, high) / unit;
  maxProduct ||= 1;
  maxSum ||= 1;
  // Rounding of the factors and of the DCT may make products larger by a little.
  let scale = Math.min(32000 / maxProduct, 2 ** 30.9 / maxSum);
  for (let tuned = false; ; scale /= 2) {
    const sumShift = shiftTo(Math.min(maxSum, frequencyBound) * scale * 1.02 + 16, INT16);
    const units = scales.map((s) => (s * unit * 2 ** sumShift) / (INVERSE_SCALE * scale));
    const sums = { ...bounds, units, max: sumBound(bounds, units) };
    if (isUniform(units) && limit > 0 && !tuned) {
      tuned = true;
      const factor = fill(outputBound(bounds) / units[0], limit);
      if (factor > 1) {
        scale = (scale / factor) * 2;
        continue;
      }
    }
    const finish = finishOf(sums, limit);
    if (finish === undefined && scale > 1e-6) continue;
    if (finish === undefined) throw overflow(name);
    // Factors that nothing uses may be larger.
    const factors = Int16Array.from(real, (factor) => Math.min(INT16, Math.round(factor * scale)));
    const rows = rowsOf(node);
    const { codes, live } = encode(rows);
    return {
      kind: 'matrix',
      name,
      inputs: coefficients.columns,
      outputs,
      codes,
      live,
      factors,
      sumShift,
      finish,
    };
  }
}

/** Largest magnitude of the frequencies of outputs, before their scale, in exact numbers. */
function frequencyBounds(
  { coefficients, quantization }: MatrixNode,
  low: Float64Array,
  high: Float64Array,
): number {
  const { rows, columns, rowStart, column, value } = coefficients;
  const weights = new Float64Array(columns);
  let bound = 0;
  for (let r = 0; r < rows; r++) {
    weights.fill(0);
    for (let i = rowStart[r]; i < rowStart[r + 1]; i++) {
      const u = column[i] % 8;
      const weight = value[i] * quantization[8 * (r % 8) + u];
      for (let j = 0; j < 8; j++) weights[column[i] - u + j] += weight * DCT_BASIS[u * 8 + j];
    }
    let [min, max] = [0, 0];
    for (let i = 0; i < low.length; i++) {
      max += Math.max(weights[i] * low[i], weights[i] * high[i]);
      min += Math.min(weights[i] * low[i], weights[i] * high[i]);
    }
    bound = Math.max(bound, max, -min);
  }
  return bound;
}

/** Largest magnitudes of the DCT over runs of 8 inputs, in integers. */
function transformBounds(columns: number, low: Float64Array, high: Float64Array, unit: number): Float64Array {
  return Float64Array.from({ length: columns }, (_, k) => {
    const [run, u] = [k - (k % 8), k % 8];
    let [min, max] = [0, 0];
    for (let j = 0; j < 8; j++) {
      const basis = DCT_BASIS[u * 8 + j] * FORWARD_SCALE[u];
      max += Math.max(basis * (low[run + j] ?? 0), basis * (high[run + j] ?? 0));
      min += Math.min(basis * (low[run + j] ?? 0), basis * (high[run + j] ?? 0));
    }
    // Multiplications of the DCT round down.
    return Math.max(max, -min) / unit + 8;
  });
}

/** The rows of coefficients of a node. */
function rowsOf({ coefficients }: Pick<MatrixNode, 'coefficients'>): Entry[][] {
  const { rows, rowStart, column, value } = coefficients;
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: rowStart[r + 1] - rowStart[r] }, (_, i) => ({
      place: column[rowStart[r] + i],
      value: value[rowStart[r] + i],
    })),
  );
}

/** Rows as codes, and which have any. */
function encode(rows: readonly (readonly Entry[])[]): Pick<CodedInteger, 'codes' | 'live'> {
  const live = new Uint8Array(Math.ceil(rows.length / 8));
  const codes: number[] = [];
  for (const [r, row] of rows.entries()) {
    if (row.length === 0) continue;
    live[r >> 3] |= 1 << (r & 7);
    codes.push(...encodeRow(row));
  }
  return { codes: Uint8Array.from(codes), live };
}

/** Samples are given to the DCT times 2: its numbers stay within int16, and have one more bit. */
const SAMPLE_FACTOR = 2;

/** The integers of a layer whose neurons are pictures. `std` and `mean` are those of the samples ÷ 255. */
export function rowsLayer(
  { name, outputs, bias, relu }: WeightedLayer,
  node: RowsNode,
  { mean, std }: { readonly mean: number; readonly std: number },
  limit: number,
  range: number,
): RowsInteger {
  const { tile, quantization } = node;
  const rows = rowsOf(node);
  const blocks = tile.blocksPerRow * tile.blocksPerColumn;
  const used = new Uint8Array(blocks * 64);
  for (const row of rows) for (const { place } of row) used[place] = 1;
  let [across, down] = [1, 1];
  for (const [k, use] of used.entries()) {
    if (use === 0) continue;
    across = Math.max(across, (k % 8) + 1);
    down = Math.max(down, ((k % 64) >> 3) + 1);
  }
  const masks = new Uint8Array(blocks * across);
  const placeOf = new Map<number, number>();
  for (let block = 0; block < blocks; block++)
    for (let u = 0; u < across; u++)
      for (let v = 0; v < down; v++) {
        const k = block * 64 + v * 8 + u;
        if (used[k] === 0) continue;
        masks[block * across + u] |= 1 << v;
        placeOf.set(k, placeOf.size);
      }
  // Samples of 0…255 with zeros around them; the mean goes into the biases.
  const whole = outputBounds(
    { name, weights: node, inputs: node.inFeatures, outputs, bias: null, relu },
    new Float64Array(node.inFeatures),
    new Float64Array(node.inFeatures).fill(1),
  );
  const shifted = mean === 0 ? bias : withMean(node, bias, mean / std);
  const bounds = {
    low: whole.low.map((value, r) => value / std + (shifted?.[r] ?? 0)),
    high: whole.high.map((value, r) => value / std + (shifted?.[r] ?? 0)),
    bias: shifted,
    relu,
    range,
  };
  const scales = Float64Array.from(
    { length: outputs },
    (_, r) => node.scale[node.scale.length === 1 ? 0 : r],
  );
  // Places are the orthonormal DCT of samples × quantisation × scale.
  const norm = (u: number, v: number): number => SAMPLE_FACTOR * FORWARD_SCALE[u] * FORWARD_SCALE[v];
  let scale = 2 ** 20;
  for (let v = 0; v < down; v++)
    for (let u = 0; u < across; u++) {
      const q = quantization[v * 8 + u];
      scale = Math.min(scale, (norm(u, v) * 0.9999) / q, INT16 / (sampleBound(u, v) * q));
    }
  const weightSum = rows.reduce(
    (max, row) =>
      Math.max(
        max,
        row.reduce((sum, { value }) => sum + Math.abs(value), 0),
      ),
    1,
  );
  for (let tuned = false; ; scale /= 2) {
    const units = scales.map((s) => s / (scale * 255 * std));
    if (isUniform(units) && limit > 0 && !tuned) {
      tuned = true;
      const factor = fill(outputBound(bounds) / units[0], limit);
      if (factor > 1) {
        scale = (scale / factor) * 2;
        continue;
      }
    }
    if (weightSum * INT16 > 2 ** 30) throw overflow(name);
    const finish = finishOf({ ...bounds, units, max: sumBound(bounds, units) }, limit);
    if (finish === undefined && scale > 1e-6) continue;
    if (finish === undefined) throw overflow(name);
    const largestQ = scale * quantization.reduce((a, b) => Math.max(a, b), 1);
    const coefficientShift = Math.max(0, Math.min(15, Math.floor(Math.log2(65535 / largestQ))));
    const table = (factor: (u: number, v: number) => number): Uint16Array =>
      Uint16Array.from({ length: across * down }, (_, i) => {
        const [u, v] = [Math.floor(i / down), i % down];
        return Math.round(scale * quantization[v * 8 + u] * factor(u, v));
      });
    return {
      kind: 'rows',
      name,
      inputs: placeOf.size,
      outputs,
      ...encode(rows.map((row) => byPlace(row, placeOf))),
      across,
      down,
      masks,
      places: placeOf.size,
      pixelFactors: table((u, v) => 2 ** 16 / norm(u, v)),
      coefficientFactors: table(() => 2 ** coefficientShift),
      coefficientShift,
      finish,
    };
  }
}

function byPlace(row: readonly Entry[], placeOf: ReadonlyMap<number, number>): Entry[] {
  return row
    .map(({ place, value }) => ({ place: placeOf.get(place) as number, value }))
    .sort((a, b) => a.place - b.place);
}

/** Largest magnitude of a coefficient of samples 0…255. */
function sampleBound(u: number, v: number): number {
  let [positive, negative] = [0, 0];
  for (let i = 0; i < 64; i++) {
    const basis = DCT_BASIS[v * 8 + (i >> 3)] * DCT_BASIS[u * 8 + (i & 7)];
    if (basis > 0) positive += basis;
    else negative -= basis;
  }
  return 255 * Math.max(positive, negative);
}

function withMean(node: RowsNode, bias: ArrayLike<number> | null, shift: number): Float64Array {
  const weights = reconstructWeights(node);
  return Float64Array.from({ length: node.outFeatures }, (_, r) => {
    let sum = 0;
    for (let i = 0; i < node.inFeatures; i++) sum += weights[r * node.inFeatures + i];
    return (bias?.[r] ?? 0) - shift * sum;
  });
}

function overflow(name: string): WjpegError {
  return new WjpegError(
    'unsupported',
    'EXPORT_OPERATOR',
    `'${name}': its sums and biases are too far apart for 32-bit integers`,
  );
}
