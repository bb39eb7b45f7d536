/**
 * Memory layout of a network for the wasm kernels: records of 32-bit words, read by the kernels (AssemblyScript) and
 * written by src/runtime/backends/wasm. Numbers here are word indices; addresses are bytes. Both sides import
 * this file, so it is restricted to the common subset of TypeScript and AssemblyScript.
 *
 * Letters: I in-features, O out-features, R rows of C (O, or 8·ceil(O/8) in the matrix layout), K columns of C.
 */

/** Outputs and rows are padded to this many, so that whole vectors may be written. */
export const ROW_BLOCK = 32;
/** Bytes of a line: one feature of a group of images, 24 of them as float32 or 48 as int16. */
export const LINE = 96;
/** Images that are multiplied side by side, as float32 and as int16. */
export const FLOAT_LANES = 24;
export const INT16_LANES = 48;

// A network: number of nodes, then the addresses of their records.
export const NETWORK_STAGES = 0;
export const NETWORK_FIRST = 1;

// A node: fields of all kinds.
export const NODE_KIND = 0;
export const NODE_IN = 1;
export const NODE_OUT = 2;
/** float32: 0 with ReLU, else -Infinity. */
export const NODE_MIN = 3;
/** Address and bytes to the next four values (0: the same four for all rows) of bias, scale and offset. */
export const NODE_BIAS = 4;
export const NODE_BIAS_STEP = 5;
export const NODE_SCALE = 6;
export const NODE_SCALE_STEP = 7;
export const NODE_OFFSET = 8;
export const NODE_OFFSET_STEP = 9;
/** 1 if an offset needs the sum of the inputs. */
export const NODE_HAS_OFFSET = 10;
/** 1 if the node has a bias. */
export const NODE_HAS_BIAS = 12;
/** 1 for int16 products, 0 for float32. */
export const NODE_INT16 = 11;

export const KIND_DENSE = 0;
export const KIND_ROWS = 1;
export const KIND_MATRIX = 2;

// Dense weights: panels of 32 rows, then of 12, each panel [column][row].
export const DENSE_WEIGHTS = 13;
export const DENSE_WIDE_PANELS = 14;
export const DENSE_NARROW_PANELS = 15;
export const WIDE_PANEL = 32;
export const NARROW_PANEL = 12;

// Coefficient nodes.
/** Rows of C, padded to ROW_BLOCK. */
export const C_ROWS = 13;
/** float32 factors of the transform's outputs: 64 in the order u·8 + v (rows), 8 (matrix), unused (plain). */
export const C_SCALE = 14;
/** Groups of columns that share a factor: 1 (rows, plain), or 8, one per horizontal frequency (matrix). */
export const C_GROUPS = 15;
/** float32, 8 factors per group, one per vertical frequency (matrix). */
export const C_FACTORS = 16;
/** The 8×8 DCT basis, row-major by frequency, float32 (matrix). */
export const C_BASIS = 17;
/** Maximum magnitude of an integer input: products with a row's weights stay within 32 bits. */
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
// Packed for single inputs.
/** Segments, ordered by group, or 0 if this form is absent. */
export const C_SEGMENTS = 27;
export const C_SEGMENT_COUNT = 28;
/** Per group: number of column pairs stored as int8 for all rows (u32). */
export const C_GROUP_PAIRS = 29;
export const C_PAIR_WEIGHTS = 30;
// Packed for batches. Only columns that some row uses have a line: those of block after block, within a block in the
// order of X.
/** u16 per block (rows) or run (matrix), plus one: its first line. 0 if this form is absent. */
export const C_BLOCK_LINES = 31;
/** u8 per line: its position in the block, u·8 + v (rows), or in the run, h (matrix). */
export const C_LINE_PLACES = 32;
/** u8 per block: bit u is set if one of its lines has that horizontal frequency (rows). */
export const C_BLOCK_MASKS = 33;
/** Number of lines of columns, and of the lines after them that each combine two others (one record per line). */
export const C_LINE_COUNT = 34;
export const C_COMBINATIONS = 42;
export const C_COMBINED = 43;
/** Runs of entries, ordered by row. */
export const C_ENTRY_RUNS = 35;
export const C_ENTRY_RUN_COUNT = 36;
/** u16 per entry: its line. */
export const C_ENTRY_LINES = 37;
/** i8 per entry that is neither +1 nor -1. */
export const C_ENTRY_VALUES = 38;
/** float32: maximum |Σ_k C·Q·X| over all rows for inputs in 0…1, and for inputs in -1…1. */
export const C_BOUND = 39;
export const C_SIGNED_BOUND = 40;
/** float32: maximum sum that leaves headroom for rounding. 0: do not use int16 sums. */
export const C_LANE_RANGE = 41;
export const NODE_WORDS = 44;

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
/** u8 per pair: half of its first column in the segment. */
export const SEGMENT_PAIRS = 6;
export const SEGMENT_PAIR_COUNT = 7;
/** First row of the entries: every 16,384 rows have their own segments. */
export const SEGMENT_ROW = 8;
export const SEGMENT_WORDS = 9;

// A run of entries: nonzeros of one row and, in the matrix layout, of one group. Entries of value +1 come first,
// then those of value -1, then the others.
/** u32, two u16, u32, a float32 factor. */
export const RUN_ROW = 0;
export const RUN_PLUS = 4;
export const RUN_MINUS = 6;
export const RUN_OTHER = 8;
export const RUN_FACTOR = 12;
export const RUN_BYTES = 16;

// A line that combines two others, a·first + b·second: a pattern shared by many rows.
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
