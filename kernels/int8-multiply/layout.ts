/** Records that the kernels share with those who write them (src/runtime/backends/wasm/int8-layer.ts), in words of 4 bytes. */

/** A layer: in- and out-features. */
export const LAYER_IN = 0;
export const LAYER_OUT = 1;
/** Address of the weights, bytes: panels of 32 rows, then of 12, each [word of inputs][row][input of the word]. */
export const LAYER_WEIGHTS = 2;
/** Addresses of a float per row, padded to whole panels: what a unit of its weights stands for, the sum of its weights, the bias. */
export const LAYER_SCALE = 3;
export const LAYER_SUM = 4;
export const LAYER_BIAS = 5;
/** A float: no output is below it. */
export const LAYER_MIN = 6;
export const LAYER_WORDS = 7;

/** Rows of a panel. */
export const WIDE_PANEL = 32;
export const NARROW_PANEL = 12;

/** Inputs that meet a panel of weights together, while it is in the first-level cache. */
export const GROUP = 16;

/** Work memory, in bytes: what moves words together (`movesOfWords`), the sums of a panel, then the lists of a group. */
export const WORK_MOVES = 0;
export const WORK_SUMS = 256;
export const WORK_LISTS = 384;
/** A list, in bytes: the least input, what a unit of its integers stands for, the number of words, then these, then their places. */
export const LIST_LEAST = 0;
export const LIST_UNIT = 4;
export const LIST_COUNT = 8;
export const LIST_WORDS = 16;
/** Words beyond the last of a list that may be written. */
export const LIST_SLACK = 8;
