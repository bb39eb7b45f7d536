import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Executor } from './backends/backend.ts';

/** A network made ready to answer. */
export interface ReadyNetwork {
  readonly executor: Executor;
  /** Where the first layer takes pictures block by block: how they lie on its grid. */
  readonly tile: TileGeometry | undefined;
  readonly inFeatures: number;
  readonly outFeatures: number;
}
