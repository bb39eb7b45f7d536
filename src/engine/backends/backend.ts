import type { Network } from '../../model/network.ts';

/**
 * What multiplies. `webgpu`, `webgl`, `wasm` and `cpu` are gpu.js's backends of those names (`wasm` is its webasm);
 * `reference` is plain TypeScript in float64, the judge of all others.
 */
export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu' | 'reference';

export const BACKEND_NAMES: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu', 'reference'];

/**
 * What an executor is given: `values` are B × I inputs of the first stage; `coefficients` are B × K block-DCT
 * coefficients of such inputs (natural order, blocks in raster order, not quantised), for a first stage of kind `rows`.
 */
export type InputKind = 'values' | 'coefficients';

/** Bytes that weights, biases and tables occupy while the network can answer. */
export interface ResidentBytes {
  /** In this process's memory. */
  readonly host: number;
  /** In the memory of the GPU, or of the wasm instance: copies of their own. */
  readonly device: number;
  /** Host and device together, by stage, in order. */
  readonly stages: readonly { readonly name: string; readonly bytes: number }[];
}

/** A network made ready on one backend. */
export interface Executor {
  readonly backend: BackendName;
  readonly residentBytes: ResidentBytes;
  /** Runs `batch` inputs; returns B × O logits. Calls may overlap; they run one after another. */
  run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array>;
  dispose(): void;
}

/** Whether a backend can run here. */
export type Availability =
  | {
      readonly available: true;
      /** What it runs on, for people. */
      readonly detail: string;
      /** False where a GPU is imitated in software. */
      readonly hardware: boolean;
    }
  | { readonly available: false; readonly reason: string };

/** One way of running networks. Nothing is loaded before `availability` or `create` is called. */
export interface Backend {
  availability(): Promise<Availability>;
  create(network: Network): Promise<Executor>;
}
