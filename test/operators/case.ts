import type { Constant } from '../../src/graph/graph.ts';

/** One node to run on every backend. */
export interface OperatorCase {
  readonly what: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly constants?: Readonly<Record<string, Constant>>;
  /** Shapes of the inputs, free of the batch. */
  readonly inputs: readonly (readonly number[])[];
  /** Values of the inputs, one image; seeded random numbers if absent. */
  readonly values?: readonly (readonly number[])[];
  /** Range of the random numbers; from −4 to 4 if absent. */
  readonly range?: readonly [min: number, max: number];
  /** What the node must give for `values`, worked out by hand or by the ONNX specification. */
  readonly expected?: readonly number[];
  readonly shape: readonly number[];
  /** Max difference from the reference, as a share of the largest output; 2e-6 if absent: a few roundings of float32. */
  readonly tolerance?: number;
}

export function constant(shape: readonly number[], values: readonly number[]): Constant {
  return { shape, values: Float32Array.from(values) };
}

/** Numbers that look random and are the same every time, from −1 to 1. */
export function seededValues(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
}
