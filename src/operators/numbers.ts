import { number, type Reader } from '../options/structure.ts';

const withinFloat32 = number(-(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127);

/** A number as float32 holds it: what a bound or a fill value is must not depend on whether a backend computes in float64. */
export const float32: Reader<number> = (value, field) => Math.fround(withinFloat32(value, field));
