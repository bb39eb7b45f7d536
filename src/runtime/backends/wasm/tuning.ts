/*
 * Constants fitted to machines: the costs by which the wasm backend chooses layouts. docs/lab/wasm-kernels.md, "Cost
 * rules", says on which networks and machine; `npm run bench` and `npm run bench:large` measure again. They decide which of
 * several right ways is taken, never what is computed. Sizes of workgroups and tiles of GPU kernels follow from the limits of
 * devices and stand beside their kernels.
 */

/** Cycles of an inference alone, fitted to seven networks. */
export const SINGLE_CYCLES = {
  /** Per dense weight, entry, input. */
  weight: 0.3,
  entry: 2.5,
  input: 3,
  /** Per pair of columns and 32 rows, once in int16, twice in float32. */
  pair: 3.2,
  /** Per 32 rows that have pairs, and again per pass over these. */
  rowBlock: 200,
  pass: 50,
  /** A matrix has its pairs by horizontal frequency: in up to eight smaller groups. */
  matrixFactor: 3,
};

/** Cycles of a group of images side by side, fitted to the same. With `int8` linear layers are multiplied in int16. */
export const GROUP_CYCLES = {
  weight: 4.2,
  entry: { float32: 4.4, int16: 4, int8: 4 },
  /** A row of a picture layer, with its sum; a row of a matrix, with its part of the inverse DCT. */
  row: 30,
  matrixRow: 100,
  /** A sum of one row and frequency of a matrix, and an input of it, with its part of the DCT. */
  matrixSum: 30,
  matrixInput: 15,
};

/** Interleaving an image's inputs with those of others and transforming them, per input. */
export const IMAGE_INPUT_CYCLES = { float32: 3, int16: 4, int8: 4 };

/**
 * The cost rule, in cycles: the cost of one entry; of one pair of columns per 32
 * rows; and the fixed cost of any pairs, once and per 32 rows. float32 makes two passes over the pairs. A pair is
 * stored as int8 if that is cheaper than its entries, provided all pairs of a group together are.
 */
export const ENTRY_CYCLES = 3;
export const PAIR_CYCLES = 7;
export const PAIRS_CYCLES = { once: 300, rowBlock: 60 };

/** With more lines of columns than this nothing is combined: reading them in order is then faster. */
export const MAX_COMBINED_COLUMNS = 1024;

/** Costs relative to an entry of ±1: of a multiplied entry, and of a combined line. */
export const MULTIPLIED_ENTRY_COST = 1.5;
export const COMBINED_LINE_COST = 8;

/** Minimum number of entries of +1 and -1 for which separate loops without a multiplication pay off. */
export const MIN_ONES = 12;

/** Groups that threads share per job: their inputs stay in the L2 cache. */
export const GROUPS_AT_ONCE = 24;
