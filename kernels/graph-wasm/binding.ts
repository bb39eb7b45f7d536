import type { KernelNode, Precision } from '../node.ts';

/** What the module of graph kernels exports: functions of 32-bit addresses, counts and float parameters, by name. */
export type GraphKernels = Readonly<Record<string, (...parameters: number[]) => number>>;

/** Where a node is made ready: the kernels, and memory that stays for as long as the network does. */
export interface WasmPlace {
  readonly kernels: GraphKernels;
  /** What convolutions may be multiplied in. */
  readonly precision: Precision;
  /** Whether weights shall take little memory: no kernels in tiles, which take up to four times their size. */
  readonly isCompact: boolean;
  /** Copies an array into the kernels' memory, aligned to 64 bytes; returns its address. */
  write(values: ArrayBufferView): number;
  /**
   * Asks for memory that a step uses while it runs and that all steps share, aligned to 64 bytes. Its address is known once all
   * nodes are ready.
   */
  work(bytes: number): () => number;
  /** Says how a node with weights is multiplied, where there is a choice. */
  say(weights: 'dense' | 'tiles' | 'kernels', precision: Precision): void;
}

/**
 * Runs a node for a batch. `inputs` and `outputs` are addresses of B × elements floats, aligned to 16 bytes and padded to
 * whole vectors: up to 12 bytes after the last element may be read and written.
 */
export type WasmStep = (inputs: readonly number[], outputs: readonly number[], batch: number) => void;

/** Makes a node ready on the backend `wasm`. */
export type WasmBinding<A> = (node: KernelNode<A>, place: WasmPlace) => WasmStep;
