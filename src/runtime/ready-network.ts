import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Executor } from './backends/backend.ts';
import type { TensorMetadata } from './metadata.ts';

/** A network made ready to answer. */
export interface ReadyNetwork {
  readonly executor: SessionExecutor;
  /** Where the first layer takes pictures block by block: how they lie on its grid. */
  readonly tile: TileGeometry | undefined;
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Of a graph: what it gives; a chain gives its logits only. */
  readonly outputs?: readonly TensorMetadata[];
  /** Whether the first output is the softmax of what the executor gives for it. */
  readonly endsInSoftmax?: boolean;
}

/** An executor, and of a graph all its outputs. */
export interface SessionExecutor extends Executor {
  runOutputs?(input: Float32Array, batch: number): Promise<Float32Array[]>;
}
