/** How a window moves over feature maps, whatever is done in it; pairs are [vertical, horizontal], pads top, left, bottom, right. */
export interface KernelWindow {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

export interface PoolWindow extends KernelWindow {
  readonly kernel: readonly number[];
}
