import type { SparseCoefficients } from './coefficient-multiply/sparse.ts';

/** What the kernels of graph operators share, whatever the backend. They know nothing of files, graphs or sessions. */

/** What is multiplied: floats, or integers of 16 or 8 bits whose products are summed as int32. */
export type Precision = 'float32' | 'int16' | 'int8';

/** A tensor of numbers that belongs to a node. `shape` is free of the batch; `values` are row-major. */
export interface KernelConstant {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Quantised coefficients that belong to a node: C∘Q, Q by the frequencies (row mod 8, column mod 8). */
export interface KernelCoefficients {
  readonly sparse: SparseCoefficients;
  /** 64 entries, natural order. */
  readonly quantization: Uint16Array;
}

/** A node as its kernel sees it; shapes are free of the batch. */
export interface KernelNode<A> {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly attributes: A;
  readonly constants: Readonly<Record<string, KernelConstant>>;
  readonly coefficients?: KernelCoefficients;
}

/**
 * The plainest loops there are, in float64: the judge of all other kernels.
 * `inputs`: for each input B × elements, row-major; returns the same for each output.
 */
export type ReferenceKernel<A> = (
  node: KernelNode<A>,
  inputs: readonly Float64Array[],
  batch: number,
) => Float64Array[];

/** An axis that may be counted from the end, as its index. */
export function axisIndex(axis: number, shape: readonly number[]): number {
  return axis < 0 ? axis + shape.length : axis;
}

/** One value per channel of a constant that may hold one for all of them. */
export function perChannel({ values }: KernelConstant, channels: number): Float32Array {
  return values.length === channels ? values : new Float32Array(channels).fill(values[0]);
}

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
