import type { DenseNetwork } from '../model/dense-network.ts';

/** Which layers have biases: they cost bytes, and a picture's network hardly needs them. */
export type BiasChoice = 'none' | 'output' | 'all';

/** What is done to training pictures: nothing, or a small random shift, turn, shear and change of size. */
export type Augmentation = 'none' | 'affine';

/** How the price of a coefficient is reckoned, see rate.ts. */
export type RateModel = 'flat' | 'coder';

export interface TrainOptions {
  /** Neurons of each hidden layer. */
  readonly hidden: readonly number[];
  /** Outputs, one a label. */
  readonly outputs: number;
  /** Loss = cross-entropy (nats a picture) + lambda × estimated bits. */
  readonly lambda: number;
  readonly epochs: number;
  readonly seed: number;
  /** Pictures a step. */
  readonly batch: number;
  /** Greatest learning rate of the one-cycle schedule. */
  readonly learningRate: number;
  /** The last pictures of the training set, held out to measure the error after each epoch; 0 for none. */
  readonly validation: number;
  readonly bias: BiasChoice;
  readonly augment: Augmentation;
  readonly rate: RateModel;
  /** Where the picture sits in its blocks, 0…7 across and down. */
  readonly offset: number;
  /** Part of the run after which lambda has its full value. */
  readonly ramp: number;
  /** Part of the run after which the quantisation tables are frozen as the integers that are written. */
  readonly freeze: number;
}

export const TRAIN_DEFAULTS: TrainOptions = {
  hidden: [300, 100],
  outputs: 10,
  lambda: 4e-6,
  epochs: 40,
  seed: 0,
  batch: 100,
  learningRate: 1e-3,
  validation: 5000,
  bias: 'none',
  augment: 'none',
  rate: 'coder',
  offset: 2,
  ramp: 0.3,
  freeze: 0.75,
};

/** Where training starts from, if not from random coefficients. */
export type StartingPoint = DenseNetwork | undefined;
