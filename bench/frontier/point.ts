import type { MethodId } from './methods.ts';

/** One net, stored in one way: what it takes and what it is worth. */
export interface FrontierPoint {
  /** Sizes of its layers: 784-512-10. */
  readonly net: string;
  readonly method: MethodId;
  /** What sets it apart from others of its method. */
  readonly setting: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  /** Part of the test images that is labelled wrongly. */
  readonly error: number;
  /** Numbers that are stored and not zero, biases not counted: weights, or coefficients where those are stored. */
  readonly nonzeros?: number;
  /** Weights of the net, biases not counted. */
  readonly weights?: number;
  /** True where the figures are somebody's publication and were not measured here. */
  readonly published: boolean;
  /** True where an earlier run measured it; its file is not kept. */
  readonly measuredBefore?: boolean;
}
