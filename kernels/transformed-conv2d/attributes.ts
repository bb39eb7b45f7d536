import type { PoolWindow } from '../window.ts';

/** A convolution that is multiplied on its coefficients, whole. */
export interface TransformedConv2dAttributes extends PoolWindow {
  /** Output channels. */
  readonly outputs: number;
  /** Whether the ReLU after it is part of it. */
  readonly relu?: boolean;
}
