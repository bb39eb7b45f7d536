/** Which layers have biases: they cost bytes, and a picture's network hardly needs them. */
export type BiasChoice = 'none' | 'output' | 'all';

/** How the price of a coefficient is reckoned, see rate.ts. */
export type RateModel = 'flat' | 'coder';

/** How a network is trained. */
export interface TrainOptions {
  /** Neurons of each hidden layer. */
  readonly hidden: readonly number[];
  /** Outputs, one a label. */
  readonly outputs: number;
  /** Loss = cross-entropy (nats a picture) + lambda × estimated bits. */
  readonly lambda: number;
  /** Bytes that the file, arithmetic-coded, should come to: lambda is then changed on the way, see size-target.ts. */
  readonly targetBytes?: number;
  readonly epochs: number;
  readonly seed: number;
  /** Pictures a step. */
  readonly batch: number;
  /** Greatest learning rate of the one-cycle schedule. */
  readonly learningRate: number;
  /** The last pictures of the training set, held out to measure the error after each epoch; 0 for none. */
  readonly validation: number;
  readonly bias: BiasChoice;
  /** How far training pictures are shifted, turned, slanted and resized at random: 0 (not at all) to 1, see batches.ts. */
  readonly augment: number;
  readonly rate: RateModel;
  /**
   * Steps that the tables start with. They change slowly, so this decides how coarse coefficients are: fine steps make most
   * magnitudes 3 or 4, which costs two bits a coefficient and gains nothing.
   */
  readonly step: { readonly rows: number; readonly matrix: number };
  /** Where the picture sits in its blocks, 0…7 across and down. */
  readonly offset: number;
  /** Part of the run after which lambda has its full value. */
  readonly ramp: number;
  /** Part of the run after which the quantisation tables are frozen as the integers that are written. */
  readonly freeze: number;
}

/** LeNet-300-100 as `wjpeg train` trains it when nothing else is asked for. */
export const TRAIN_DEFAULTS: TrainOptions = {
  hidden: [300, 100],
  outputs: 10,
  lambda: 1e-5,
  epochs: 40,
  seed: 0,
  batch: 100,
  learningRate: 4e-3,
  validation: 5000,
  bias: 'none',
  augment: 0,
  rate: 'coder',
  step: { rows: 0.12, matrix: 0.24 },
  offset: 2,
  ramp: 0.3,
  freeze: 0.75,
};
