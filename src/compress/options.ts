import type { JpegEntropyChoice } from '../jpeg/index.ts';
import type { SampleMapKind, SampleMapScope } from '../model/sample-map.ts';
import type { InputSpec } from '../wjz/manifest.ts';
import type { Calibration } from './calibration.ts';

/** How a weight matrix becomes a picture: a tile a neuron, or the matrix itself. */
export type Arrangement = 'rows' | 'matrix';
/** What tensors that are no JPEGs are kept as. */
export type RestType = 'F16' | 'F32';

/** How a network is stored. */
export interface CompressOptions {
  /** What the network takes; a picture's size decides which layers can be arranged as `rows`. */
  readonly input: InputSpec;
  /**
   * IJG quality, 1…100, of the T.81 Annex K luminance table. Where it is absent, tables are chosen for a bound on the
   * error that layers make on probe inputs (see `maxError`); with `calibration` it is 20.
   */
  readonly quality?: number;
  /**
   * Where no quality is named: error that all layers may make together on probe inputs, as a fraction of what their
   * outputs vary, above 0; by default 0.07, and less for networks of fewer than 300,000 weights. `map` and `scope` are
   * then not used.
   */
  readonly maxError?: number;
  /** `auto`, the default: `rows` where the in-features are the input picture, else `matrix`. */
  readonly arrangement?: Arrangement | 'auto';
  /** Where pictures sit in their whole 8×8 blocks, 0…7 samples from the top left; 0, or in the middle if calibrated. */
  readonly offset?: number;
  /** With a quality: how weights become samples; `min-max` by default. */
  readonly map?: SampleMapKind;
  /** With a quality: one sample map for the layer (the default) or one per row. */
  readonly scope?: SampleMapScope;
  /** Names of the layers to compress, or `auto`, the default: those worth it. */
  readonly layers?: 'auto' | readonly string[];
  /** What everything else is kept as: biases, per-row scales, layers not worth compressing; `F16` by default. */
  readonly rest?: RestType;
  /**
   * Inputs to calibrate with: tables and coefficients are then chosen for what the layers do with them (symmetric map,
   * one scale for the layer; `map` and `scope` are not used).
   */
  readonly calibration?: Calibration;
  /**
   * How coefficients are coded: `huffman` (the default) opens everywhere; `arithmetic` is smaller and read by
   * libjpeg-turbo, not by browsers; `auto` is the smallest of both and progressive Huffman.
   */
  readonly entropy?: JpegEntropyChoice;
  /** Several scans, each of which makes the layer better; Huffman only. */
  readonly progressive?: boolean;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly labels?: readonly string[];
  /** Test accuracy of the dense network, 0…1, if known; kept in the manifest. */
  readonly denseAccuracy?: number;
  /**
   * Called while layers are stored, with the part that is done, 0…1. It starts again where all layers are stored once more
   * with a tighter bound.
   */
  readonly onProgress?: (done: number) => void;
}

/** The options with their defaults. */
export type CompressSettings = CompressOptions &
  Required<Pick<CompressOptions, 'arrangement' | 'map' | 'scope' | 'layers' | 'rest'>>;

export function withDefaults(options: CompressOptions): CompressSettings {
  const { arrangement = 'auto', map = 'min-max', scope = 'layer', layers = 'auto', rest = 'F16' } = options;
  return { ...options, arrangement, map, scope, layers, rest };
}
