import { number, type Reader } from '../options/structure.ts';

/** A number that float32 can hold. */
export const float32: Reader<number> = number(-(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127);
