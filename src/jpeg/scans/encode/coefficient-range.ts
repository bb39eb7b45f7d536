import { WjpegError } from '../../../errors.ts';

/** Largest magnitude categories for 8-bit samples: T.81 Tables F.1 (DC differences) and F.2 (AC coefficients). */
const MAX_DC_BITS = 11;
const MAX_AC_BITS = 10;

/** SSSS of T.81 Tables F.1 and F.2: bits of the magnitude. */
export function magnitudeCategory(value: number): number {
  return 32 - Math.clz32(Math.abs(value));
}

/** Refuses a DC difference out of range for 8-bit JPEG; `id` and `block` are for the message. */
export function checkDcDifference(difference: number, id: number, block: number): void {
  if (magnitudeCategory(difference) > MAX_DC_BITS) {
    failRange(id, block, 'DC difference', difference, MAX_DC_BITS);
  }
}

/** The same for the AC coefficient at position `k` in zig-zag order. */
export function checkAc(value: number, id: number, block: number, k: number): void {
  if (magnitudeCategory(value) > MAX_AC_BITS) {
    failRange(id, block, `coefficient ${k} (zig-zag)`, value, MAX_AC_BITS);
  }
}

function failRange(id: number, block: number, what: string, value: number, bits: number): never {
  throw new WjpegError(
    'misuse',
    'JPEG_COEFFICIENT_RANGE',
    `cannot encode component ${id}, block ${block}: ${what} is ${value}, 8-bit JPEG holds ±${2 ** bits - 1}`,
  );
}
