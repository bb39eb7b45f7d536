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
const SKIP_BITS = 12;

/**
 * An entry: bits 0 to 4 how many bits to take, 5 whether these hold the value too, 6 to 10 how far the place moves on, 11 to 14
 * magnitude bits still to come, 15 the end of the block, 16 to 31 the value. 0: the code is longer, or a special one.
 */
const COMPLETE: u32 = 1 << 5, END: u32 = 1 << 15;
/** Of an entry for several symbols: bits 0 to 4 as above, 8 to 14 how far the place moves on, 15 the end. */

/** The next bits, from the highest down; how many; and how many of them stand for data that are missing. */
let bits: u64 = 0, count: i32 = 0, missing: i32 = 0;
let position: usize = 0, end: usize = 0;
let interval: i32 = 0, left: i32 = 0, restarts: i32 = 0;

/** Makes the entries of a table whose codes and symbols are in place. */
export function buildTable(table: usize, dc: bool): void {
  memory.fill(table, 0, 4 << FAST_BITS);
  let code = 0;
  for (let length = 1; length <= FAST_BITS; length++) {
    const last = load<i32>(table + (<usize>length << 2), MAX_CODE);
    const offset = load<i32>(table + (<usize>length << 2), SYMBOL_OFFSET);
    for (; code <= last; code++) {
      const symbol = <u32>load<u8>(table + offset + code, SYMBOLS);
      const size = symbol & 15;
      const advance: u32 = dc ? 0 : (symbol >> 4) + 1;
      if (!dc && size == 0 && symbol != 0) continue;
      const spare = FAST_BITS - length;
      for (let rest = 0; rest < 1 << spare; rest++) {
        let entry = (<u32>length) | (advance << 6) | (size << 11);
        if (size == 0) entry = dc ? (<u32>length) | COMPLETE : (<u32>length) | END;
        else if (<i32>size <= spare) {
          entry = (<u32>length + size) | COMPLETE | (advance << 6) | (<u32>extended(rest >> (spare - size), size) << 16);
        }
        store<u32>(table + (<usize>((code << spare) | rest) << 2), entry);
      }
    }
    code <<= 1;
  }
}

/** Makes entries for all whole symbols in the next 12 bits, from those of an AC table: for blocks of which only DC is wanted. */
export function buildSkipTable(table: usize, skip: usize): void {
  for (let index = 0; index < 1 << SKIP_BITS; index++) {
    let taken = 0, place: u32 = 0;
    let entry: u32 = 0;
    for (;;) {
      const rest = (index << taken) & ((1 << SKIP_BITS) - 1);
      const one = load<u32>(table + (<usize>(rest >> (SKIP_BITS - FAST_BITS)) << 2));
      const length = lengthOf(one);
      if (one == 0 || taken + length > SKIP_BITS) break;
      taken += length;
      if (one & END) {
        entry = taken | (place << 8) | END;
        break;
      }
      place += (one >> 6) & 31;
      if (place > 63) break;
      entry = taken | (place << 8);
    }
    store<u32>(skip + (<usize>index << 2), entry);
  }
}

/** Bits of a symbol and its value. */
// @ts-ignore: decorator
@inline
function lengthOf(entry: u32): i32 {
  return <i32>(entry & 31) + (entry & (COMPLETE | END) ? 0 : <i32>((entry >> 11) & 15));
}

/** EXTEND of T.81 Figure F.12; size 1 or more. */
// @ts-ignore: decorator
@inline
function extended(value: u32, size: u32): i32 {
  return value >> (size - 1) ? <i32>value : <i32>value - (1 << size) + 1;
}

/**
 * Begins a scan. Bytes FF must follow the data.
 *
 * @param restartInterval MCUs between restart markers, or 0
 */
export function beginScan(data: usize, dataEnd: usize, restartInterval: i32): void {
  end = dataEnd;
  interval = restartInterval;
  left = interval;
  restarts = 0;
  beginSegment(data);
}

function beginSegment(data: usize): void {
  position = data;
  bits = 0;
  count = 0;
  missing = 0;
  for (let c: usize = 0; c < 4; c++) store<i32>(COMPONENTS + (c << 5), 0, 24);
}

/** Ends a segment or the scan: where the marker after it stands, or 0. */
export function finishSegment(): usize {
  const unread = count - missing;
  if (unread < 0 || unread >= 8) return 0;
  if (position + 1 >= end || load<u8>(position) != 0xff) return 0;
  const marker = load<u8>(position, 1);
  return marker == 0 || marker == 0xff ? 0 : position;
}

function restart(): bool {
  const marker = finishSegment();
  if (marker == 0 || load<u8>(marker, 1) != 0xd0 + (restarts & 7)) return false;
  restarts++;
  left = interval;
  beginSegment(marker + 2);
  return true;
}

/** Byte by byte: stuffed zeros are left out; from a marker or the end of the data on there are zeros. */
function refillCarefully(): void {
  while (count <= 56) {
    let byte: u64 = 0;
    const first = position < end ? <u32>load<u8>(position) : 0xff;
    if (first != 0xff) {
      byte = first;
      position++;
    } else if (position + 1 < end && load<u8>(position, 1) == 0) {
      byte = 0xff;
      position += 2;
    } else {
      missing = min<i32>(missing + 8, 128);
    }
    bits |= byte << (56 - count);
    count += 8;
  }
}

// @ts-ignore: decorator
@inline
function hasFF(word: u64): bool {
  return ((~word - 0x0101010101010101) & word & 0x8080808080808080) != 0;
}

/** Length × 256 + symbol of the code that comes next, or 0. */
function longCode(table: usize, next: u64): i32 {
  const code16 = <i32>(next >> 48);
  for (let length = 1; length <= 16; length++) {
    const code = code16 >> (16 - length);
    if (code <= load<i32>(table + (<usize>length << 2), MAX_CODE)) {
      return (length << 8) | load<u8>(table + load<i32>(table + (<usize>length << 2), SYMBOL_OFFSET) + code, SYMBOLS);
    }
  }
  return 0;
}

/**
 * A row of MCUs. A component's record: blocks across and down in an MCU, its DC and AC tables, where its coefficients go (64 a
 * block, zeros before; or DC alone), bytes from a row of blocks to the next, the prediction, and the table to skip AC by or 0.
 *
 * @returns whether all of it was sound
 */
export function decodeRow(mcus: i32, components: i32): bool {
  let next = bits, available = count, at = position;
  for (let mcu = 0; mcu < mcus; mcu++) {
    if (interval != 0) {
      if (left == 0) {
        bits = next; count = available; position = at;
        if (!restart()) return false;
        next = bits; available = count; at = position;
      }
      left--;
    }
    for (let component = COMPONENTS; component < COMPONENTS + (<usize>components << 5); component += 32) {
      const across = load<i32>(component), down = load<i32>(component, 4);
      const dc = load<usize>(component, 8), ac = load<usize>(component, 12);
      const skip = load<usize>(component, 28);
      const blockBytes: usize = skip ? 2 : 128;
      let row = load<usize>(component, 16) + <usize>(mcu * across) * blockBytes;
      let prediction = load<i32>(component, 24);
      for (let v = 0; v < down; v++, row += load<usize>(component, 20)) {
        const rowEnd = row + <usize>across * blockBytes;
        for (let block = row; block < rowEnd; block += blockBytes) {
          if (available < 32) {
            const word = load<u64>(at);
            if (hasFF(word)) {
              bits = next; count = available; position = at;
              refillCarefully();
              next = bits; available = count; at = position;
            } else {
              next |= bswap<u64>(word) >> available;
              const taken = (64 - available) >> 3;
              at += taken;
              available += taken << 3;
            }
          }
          let entry = load<u32>(dc + (<usize>(next >> (64 - FAST_BITS)) << 2));
          let length: i32, size: i32;
          if (entry & COMPLETE) {
            length = entry & 31;
            next <<= length;
            available -= length;
            prediction += <i32>entry >> 16;
          } else {
            if (entry == 0) {
              const code = longCode(dc, next);
              if (code == 0) return false;
              length = code >> 8;
              size = code & 255;
              if (size > 15) return false;
            } else {
              length = entry & 31;
              size = (entry >> 11) & 15;
            }
            next <<= length;
            if (size > 0) {
              prediction += extended(<u32>(next >> (64 - size)), size);
              next <<= size;
            }
            available -= length + size;
          }
          if (prediction != <i32>(<i16>prediction)) return false;
          store<i16>(block, <i16>prediction);
          let k = 0;
          while (k < 63) {
            if (available < 32) {
              const word = load<u64>(at);
              if (hasFF(word)) {
                bits = next; count = available; position = at;
                refillCarefully();
                next = bits; available = count; at = position;
                if (missing > available) return false;
              } else {
                next |= bswap<u64>(word) >> available;
                const taken = (64 - available) >> 3;
                at += taken;
                available += taken << 3;
              }
            }
            if (skip) {
              entry = load<u32>(skip + (<usize>(next >> (64 - SKIP_BITS)) << 2));
              const place = k + <i32>((entry >> 8) & 127);
              const last = <i32>((entry >> 15) & 1);
              if (entry != 0 && place + last <= 63) {
                length = entry & 31;
                next <<= length;
                available -= length;
                k = place;
                if (last) break;
                continue;
              }
            }
            entry = load<u32>(ac + (<usize>(next >> (64 - FAST_BITS)) << 2));
            if (entry & COMPLETE) {
              length = entry & 31;
              next <<= length;
              available -= length;
              k += (entry >> 6) & 31;
              if (k > 63) return false;
              if (!skip) store<i16>(block + load<u8>(ZIGZAG + k), <i16>(entry >> 16));
              continue;
            }
            if (entry & END) {
              length = entry & 31;
              next <<= length;
              available -= length;
              break;
            }
            if (entry == 0) {
              const code = longCode(ac, next);
              if (code == 0) return false;
              length = code >> 8;
              size = code & 15;
              k += ((code >> 4) & 15) + 1;
              if (size == 0) {
                // 16 zeros, and a coefficient must follow; or the end.
                next <<= length;
                available -= length;
                if ((code & 255) == 0) break;
                if ((code & 255) != 0xf0 || k >= 63) return false;
                continue;
              }
            } else {
              length = entry & 31;
              size = (entry >> 11) & 15;
              k += (entry >> 6) & 31;
            }
            if (k > 63) return false;
            next <<= length;
            if (!skip) store<i16>(block + load<u8>(ZIGZAG + k), <i16>extended(<u32>(next >> (64 - size)), size));
            next <<= size;
            available -= length + size;
          }
        }
      }
      store<i32>(component, prediction, 24);
    }
  }
  bits = next; count = available; position = at;
  return missing <= count;
}
