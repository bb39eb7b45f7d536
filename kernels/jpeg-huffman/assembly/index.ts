/**
 * Sequential Huffman-coded scans (ITU-T T.81 F.2.2) of sound streams, a row of MCUs at a time. Whatever is not sound (a code that
 * is none, a run beyond its block, data that end too early or too late, a restart marker that is missing) ends with 0: the
 * decoder in src/jpeg then reads the scan from its start and says what is wrong.
 *
 * Compiled by tools/build-kernels.mjs into ../kernels-wasm.ts.
 */

/** Of the zig-zag order: offsets in bytes in a block of 16-bit coefficients, natural order. */
const ZIGZAG: usize = 1024;
/** Of each component of the scan, 32 bytes, see `component`. */
const COMPONENTS: usize = 1088;

/** Of a table: entries by the next 10 bits, then MAXCODE and what makes a code a place among the symbols (by length), symbols. */
const FAST_BITS = 10;
const MAX_CODE: usize = 4096, SYMBOL_OFFSET: usize = 4168, SYMBOLS: usize = 4240;
/** Bits by which several AC symbols are looked up, and how many may be taken then: of the last one's value some may be beyond. */
const SKIP_BITS: u32 = 14, MAX_SKIPPED: u32 = 20;

/**
 * An entry: bits 0 to 5 how many bits to take, code and value; 6 to 15 how far the place moves on; 16 to 19 how many of the bits are
 * the value. The end of a block moves beyond all places, and what is not found here (long codes, runs of 16) farther still.
 */
const PLACE = 6, SIZE = 16;
const END: u32 = 128, NONE: u32 = 512;

/** The next bits, from the highest down, and how many of them count: 63 at most, since a shift by 64 would be none. */
let bits: u64 = 0, count: i32 = 0;
/** Where the next eight bytes of the segment are, where none of them is any more of it, and the marker after it, or 0. */
let position: usize = 0, stop: usize = 0, marker: usize = 0;
let top: usize = 0, end: usize = 0;
let interval: i32 = 0, left: i32 = 0, restarts: i32 = 0;

/** Makes the entries of a table whose codes and symbols are in place. */
export function buildTable(table: usize, dc: bool): void {
  for (let index: usize = 0; index < 4 << FAST_BITS; index += 4) store<u32>(table + index, NONE << PLACE);
  let code = 0;
  for (let length = 1; length <= FAST_BITS; length++) {
    const last = load<i32>(table + (<usize>length << 2), MAX_CODE);
    const offset = load<i32>(table + (<usize>length << 2), SYMBOL_OFFSET);
    for (; code <= last; code++) {
      const symbol = <u32>load<u8>(table + offset + code, SYMBOLS);
      const size = symbol & 15;
      if (dc ? symbol > 15 : size == 0 && symbol != 0) continue;
      const place: u32 = dc ? 0 : size == 0 ? END : (symbol >> 4) + 1;
      const first = table + (<usize>code << (FAST_BITS - length + 2));
      for (let rest: usize = 0; rest < <usize>4 << (FAST_BITS - length); rest += 4) {
        store<u32>(first + rest, (<u32>length + size) | (place << PLACE) | (size << SIZE));
      }
    }
    code <<= 1;
  }
}

/** Makes entries for all symbols that begin in the next bits, from those of an AC table: for blocks of which only DC is wanted. */
export function buildSkipTable(table: usize, skip: usize): void {
  for (let index: u32 = 0; index < 1 << SKIP_BITS; index++) {
    let taken: u32 = 0, place: u32 = 0;
    let entry: u32 = NONE << PLACE;
    while (place < 63) {
      const rest = (index << taken) & ((1 << SKIP_BITS) - 1);
      const one = load<u32>(table + (<usize>(rest >> <u32>(SKIP_BITS - FAST_BITS)) << 2));
      const length = one & 63;
      place += (one >> PLACE) & 1023;
      // The code must be among the bits.
      if (taken + length - (one >> SIZE) > SKIP_BITS || taken + length > MAX_SKIPPED || place >= NONE) break;
      taken += length;
      entry = taken | (place << PLACE);
    }
    store<u16>(skip + (<usize>index << 1), <u16>entry);
  }
}

/**
 * Begins a scan. Between the data and `reversed`, the end of where they go in reverse order, are as many bytes again and those of a block.
 *
 * @param restartInterval MCUs between restart markers, or 0
 */
export function beginScan(data: usize, dataEnd: usize, reversed: usize, restartInterval: i32): void {
  end = dataEnd;
  top = reversed;
  interval = restartInterval;
  left = interval;
  restarts = 0;
  beginSegment(data);
}

function beginSegment(data: usize): void {
  position = top - 8;
  bits = 0;
  count = 0;
  unstuff(data);
  for (let c: usize = 0; c < 4; c++) store<i32>(COMPONENTS + (c << 5), 0, 24);
}

/**
 * Puts the bytes of a segment in reverse order below `top`, without the zeros that follow bytes FF, up to the next marker: a
 * little-endian load then has the next bits where they are wanted.
 */
function unstuff(data: usize): void {
  let from = data, to = top;
  marker = 0;
  for (;;) {
    while (from + 8 <= end) {
      const word = load<u64>(from);
      if (hasFF(word)) break;
      from += 8;
      to -= 8;
      store<u64>(to, bswap<u64>(word));
    }
    while (from < end && load<u8>(from) != 0xff) store<u8>(--to, load<u8>(from++));
    if (from + 1 >= end) break;
    if (load<u8>(from, 1) != 0) {
      if (load<u8>(from, 1) != 0xff) marker = from;
      break;
    }
    store<u8>(--to, 0xff);
    from += 2;
  }
  // Of the last bytes loads reach eight beyond, and so do they of a segment that ends too early.
  stop = to - 16;
}

/** Ends a segment or the scan: where the marker after it stands, or 0. */
export function finishSegment(): usize {
  const unread = (<i32>(position - stop - 8) << 3) + count;
  return unread < 0 || unread >= 8 ? 0 : marker;
}

function restart(): bool {
  const at = finishSegment();
  if (at == 0 || load<u8>(at, 1) != 0xd0 + (restarts & 7)) return false;
  restarts++;
  left = interval;
  beginSegment(at + 2);
  return true;
}

// @ts-ignore: decorator
@inline
function hasFF(word: u64): bool {
  return ((~word - 0x0101010101010101) & word & 0x8080808080808080) != 0;
}

/** An entry for the code that comes next, whatever its length, or 0 for none. */
function longEntry(table: usize, next: u64): u32 {
  const code16 = <i32>(next >> 48);
  for (let length = 1; length <= 16; length++) {
    const code = code16 >> (16 - length);
    if (code <= load<i32>(table + (<usize>length << 2), MAX_CODE)) {
      const symbol = <u32>load<u8>(table + load<i32>(table + (<usize>length << 2), SYMBOL_OFFSET) + code, SYMBOLS);
      const size = symbol & 15;
      const place = symbol == 0 ? END : (symbol >> 4) + 1;
      // 16 zeros are the only run without a value.
      return size == 0 && symbol != 0 && symbol != 0xf0 ? 0 : (<u32>length + size) | (place << PLACE) | (size << SIZE);
    }
  }
  return 0;
}

/** The value (EXTEND of T.81 Figure F.12) that an entry takes of the next bits; 0 without any. */
// @ts-ignore: decorator
@inline
function valueOf(entry: u32, next: u64): i32 {
  const size = entry >> SIZE;
  const value = <i32>(next >> (64 - (entry & 63))) & ((1 << size) - 1);
  return value - (value >> (size - 1) ? 0 : (1 << size) - 1);
}

/** What tells that the data are not sound: no prediction. */
const UNSOUND: i32 = i32.MIN_VALUE;

/**
 * Blocks of one component that follow one another, 64 coefficients each, zeros before.
 *
 * @returns the prediction after them, or UNSOUND
 */
function decodeBlocks(component: usize, first: usize, last: usize, before: i32): i32 {
  const dc = load<usize>(component, 8), ac = load<usize>(component, 12);
  let next = bits, available = count, at = position, prediction = before;
  for (let block = first; block < last; block += 128) {
    // 56 bits at least.
    next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
    let entry = dcEntry(dc, next);
    prediction += valueOf(entry, next);
    if (at < stop || entry == 0 || prediction != <i32>(<i16>prediction)) return UNSOUND;
    next <<= entry & 63; available -= entry & 63;
    store<i16>(block, <i16>prediction);
    for (let k = 0; k < 63;) {
      next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
      entry = load<u32>(ac + (<usize>(next >> (64 - FAST_BITS)) << 2));
      let place = k + <i32>((entry >> PLACE) & 1023);
      if (place > 63) {
        if (place >= <i32>NONE) {
          entry = longEntry(ac, next);
          if (entry == 0) return UNSOUND;
          place = k + <i32>((entry >> PLACE) & 1023);
        }
        if (place == k + <i32>END) {
          next <<= entry & 63; available -= entry & 63;
          break;
        }
        // A coefficient must follow 16 zeros.
        if (place > 63 - <i32>(entry >> SIZE == 0)) return UNSOUND;
      }
      k = place;
      store<i16>(block + load<u8>(ZIGZAG + k), <i16>valueOf(entry, next));
      next <<= entry & 63; available -= entry & 63;
    }
  }
  bits = next; count = available; position = at;
  return prediction;
}

/** The same for DCs alone, two bytes each. */
function skipBlocks(component: usize, first: usize, last: usize, before: i32): i32 {
  const dc = load<usize>(component, 8), ac = load<usize>(component, 12), skip = load<usize>(component, 28);
  let next = bits, available = count, at = position, prediction = before;
  for (let block = first; block < last; block += 2) {
    next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
    let entry = dcEntry(dc, next);
    prediction += valueOf(entry, next);
    if (at < stop || entry == 0 || prediction != <i32>(<i16>prediction)) return UNSOUND;
    next <<= entry & 63; available -= entry & 63;
    store<i16>(block, <i16>prediction);
    if (available < 2 * MAX_SKIPPED) {
      next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
    }
    let k = 0;
    for (;;) {
      // Of the entry the shift takes its lowest six bits.
      let several = <u64>load<u16>(skip + (<usize>(next >> (64 - SKIP_BITS)) << 1));
      let place = k + <i32>(several >> PLACE);
      if (place < 63) {
        next <<= several; available -= <i32>several & 63;
        k = place;
        several = <u64>load<u16>(skip + (<usize>(next >> (64 - SKIP_BITS)) << 1));
        place = k + <i32>(several >> PLACE);
        if (place < 63) {
          next <<= several; available -= <i32>several & 63;
          k = place;
          next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
          continue;
        }
      }
      if (place == 63 || <u32>(place - <i32>END) < 63) {
        next <<= several; available -= <i32>several & 63;
        break;
      }
      // One symbol, of any length.
      next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
      entry = longEntry(ac, next);
      if (entry == 0) return UNSOUND;
      place = k + <i32>((entry >> PLACE) & 1023);
      next <<= entry & 63; available -= entry & 63;
      if (place - <i32>END == k) break;
      if (place > 63 - <i32>(entry >> SIZE == 0)) return UNSOUND;
      if (place == 63) break;
      k = place;
      next |= load<u64>(at) >> available; at -= (63 - available) >> 3; available |= 56;
    }
  }
  bits = next; count = available; position = at;
  return prediction;
}

/** The entry of the DC symbol that comes next, or 0 for none. */
// @ts-ignore: decorator
@inline
function dcEntry(table: usize, next: u64): u32 {
  const entry = load<u32>(table + (<usize>(next >> (64 - FAST_BITS)) << 2));
  return entry == NONE << PLACE ? longDcEntry(table, next) : entry;
}

function longDcEntry(table: usize, next: u64): u32 {
  const entry = longEntry(table, next);
  // A DC symbol has no run.
  return ((entry >> PLACE) & (END - 1)) > 1 ? 0 : entry;
}

/**
 * A row of MCUs. A component's record: blocks across and down in an MCU, its DC and AC tables, where its coefficients go (64 a
 * block, zeros before; or DC alone), bytes from a row of blocks to the next, the prediction, and the table to skip AC by or 0.
 *
 * @returns whether all of it was sound
 */
export function decodeRow(mcus: i32, components: i32): bool {
  for (let mcu = 0; mcu < mcus; mcu++) {
    if (interval != 0) {
      if (left == 0 && !restart()) return false;
      left--;
    }
    for (let component = COMPONENTS; component < COMPONENTS + (<usize>components << 5); component += 32) {
      const skips = load<usize>(component, 28) != 0;
      const across = load<usize>(component) * (skips ? 2 : 128), down = load<i32>(component, 4);
      let row = load<usize>(component, 16) + <usize>mcu * across;
      let prediction = load<i32>(component, 24);
      for (let v = 0; v < down; v++, row += load<usize>(component, 20)) {
        prediction = skips
          ? skipBlocks(component, row, row + across, prediction)
          : decodeBlocks(component, row, row + across, prediction);
        if (prediction == UNSOUND) return false;
      }
      store<i32>(component, prediction, 24);
    }
  }
  return true;
}
