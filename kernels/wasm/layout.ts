/**
 * What a network looks like in the memory of the wasm kernels: records of 32-bit words, read by the kernels (AssemblyScript) and
 * written by src/engine/backends/wasm. A number here is the index of a word; addresses are bytes. Both sides import
 * this file, so it uses nothing but what TypeScript and AssemblyScript have in common.
 *
 * Letters: I in-features, O out-features, R rows of C (O, or 8·ceil(O/8) in the matrix arrangement), K columns of C.
 */

/** Outputs and rows are padded to this many, so that whole vectors may be written. */
export const ROW_BLOCK = 32;
/** Bytes of a line: one feature of a group of images, 24 of them as float32 or 48 as int16. */
export const LINE = 96;
/** Images that are multiplied side by side, as float32 and as int16. */
export const FLOAT_LANES = 24;
export const INT16_LANES = 48;

// A network: how many stages, then the addresses of their records.
export const NETWORK_STAGES = 0;
export const NETWORK_FIRST = 1;

// A stage: what all kinds have.
export const STAGE_KIND = 0;
export const STAGE_IN = 1;
export const STAGE_OUT = 2;
/** float32: 0 with ReLU, else -Infinity. */
export const STAGE_LEAST = 3;
/** Address and bytes to the next four values (0: the same four for all rows) of bias, scale and offset. */
export const STAGE_BIAS = 4;
export const STAGE_BIAS_STEP = 5;
export const STAGE_SCALE = 6;
export const STAGE_SCALE_STEP = 7;
export const STAGE_OFFSET = 8;
export const STAGE_OFFSET_STEP = 9;
/** 1 where an offset needs the sum of the inputs. */
export const STAGE_HAS_OFFSET = 10;
/** 1 where there is a bias. */
export const STAGE_HAS_BIAS = 12;
/** 1 for int16 products, 0 for float32. */
export const STAGE_INT16 = 11;

export const KIND_DENSE = 0;
export const KIND_ROWS = 1;
export const KIND_MATRIX = 2;
/** As `rows`, but the inputs are multiplied as they are: for control measurements without a DCT. */
export const KIND_PLAIN = 3;

// Dense weights: panels of 32 rows, then of 12, each panel [column][row].
export const DENSE_WEIGHTS = 13;
export const DENSE_WIDE_PANELS = 14;
export const DENSE_NARROW_PANELS = 15;
export const WIDE_PANEL = 32;
export const NARROW_PANEL = 12;

// Coefficient stages.
/** Rows of C, padded to ROW_BLOCK. */
export const C_ROWS = 13;
/** float32 factors of the transform's outputs: 64 in the order u·8 + v (rows), 8 (matrix), without use (plain). */
export const C_SCALE = 14;
/** Groups of columns that share a factor: 1 (rows, plain), or 8, one a horizontal frequency (matrix). */
export const C_GROUPS = 15;
/** float32, for each group 8 factors, one a vertical frequency (matrix). */
export const C_FACTORS = 16;
/** The 8×8 DCT basis, row-major by frequency, float32 (matrix). */
export const C_BASIS = 17;
/** Greatest magnitude of an input as integer: products with a row's weights stay within 32 bits. */
export const C_RANGE = 18;
// Tile geometry (rows).
export const C_WIDTH = 19;
export const C_HEIGHT = 20;
export const C_LEFT = 21;
export const C_TOP = 22;
export const C_BLOCKS_PER_ROW = 23;
export const C_BLOCKS = 24;
/** Runs of 8 inputs, padded to a multiple of 4 (matrix). */
export const C_RUNS = 25;
// Form for single inputs.
/** Segments, ordered by group, or 0 where this form is not there. */
export const C_SEGMENTS = 27;
export const C_SEGMENT_COUNT = 28;
/** For each group, how many pairs of columns are kept as int8 for all rows (u32). */
export const C_GROUP_PAIRS = 29;
export const C_PAIR_WEIGHTS = 30;
// Form for batches. Only columns that some row uses have a line: those of block after block, within a block in the order of X.
/** u16 for each block (rows) or run (matrix) and one more: its first line. 0 where this form is not there. */
export const C_BLOCK_LINES = 31;
/** u8 for each line: its place in the block, u·8 + v (rows), or in the run, h (matrix). */
export const C_LINE_PLACES = 32;
/** u8 for each block: bit u is set where one of its lines has that horizontal frequency (rows). */
export const C_BLOCK_MASKS = 33;
/** Lines of columns and, behind them, those made of two others, each so many records of which one makes one. */
export const C_LINE_COUNT = 34;
export const C_COMBINATIONS = 42;
export const C_COMBINED = 43;
/** Runs of entries, ordered by row. */
export const C_ENTRY_RUNS = 35;
export const C_ENTRY_RUN_COUNT = 36;
/** u16 for each entry: its line. */
export const C_ENTRY_LINES = 37;
/** i8 for each entry that is neither +1 nor -1. */
export const C_ENTRY_VALUES = 38;
/** float32: the greatest |Σ_k C·Q·X| of any row for inputs between 0 and 1, and for inputs between -1 and 1. */
export const C_BOUND = 39;
export const C_SIGNED_BOUND = 40;
/** float32: the greatest sum that rounding leaves room for. 0: int16 sums are not to be used. */
export const C_LANE_RANGE = 41;
export const STAGE_WORDS = 44;

// A segment: up to 64 neighbouring columns of X, the pairs among them and the sparse rest.
/** First column. */
export const SEGMENT_COLUMN = 0;
export const SEGMENT_COLUMNS = 1;
/** Index of the block (rows), which may be all zero. */
export const SEGMENT_BLOCK = 2;
export const SEGMENT_GROUP = 3;
/** Entries of 4 bytes: 4·row u16, 4·column in the segment u8, value i8. */
export const SEGMENT_ENTRIES = 4;
export const SEGMENT_ENTRY_COUNT = 5;
/** u8 for each pair: half of its first column in the segment. */
export const SEGMENT_PAIRS = 6;
export const SEGMENT_PAIR_COUNT = 7;
/** First row of the entries: each 16,384 rows take segments of their own. */
export const SEGMENT_ROW = 8;
export const SEGMENT_WORDS = 9;

// A run of entries: nonzeros of one row and, in the matrix arrangement, of one group. Entries of value +1 come first, then
// those of value -1, then the others.
/** u32, two u16, u32, a float32 factor. */
export const RUN_ROW = 0;
export const RUN_PLUS = 4;
export const RUN_MINUS = 6;
export const RUN_OTHER = 8;
export const RUN_FACTOR = 12;
export const RUN_BYTES = 16;

// A line made of two others, a·first + b·second: what many rows have in common.
/** Two u16, then two i8. */
export const COMBINATION_FIRST = 0;
export const COMBINATION_SECOND = 2;
export const COMBINATION_A = 4;
export const COMBINATION_B = 5;
export const COMBINATION_BYTES = 6;

// Work memory: addresses.
export const WORK_PADDED = 1;
export const WORK_BLOCK = 2;
export const WORK_X = 3;
export const WORK_HIGH = 4;
export const WORK_LOW = 5;
export const WORK_SUMS = 6;
export const WORK_ACTIVE = 7;
export const WORK_LIST_HIGH = 8;
export const WORK_LIST_LOW = 9;
export const WORK_FIRST = 10;
export const WORK_SECOND = 11;
export const WORK_LANE_ROW = 12;
export const WORK_LANE_BLOCKS = 13;
export const WORK_LINES = 14;
export const WORK_SCRATCH = 15;
export const WORK_LANES_FIRST = 16;
export const WORK_LANES_SECOND = 17;
export const WORK_LANE_SUMS = 18;
export const WORK_WORDS = 19;
