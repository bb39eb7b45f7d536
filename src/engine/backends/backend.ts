import type { Network } from '../../model/network.ts';

/**
 * What multiplies. `wasm` is ours, for the CPU; `wgsl` is ours, for WebGPU. `webgpu`, `webgl`, `webasm` and `cpu` are
 * gpu.js's backends of those names. `reference` is plain TypeScript in float64, the judge of all others.
 */
export type BackendName = 'wasm' | 'wgsl' | 'webgpu' | 'webgl' | 'webasm' | 'cpu' | 'reference';

/** All backends, ours first. */
export const BACKEND_NAMES: readonly BackendName[] = [
  'wasm',
  'wgsl',
  'webgpu',
  'webgl',
  'webasm',
  'cpu',
  'reference',
];

/** Arithmetic of the coefficient layers: float32, or int16 products where a backend has them. */
export type Precision = 'float32' | 'int16';

export const PRECISIONS: readonly Precision[] = ['float32', 'int16'];

/**
 * What of the coefficients stays in memory: `speed`, the layout that multiplies fastest; `compact`, sparse rows only;
 * `stream`, the entropy-coded bytes, decoded a row of tiles at a time while multiplying.
 */
export type MemoryMode = 'speed' | 'compact' | 'stream';

export const MEMORY_MODES: readonly MemoryMode[] = ['speed', 'compact', 'stream'];

/** How a network is to be made ready. */
export interface ExecutorOptions {
  readonly precision: Precision;
  readonly memory: MemoryMode;
  /** Threads that a large batch may be shared out to, this one included. */
  readonly threads: number;
}

export const EXECUTOR_DEFAULTS: ExecutorOptions = { precision: 'float32', memory: 'speed', threads: 1 };

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
  /** Most bytes held at once so far, `residentBytes` included: work memory, decoders, inputs and outputs of a call. */
  readonly peakBytes: number;
  /**
   * Runs `batch` inputs; returns B × O logits. Calls may overlap; they run one after another. Throws `INPUT_NOT_FINITE`
   * where an input is not a finite number.
   */
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
  create(network: Network, options: ExecutorOptions): Promise<Executor>;
}
