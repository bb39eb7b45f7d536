import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Backend, Executor } from './backends/backend.ts';
import type { TensorMetadata } from './metadata.ts';

/** A network made ready to answer. */
export interface ReadyNetwork {
  readonly executor: SessionExecutor;
  readonly backend: Backend;
  /** Where the first layer takes pictures block by block: how they lie on its grid. */
  readonly tile: TileGeometry | undefined;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Of a graph: what it gives; a chain gives its logits only. */
  readonly outputs?: readonly TensorMetadata[];
}

/** An executor, and of a graph all its outputs. */
export interface SessionExecutor extends Executor {
  runOutputs?(input: Float32Array, batch: number): Promise<Float32Array[]>;
}
