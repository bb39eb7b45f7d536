import { type InputOptions, type InputSpec, inputOf } from '../format/manifest.ts';
import type { JpegEntropyChoice } from '../jpeg/index.ts';
import type { AffineMapKind, AffineMapScope } from '../weights/affine-map.ts';

/** How a weight matrix becomes a picture: one tile per neuron, or the matrix itself. */
export type Layout = 'rows' | 'matrix';
/** What tensors that are no JPEGs are kept as. */
export type RestType = 'F16' | 'F32';

/** How each layer is stored. */
export interface LayerOptions {
  /** What the network takes; a picture's size decides which layers can be arranged as `rows`. */
  readonly input: InputOptions;
  /**
   * IJG quality, 1…100, of the T.81 Annex K luminance table. Where it is absent, tables are chosen for a bound on the
   * error that layers make on probe inputs (see `maxError`); with `calibration` it is 20.
   */
  readonly quality?: number;
  /** `auto`, the default: `rows` where the in-features are the input picture, else `matrix`. */
  readonly layout?: Layout | 'auto';
  /** Where pictures sit in their whole 8×8 blocks, 0…7 samples from the top left; 0, or in the middle if calibrated. */
  readonly offset?: number;
  /** With a quality: how weights become samples; `min-max` by default. */
  readonly map?: AffineMapKind;
  /** With a quality: one affine map for the layer (the default) or one per row. */
  readonly scope?: AffineMapScope;
  /** What everything else is kept as: biases, per-row scales, layers not worth compressing; `F16` by default. */
  readonly rest?: RestType;
  /**
   * How coefficients are coded: `huffman` (the default) opens everywhere; `arithmetic` is smaller and read by
   * libjpeg-turbo, not by browsers; `auto` is the smallest of both and progressive Huffman.
   */
  readonly entropy?: JpegEntropyChoice;
  /** Progressive JPEGs: several scans, each of which refines the layer; Huffman only. */
  readonly progressive?: boolean;
  /**
   * For layers of the layout `matrix`, and convolutions, quantisation tables without a shape, so that all can share one, as models
   * that are one JPEG need: such tables differ by a factor, which belongs to a layer's scale. With a `quality` and without
   * `calibration` layers have the same table in any case.
   */
  readonly sharedTable?: boolean;
  /**
   * Called while layers are stored, with the part that is done, 0…1. It starts again where all layers are stored once more
   * with a tighter bound.
   */
  readonly onProgress?: (done: number) => void;
}

/** The options with their defaults. */
export type LayerSettings = Omit<LayerOptions, 'input'> &
  Required<Pick<LayerOptions, 'layout' | 'map' | 'scope' | 'rest'>> & { readonly input: InputSpec };

export function layerDefaults(options: LayerOptions): LayerSettings {
  const { layout = 'auto', map = 'min-max', scope = 'layer', rest = 'F16' } = options;
  return { ...options, input: inputOf(options.input), layout, map, scope, rest };
}
