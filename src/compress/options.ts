import type { Calibration } from './calibration.ts';
import { type LayerOptions, type LayerSettings, layerDefaults } from './layer-options.ts';

/** How a network is stored. */
export interface CompressOptions extends LayerOptions {
  /**
   * Where no quality is named: error that all layers may make together on probe inputs, as a fraction of what their
   * outputs vary, above 0; by default 0.07, and less for networks of fewer than 300,000 weights. `map` and `scope` are
   * then not used.
   */
  readonly maxError?: number;
  /** Names of the layers to compress, or `auto`, the default: those worth it. */
  readonly layers?: 'auto' | readonly string[];
  /**
   * Inputs to calibrate with: tables and coefficients are then chosen for what the layers do with them (symmetric map,
   * one scale for the layer; `map` and `scope` are not used).
   */
  readonly calibration?: Calibration;
  readonly name?: string;
  readonly description?: string;
  readonly license?: string;
  readonly labels?: readonly string[];
  /** Test accuracy of the dense network, 0…1, if known; kept in the manifest. */
  readonly denseAccuracy?: number;
}

/** The options with their defaults. */
export type CompressSettings = Omit<CompressOptions, 'input'> &
  LayerSettings &
  Required<Pick<CompressOptions, 'layers'>>;

export function withDefaults(options: CompressOptions): CompressSettings {
  return { ...options, ...layerDefaults(options), layers: options.layers ?? 'auto' };
}
