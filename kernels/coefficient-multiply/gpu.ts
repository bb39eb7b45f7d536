import type { ArrayConstant, KernelThis } from '../gpujs.ts';

export interface CoefficientMultiplyConstants {
  /** Gap-coded nonzeros, see `PackedCoefficients`. */
  readonly words: ArrayConstant;
  readonly span: number;
  /** 1 ÷ span, exact: a span is a power of two. */
  readonly inverseSpan: number;
  readonly minValue: number;
  readonly maxLength: number;
  /** Row r takes copy `(r mod 8)·copyStep` of the inputs, see `dequantizeKernel`; 0 if all rows share one copy. */
  readonly copyStep: number;
  /** Per row: the end of its words and its bias; with a stride of 4, its scale and offset too. */
  readonly rowData: Float32Array;
  /** 2: all rows share `scale` and `offset`; 4: each row has its own. */
  readonly rowStride: number;
  readonly scale: number;
  readonly offset: number;
  /** Lower bound of the output: 0 for ReLU, the lowest float32 for none. */
  readonly min: number;
}

/**
 * y_r = scale_r · Σ_k C[r,k]·(Q·X)[k] + offset_r · Σx + bias_r, then ReLU; one multiplication per nonzero.
 * Shapes: inputs [copies][B][K] (transformed and multiplied by the table), sums [B] → [B][rows].
 */
export function coefficientMultiplyKernel(
  this: KernelThis<CoefficientMultiplyConstants>,
  inputs: number[][][],
  sums: number[],
): number {
  const row = this.thread.x;
  const image = this.thread.y;
  const at = row * this.constants.rowStride;
  let start = 0;
  if (row > 0) {
    start = this.constants.rowData[at - this.constants.rowStride];
  }
  const count = this.constants.rowData[at] - start;
  const copy = (row - Math.floor(row / 8) * 8) * this.constants.copyStep;
  let column = -1;
  let sum = 0;
  for (let t = 0; t < this.constants.maxLength; t++) {
    if (t >= count) {
      break;
    }
    const word = this.constants.words[start + t];
    const gap = Math.floor(word * this.constants.inverseSpan);
    column = column + gap + 1;
    sum += (word - gap * this.constants.span + this.constants.minValue) * inputs[copy][image][column];
  }
  let scale = this.constants.scale;
  let offset = this.constants.offset;
  if (this.constants.rowStride === 4) {
    scale = this.constants.rowData[at + 2];
    offset = this.constants.rowData[at + 3];
  }
  return Math.max(this.constants.min, scale * sum + offset * sums[image] + this.constants.rowData[at + 1]);
}

export interface CoefficientPartsConstants
  extends Pick<
    CoefficientMultiplyConstants,
    'words' | 'span' | 'inverseSpan' | 'minValue' | 'maxLength' | 'copyStep'
  > {
  /** Number of parts per row. */
  readonly parts: number;
  /** Per part of each row: the end of its words, and the column before them. */
  readonly partData: Float32Array;
}

/**
 * The same sums, each computed by several threads; `partSumKernel` adds them up.
 * Shapes: inputs [copies][B][K] → [B][rows·parts].
 */
export function coefficientPartsKernel(
  this: KernelThis<CoefficientPartsConstants>,
  inputs: number[][][],
): number {
  const at = this.thread.x * 2;
  let start = 0;
  if (this.thread.x > 0) {
    start = this.constants.partData[at - 2];
  }
  const count = this.constants.partData[at] - start;
  let column = this.constants.partData[at + 1];
  const row = Math.floor(this.thread.x / this.constants.parts);
  const copy = (row - Math.floor(row / 8) * 8) * this.constants.copyStep;
  let sum = 0;
  for (let t = 0; t < this.constants.maxLength; t++) {
    if (t >= count) {
      break;
    }
    const word = this.constants.words[start + t];
    const gap = Math.floor(word * this.constants.inverseSpan);
    column = column + gap + 1;
    sum += (word - gap * this.constants.span + this.constants.minValue) * inputs[copy][this.thread.y][column];
  }
  return sum;
}

export interface DequantizeConstants {
  /** 64 entries, natural order. */
  readonly table: Float32Array;
  /** Table entries per copy: 64 (`rows`, one copy), or 8 (`matrix`, one copy per row of the table). */
  readonly period: number;
}

/**
 * Multiplies transformed inputs by the quantisation table, once, instead of once per nonzero.
 * Shapes: inputs [B][K] → [copies][B][K]; copy v is `X[k]·table[v·period + k mod period]`.
 */
export function dequantizeKernel(this: KernelThis<DequantizeConstants>, inputs: number[][]): number {
  const k = this.thread.x;
  const entry = k - Math.floor(k / this.constants.period) * this.constants.period;
  return inputs[this.thread.y][k] * this.constants.table[this.thread.z * this.constants.period + entry];
}

export interface InputSumConstants {
  /** Distance in columns between DC coefficients: 64 for blocks, 8 for runs. */
  readonly step: number;
  readonly blocks: number;
  /** Σ of the samples of a block ÷ its DC coefficient: 8 for blocks, √8 for runs. */
  readonly factor: number;
}

/** Σx of each input from its DC coefficients. Shapes: inputs [B][K] → [B]. */
export function inputSumKernel(this: KernelThis<InputSumConstants>, inputs: number[][]): number {
  let sum = 0;
  for (let block = 0; block < this.constants.blocks; block++) {
    sum += inputs[this.thread.x][block * this.constants.step];
  }
  return sum * this.constants.factor;
}
