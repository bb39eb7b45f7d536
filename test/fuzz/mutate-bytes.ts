import type { Random } from './random.ts';

const EDGE_BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** A copy of `bytes` with some of them changed, cut, doubled or mixed with a donor's; `donors` are other seeds. */
export function mutateBytes(
  bytes: Uint8Array,
  random: Random,
  donors: readonly Uint8Array[] = [bytes],
): Uint8Array {
  let result: Uint8Array = bytes.slice();
  let changes = 1;
  while (random.chance(0.5) && changes < 8) changes++;
  for (; changes > 0; changes--) result = mutateOnce(result, random, donors);
  return result;
}

function mutateOnce(bytes: Uint8Array, random: Random, donors: readonly Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return random.bytes(random.below(8));
  const at = random.below(bytes.length);
  const run = 1 + random.below(random.chance(0.8) ? 8 : 200);
  switch (random.below(12)) {
    case 0:
      return set(bytes, at, [bytes[at] ^ (1 << random.below(8))]);
    case 1:
      return set(bytes, at, [random.pick(EDGE_BYTES)]);
    case 2:
      return set(bytes, at, [random.below(256)]);
    case 3:
      return set(bytes, at, [bytes[at] + random.below(33) - 16]);
    case 4:
      return set(bytes, at, integer(random));
    case 5:
      return set(bytes, at, new Uint8Array(run).fill(random.pick(EDGE_BYTES)));
    case 6:
      return set(bytes, at, bytes.slice(random.below(bytes.length)).subarray(0, run));
    case 7:
      return replace(bytes, at, run, []);
    case 8:
      return replace(bytes, at, 0, bytes.subarray(at, at + run));
    case 9:
      return replace(bytes, at, 0, random.bytes(run));
    case 10: {
      const donor = random.pick(donors);
      return replace(bytes, at, bytes.length, donor.subarray(random.below(donor.length + 1)));
    }
    default:
      return random.chance(0.7) ? set(bytes, at, random.bytes(run)) : bytes.subarray(0, at);
  }
}

/** 16 or 32 bits, in either order. */
function integer(random: Random): number[] {
  const length = random.pick([2, 4]);
  const value = random.size(2 ** (8 * length) - 1);
  const bytes = Array.from({ length }, (_, place) => Math.floor(value / 2 ** (8 * place)) & 255);
  return random.chance(0.5) ? bytes : bytes.reverse();
}

/** Writes over what is there, as far as it goes. */
function set(bytes: Uint8Array, at: number, values: ArrayLike<number>): Uint8Array {
  for (let i = 0; i < values.length && at + i < bytes.length; i++) bytes[at + i] = values[i];
  return bytes;
}

export function replace(
  bytes: Uint8Array,
  at: number,
  removed: number,
  inserted: ArrayLike<number>,
): Uint8Array {
  const after = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + inserted.length + after.length);
  result.set(bytes.subarray(0, at));
  result.set(inserted, at);
  result.set(after, at + inserted.length);
  return result;
}
