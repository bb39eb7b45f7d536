import type { Precision } from '../../../kernels/node.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import type { Network } from '../../weights/network.ts';

/**
 * Names of backends. `wasm` is our own for the CPU, `webgpu` our own for WebGPU. `gpujs:webgpu`, `gpujs:webgl`, `gpujs:wasm`
 * and `gpujs:cpu` are those of gpu.js. `reference` is plain TypeScript in float64, the oracle of all others. Any other name
 * is that of a backend added by `registerBackend`.
 */
export type BackendName = BuiltInBackend | (string & Record<never, never>);

export type { Precision };

/** Names of the backends that come with wjpeg. */
export type BuiltInBackend =
  | 'wasm'
  | 'webgpu'
  | 'reference'
  | 'gpujs:webgpu'
  | 'gpujs:webgl'
  | 'gpujs:wasm'
  | 'gpujs:cpu';

/**
 * Representation of coefficients in memory: `speed`, the fastest layout; `compact`, sparse rows only;
 * `stream`, the entropy-coded bytes, decoded one row of tiles at a time while multiplying.
 */
export type MemoryMode = 'speed' | 'compact' | 'stream';

/** Options for preparing a network. */
export interface ExecutorOptions {
  readonly precision: Precision;
  readonly memory: MemoryMode;
  /** Maximum threads for large batches, including the calling thread. */
  readonly threads: number;
}

export const EXECUTOR_DEFAULTS: ExecutorOptions = { precision: 'float32', memory: 'speed', threads: 1 };

/**
 * Kind of an executor's input: `values` are B × I inputs of the first node; `coefficients` are B × K block-DCT
 * coefficients of such inputs (natural order, blocks in raster order, not quantised), for a first node of kind `rows`.
 */
export type InputKind = 'values' | 'coefficients';

/** Bytes of weights, biases and tables while the network is in memory. */
export interface ResidentBytes {
  /** In this process's memory. */
  readonly host: number;
  /** In GPU memory, or in the memory of the wasm instance. */
  readonly device: number;
  /** Host and device together, per node, in order. */
  readonly nodes: readonly (NodeWay & { readonly name: string; readonly bytes: number })[];
}

/** How a node with weights is multiplied, as far as the backend has a choice: `wasm` says it of linear layers and convolutions. */
export interface NodeWay {
  /**
   * What is multiplied: coefficients, each row a picture (`rows`), all of them one (`matrix`) or kernels (`kernels`); weights as they are
   * (`dense`); dense ones of 3×3 convolutions in transformed tiles (`tiles`).
   */
  readonly weights?: 'rows' | 'matrix' | 'kernels' | 'dense' | 'tiles';
  readonly precision?: Precision;
}

/** A network prepared on one backend. */
export interface Executor {
  readonly backend: BackendName;
  readonly residentBytes: ResidentBytes;
  /** Peak bytes so far, including `residentBytes`, work memory, decoders, inputs and outputs. */
  readonly peakBytes: number;
  /**
   * Runs `batch` inputs; returns B × O logits. Calls may overlap and are then queued. Throws `INPUT_NOT_FINITE`
   * if an input is not a finite number.
   */
  run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array>;
  /** Frees what the network takes, on the device too. */
  dispose(): void;
}

/** Whether a backend can run here. */
export type Availability =
  | {
      readonly available: true;
      /** Description of the device, for people. */
      readonly detail: string;
      /** False if a GPU is emulated in software. */
      readonly hardware: boolean;
    }
  | { readonly available: false; readonly reason: string };

/** One way of running networks. Nothing is loaded before `availability` or `create` is called. */
export interface Backend {
  /** Whether it can run here, and on what. */
  availability(): Promise<Availability>;
  /** Makes a linear chain ready. */
  create(network: Network, options: ExecutorOptions): Promise<Executor>;
  /** Makes a graph ready; absent where a backend runs linear chains only. */
  createGraph?(graph: PlannedGraph, options: ExecutorOptions): Promise<GraphExecutor>;
}

/** A graph made ready on one backend. */
export interface GraphExecutor {
  /** Whether it takes the value that the graph calls `entry`. */
  readonly takesEntry?: boolean;
  readonly residentBytes: ResidentBytes;
  /** Most bytes held at once so far, `residentBytes` included. */
  readonly peakBytes: number;
  /**
   * Runs `batch` images. `inputs`: for each input of the graph B × elements; returns B × elements for each of its outputs.
   * `kind` `coefficients` is for graphs whose one input goes into a linear chain of layout `rows` and nowhere else, and for those
   * with an `entry`.
   * Calls may overlap; they run one after another. Throws `INPUT_NOT_FINITE` where an input is not a finite number.
   */
  run(inputs: readonly Float32Array[], batch: number, kind: InputKind): Promise<Float32Array[]>;
  /** Frees what the network takes, on the device too. */
  dispose(): void;
}
