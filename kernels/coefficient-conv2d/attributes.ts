import type { PoolWindow } from '../window.ts';

/** The window, and 8·⌈O/8⌉ channels of what it gives. */
export interface CoefficientConv2dAttributes extends PoolWindow {
  readonly outputs: number;
}
