import type { Buffer32 } from '../../kernels/train/kernels.ts';
import { AdamVector } from './adam.ts';
import type { TrainMemory } from './memory.ts';
import type { WeightSheet } from './sheet.ts';

/** Weights that are stored as coefficients. */
export interface TrainedWeights {
  readonly sheet: WeightSheet;
  /** Of each shard, in the weights' own order. */
  readonly gradients: readonly Buffer32[];
}

/** A vector of parameters, such as biases: one number per channel. */
export class TrainedVector {
  readonly adam: AdamVector;
  /** What the kernels read. */
  readonly values: Buffer32;
  /** Of each shard. */
  readonly gradients: readonly Buffer32[];

  constructor(memory: TrainMemory, shards: number, initial: ArrayLike<number>) {
    this.adam = new AdamVector(initial.length);
    this.adam.values.set(initial);
    this.values = memory.buffer(initial.length);
    this.gradients = Array.from({ length: shards }, () => memory.buffer(initial.length));
  }

  prepare(): void {
    this.values.values.set(this.adam.values);
  }

  update(learningRate: number, step: number): void {
    const { gradient } = this.adam;
    gradient.fill(0);
    for (const { values } of this.gradients) {
      for (let i = 0; i < values.length; i++) gradient[i] += values[i];
    }
    this.adam.update(learningRate, step);
  }
}

/** Of what a batch leaves in the running moments. */
const MOMENTUM = 0.1;

/** A batch normalisation: its parameters, and the moments that it will have when nothing is trained any more. */
export class Normalization {
  readonly scale: TrainedVector;
  readonly offset: TrainedVector;
  readonly epsilon: number = 1e-3;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** [mean, variance] per channel, of each shard's part of the last batch. */
  readonly moments: readonly Buffer32[];
  /** y = scale·x + offset with the running moments. */
  readonly affine: { readonly scale: Buffer32; readonly offset: Buffer32 };
  /** What the file will say instead, once it is fixed: float16 numbers are coarse. */
  fixed: { readonly scale: ArrayLike<number>; readonly offset: ArrayLike<number> } | undefined;

  constructor(memory: TrainMemory, shards: number, scale: ArrayLike<number>, offset: ArrayLike<number>) {
    const channels = scale.length;
    this.scale = new TrainedVector(memory, shards, scale);
    this.offset = new TrainedVector(memory, shards, offset);
    this.mean = new Float64Array(channels);
    this.variance = new Float64Array(channels).fill(1);
    this.moments = Array.from({ length: shards }, () => memory.buffer(2 * channels));
    this.affine = { scale: memory.buffer(channels), offset: memory.buffer(channels) };
  }

  prepare(): void {
    this.scale.prepare();
    this.offset.prepare();
    const { scale, offset } = this.fixed ?? this.folded();
    this.affine.scale.values.set(scale);
    this.affine.offset.values.set(offset);
  }

  /** One step after a batch, whose moments it takes in. */
  update(learningRate: number, step: number): void {
    this.fixed = undefined;
    this.scale.update(learningRate, step);
    this.offset.update(learningRate, step);
    const share = MOMENTUM / this.moments.length;
    for (let i = 0; i < this.mean.length; i++) {
      this.mean[i] *= 1 - MOMENTUM;
      this.variance[i] *= 1 - MOMENTUM;
      for (const { values } of this.moments) {
        this.mean[i] += share * values[2 * i];
        this.variance[i] += share * values[2 * i + 1];
      }
    }
  }

  /** The numbers per channel with which it normalises by the running moments. */
  folded(): { readonly scale: Float64Array; readonly offset: Float64Array } {
    const scale = this.scale.adam.values.map(
      (gamma, i) => gamma / Math.sqrt(this.variance[i] + this.epsilon),
    );
    return { scale, offset: this.offset.adam.values.map((beta, i) => beta - this.mean[i] * scale[i]) };
  }
}
