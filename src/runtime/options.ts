import type { WjzLimits } from '../format/limits.ts';
import type { Fit } from '../format/manifest.ts';
import type { BackgroundOption } from '../image/background.ts';
import type { PictureLimits } from '../image/limits.ts';
import type { PictureReport } from '../image/prepared.ts';
import type { ExecutorOptions } from './backends/backend.ts';
import type { BackendPreference } from './backends/choose.ts';
import type { LoadNetworkOptions } from './load-network.ts';
import type { DownloadOptions } from './parts/download.ts';
import type { LoadProgress } from './parts/loading.ts';
import type { Path } from './path.ts';
import type { LoadingOptions } from './watch.ts';

/** How a session is opened. */
export interface SessionOptions
  extends LoadNetworkOptions,
    Partial<ExecutorOptions>,
    DownloadOptions,
    LoadingOptions {
  /** Representation of the weights in memory; `coefficient` if absent. */
  readonly path?: Path;
  /** A backend, several in order of preference, or `auto` (the default). */
  readonly backends?: BackendPreference;
  /** Alias of `backends`; give at most one of the two. */
  readonly backend?: BackendPreference;
  /** Limits for reading a `.wjz`; see docs/limits.md, also for `jpegLimits`. */
  readonly limits?: Partial<WjzLimits>;
  /** Limits for pictures as input. */
  readonly pictureLimits?: Partial<PictureLimits>;
  /**
   * Whether the session may run before the model is complete, using the scans received so far, and improve as more
   * arrive; a broken download is resumed where it stopped. See `complete`.
   */
  readonly progressive?: boolean;
  /** With `progressive`: called as bytes arrive, as the session improves, and at the end. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Options for one input. `signal` and `timeout` apply to pictures that are loaded. */
export interface RunOptions extends LoadingOptions {
  /** Whether a picture has a dark or a light background; detected if absent or `auto`. */
  readonly background?: BackgroundOption;
  /** How a picture is brought to the network's size; as the model says if absent. */
  readonly fit?: Fit;
  /** Probability, 0…1, from which on an answer is `confident`; 0 if absent. */
  readonly minProbability?: number;
}

/** Options of `InferenceSession.classify`. */
export interface ClassifyOptions extends Omit<RunOptions, 'minProbability'> {
  /** Most labels to answer with; 5 if absent. */
  readonly topK?: number;
  /** Labels of a lower probability, 0…1, are left out; 0 if absent. */
  readonly minProbability?: number;
}

/** A label and how probable it is. */
export interface Classification {
  readonly label: string;
  /** Probability, 0…1. */
  readonly score: number;
  /** Place of the label among the outputs. */
  readonly index: number;
}

/** The output of a network. */
export interface InferenceResult {
  /** One number per output, before softmax. */
  readonly logits: Float32Array;
  /** softmax(logits). */
  readonly probabilities: Float32Array;
  /** Index of the maximum probability. */
  readonly index: number;
  /** Its label, or the index as text if the model has no labels. */
  readonly label: string;
  /** Probability of the answer, 0…1. */
  readonly probability: number;
  /** Whether that is at least `minProbability`, and the picture, if there is one, not blank. */
  readonly confident: boolean;
  /** How a picture was converted to input; absent for a plain vector. */
  readonly picture?: PictureReport;
}
