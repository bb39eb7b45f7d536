import type { IKernelFunctionThis } from 'gpu.js';
import type { KernelNode } from './node.ts';

/**
 * gpu.js kernels are translated from their own source text, so each is a self-contained function: no imports, no
 * captured names, loops that count from a literal 0 to a constant. They receive constants through `this.constants`.
 * On every device numbers are float32: indices are exact below 2^24.
 */
export type KernelThis<Constants> = IKernelFunctionThis<Constants>;

/** An array constant; gpu.js reads the elements, whatever the type. */
export type ArrayConstant = Float32Array | Uint16Array;

/** One kernel of a graph's node. */
export interface GpuJsNodeStep {
  readonly kernel: (...args: never[]) => number;
  /** Outputs per image; the number of images is the second dimension. */
  readonly width: number;
  readonly constants: Readonly<Record<string, number | ArrayConstant>>;
  /** What it is called with: inputs of the node by index, or what the step before gave. */
  readonly reads: readonly (number | 'previous')[];
}

/** Makes the kernels of a node; the last one gives its output. */
export type GpuJsKernel<A> = (node: KernelNode<A>) => readonly GpuJsNodeStep[];
