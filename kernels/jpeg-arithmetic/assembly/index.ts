/**
 * Sequential scans of one component with arithmetic coding (ITU-T T.81 F.2.4) of sound streams, a block at a time. Whatever is
 * not sound (a run beyond its block, a coefficient beyond 16 bits, data that end too early or too late) is only told to be
 * so: the decoder in src/jpeg then reads the segment from its start and says what is wrong.
 *
 * Compiled by tools/build-kernels.mjs into ../kernels-wasm.ts.
 */

/** By bin (its state, the more probable symbol in bit 7): Qe, then the bins after the more and the less probable symbol. */
const QE: usize = 1024, AFTER_MORE: usize = 1536, AFTER_LESS: usize = 1792;
/** Of the zig-zag order: offsets in bytes in a block of 16-bit coefficients, natural order. */
const ZIGZAG: usize = 2048;
/** The block that was decoded last. */
const BLOCK: usize = 2112;
/** Statistics bins: Table F.4 with 49 bins, Table F.5 with 246. */
const DC: usize = 2240, AC: usize = 2304;
const DC_BINS: usize = 49, AC_BINS: usize = 246;
const DC_X1: usize = DC + 20, AC_FIXED: usize = AC + 245;
/** From the bin of a magnitude category to the one of the bits below it. */
const MAGNITUDE_BITS: usize = 14;
const FIXED_STATE = 113;

/** What `decodeBlock` returns. */
const EMPTY = 0, FILLED = 1, UNSOUND = 2;

/** As in src/jpeg/entropy/arithmetic/reader.ts. */
let position: usize = 0, end: usize = 0;
let interval: i32 = 0, code: i32 = 0, ahead: i32 = 0;
let sound = true;
/** Conditioning: which differences count as zero and as large, and the last place with the statistics of low ones. */
let zeroBelow: i32 = 0, largeAbove: i32 = 0, threshold: i32 = 0;
let prediction: i32 = 0, context: usize = 0;

/** Begins a scan. A byte other than 0 must follow the data. */
export function beginScan(dataEnd: usize, zero: i32, large: i32, acThreshold: i32): void {
  end = dataEnd;
  zeroBelow = zero;
  largeAbove = large;
  threshold = acThreshold;
}

/** Begins a segment: Initdec of T.81 D.2.7, statistics and prediction anew. */
export function beginSegment(data: usize): void {
  memory.fill(DC, 0, DC_BINS);
  memory.fill(AC, 0, AC_BINS);
  store<u8>(AC_FIXED, FIXED_STATE);
  prediction = 0;
  context = 0;
  sound = true;
  position = data;
  interval = 0x10000;
  code = nextByte() << 8;
  code |= nextByte();
  ahead = 0;
}

/** The next block, in natural order at `BLOCK`. */
export function decodeBlock(): i32 {
  memory.fill(BLOCK, 0, 128);
  prediction += dcDifference();
  if (prediction != <i32>(<i16>prediction)) return UNSOUND;
  store<i16>(BLOCK, <i16>prediction);
  for (let k = 1; k < 64; k++) {
    if (decide(AC + 3 * (k - 1))) {
      if (!sound) return UNSOUND;
      return k > 1 || prediction != 0 ? FILLED : EMPTY;
    }
    while (!decide(AC + 3 * k - 2)) {
      if (++k > 63) return UNSOUND;
    }
    store<i16>(BLOCK + load<u8>(ZIGZAG + k), <i16>acValue(k));
  }
  return sound ? FILLED : UNSOUND;
}

/** Ends a segment: where the marker after it stands, or 0. */
export function finishSegment(): usize {
  if (!sound || position + 1 >= end) return 0;
  return load<u8>(position) == 0xff && load<u8>(position, 1) != 0 ? position : 0;
}

/** Figure F.19. */
function dcDifference(): i32 {
  const s0 = DC + context;
  if (!decide(s0)) {
    context = 0;
    return 0;
  }
  const negative = decide(s0 + 1);
  let category = decide(s0 + 2 + negative);
  let bin = DC_X1;
  if (category) {
    for (; sound && decide(bin); bin++) category = doubled(category);
  }
  context = category < zeroBelow ? 0 : (category > largeAbove ? 12 : 4) + 4 * negative;
  const value = magnitude(bin + MAGNITUDE_BITS, category) + 1;
  return negative ? -value : value;
}

/** Figure F.21. */
function acValue(k: i32): i32 {
  const negative = decide(AC_FIXED);
  const first = AC + 3 * k - 1;
  let value = 1;
  if (decide(first)) {
    value = 2;
    if (decide(first)) {
      let category = 2;
      let bin: usize = AC + (k <= threshold ? 189 : 217);
      for (; sound && decide(bin); bin++) category = doubled(category);
      value = magnitude(bin + MAGNITUDE_BITS, category) + 1;
    }
  }
  if (value > 0x7fff) sound = false;
  return negative ? -value : value;
}

/** The next category, of which those beyond 16 bits have no bin. */
function doubled(category: i32): i32 {
  if (category < 0x4000) return category * 2;
  sound = false;
  return category;
}

/** The bits below the highest one, `category`: Figure F.24. */
function magnitude(bin: usize, category: i32): i32 {
  let value = category;
  for (let bit = category >> 1; bit > 0; bit >>= 1) {
    if (decide(bin)) value |= bit;
  }
  return value;
}

/** The next decision: D.2.4 and D.2.5. */
function decide(bin: usize): i32 {
  const state = <usize>load<u8>(bin);
  const qe = <i32>load<u16>(QE + (state << 1));
  const lower = interval - qe;
  const split = lower << ahead;
  const moreProbable = <i32>(state >> 7);
  const exchanged = lower < qe;
  if (code < split) {
    if (lower >= 0x8000) {
      interval = lower;
      return moreProbable;
    }
    store<u8>(bin, load<u8>((exchanged ? AFTER_LESS : AFTER_MORE) + state));
    renormalise(lower);
    return moreProbable ^ <i32>exchanged;
  }
  code -= split;
  store<u8>(bin, load<u8>((exchanged ? AFTER_MORE : AFTER_LESS) + state));
  renormalise(qe);
  return moreProbable ^ <i32>!exchanged;
}

/** D.2.6. */
function renormalise(size: i32): void {
  const shift = clz(size) - 16;
  interval = size << shift;
  ahead -= shift;
  while (ahead < 0) {
    code = (code << 8) | nextByte();
    ahead += 8;
  }
}

/** Stuffed zeros are left out; from a marker on there are zeros. */
function nextByte(): i32 {
  if (position >= end) {
    sound = false;
    return 0;
  }
  const byte = <i32>load<u8>(position);
  if (byte != 0xff) {
    position++;
    return byte;
  }
  if (load<u8>(position, 1) != 0) return 0;
  position += 2;
  return 0xff;
}
