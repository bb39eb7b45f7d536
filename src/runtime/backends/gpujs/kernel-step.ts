/** One kernel of a node: the computation is fixed, the number of images is not. */
export interface KernelStep {
  /** In `dist/` the text of this function (tools/bundle/kernel-texts.mjs). */
  readonly kernel: (...args: never[]) => number;
  /** Outputs per image; the number of images is the second dimension, or the only one where this is undefined. */
  readonly width: number | undefined;
  /** Number of copies; 1 if absent. */
  readonly depth?: number;
  readonly constants: Readonly<Record<string, number | Float32Array | Uint16Array>>;
}

/** A node of the network as gpu.js kernels and the constants that they hold, ready for any batch size. */
export interface NodeKernels {
  readonly name: string;
  readonly transform: readonly KernelStep[];
  /** Multiplies the transformed inputs by the quantisation table; undefined for dense weights. */
  readonly dequantize: KernelStep | undefined;
  /** Σx of each input; undefined if no offset needs it. */
  readonly sum: KernelStep | undefined;
  readonly multiply: KernelStep;
  /** Adds the partial sums of several threads of `multiply`; undefined if each row has one thread. */
  readonly partSum: KernelStep | undefined;
  /** See `splitRows`. */
  readonly split: RowSplit;
  /** Inputs are the products and the sums; only in the `matrix` layout. */
  readonly inverse: KernelStep | undefined;
}

/** A way to split each row of a node over several threads. */
export interface RowSplit {
  readonly rows: number;
  /** Words or weights of a row, on average. */
  readonly units: number;
  /** The two kernels that replace the original one, with rows in `parts` parts, a power of two. */
  kernels(parts: number): { readonly multiply: KernelStep; readonly partSum: KernelStep };
}
