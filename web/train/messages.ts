import type { ErrorKind } from '../../src/errors.ts';
import type { PictureKind } from './settings.ts';

/** What the page asks its worker to train on. */
export interface TrainingTask {
  readonly kind: PictureKind;
  /** Pictures of one size, one after another, channels × height × width samples 0…255 each. */
  readonly pictures: Uint8Array;
  /** One class index per picture. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/** What a run has come to. */
export interface TrainingProgress {
  readonly type: 'progress';
  /** Completed epochs, of so many. */
  readonly epoch: number;
  readonly epochs: number;
  /** Pictures of the task that the network labels wrongly, of so many. */
  readonly wrong: number;
  readonly count: number;
  readonly secondsLeft: number;
  /** The network as it is now, a JPEG; the last one is the result. */
  readonly jpeg: Uint8Array;
}

export interface TrainingFailure {
  readonly type: 'failure';
  readonly kind: ErrorKind | undefined;
  readonly code: string;
  readonly message: string;
}
