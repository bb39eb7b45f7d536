import { aan } from '../../../kernels/block-dct/aan.ts';
import { DCT_BASIS } from '../../jpeg/dct/basis.ts';

/**
 * The DCT of the C code is that of Arai, Agui and Nakajima (1988): 5 multiplications for 8 numbers, its outputs are the
 * orthonormal ones times `FORWARD_SCALE[u]`, √8 and √2·cos(uπ/16).
 */
export const FORWARD_SCALE: readonly number[] = Array.from({ length: 8 }, (_, u) => Math.sqrt(8) * aan(u));

/** A linear function of 8 numbers. */
type Functional = readonly number[];

/** All numbers that the DCT makes on its way from 8 inputs, as functions of them: none may leave int16. */
function intermediates(): readonly Functional[] {
  const made: Functional[] = [];
  const add = (a: Functional, b: Functional, factor = 1): Functional => {
    const sum = a.map((weight, i) => weight + factor * b[i]);
    made.push(sum);
    return sum;
  };
  const times = (a: Functional, factor: number): Functional => a.map((weight) => weight * factor);
  const x = Array.from({ length: 8 }, (_, i): Functional => Array.from({ length: 8 }, (_, j) => +(i === j)));
  const sums = [0, 1, 2, 3].map((i) => add(x[i], x[7 - i]));
  const differences = [3, 2, 1, 0].map((i) => add(x[i], x[7 - i], -1));
  const [a, b] = [add(sums[0], sums[3]), add(sums[1], sums[2])];
  add(a, b);
  add(a, b, -1);
  const [c, d] = [add(sums[0], sums[3], -1), add(sums[1], sums[2], -1)];
  const z1 = times(add(c, d), Math.SQRT1_2);
  add(c, z1);
  add(c, z1, -1);
  const [t10, t11, t12] = [0, 1, 2].map((i) => add(differences[i], differences[i + 1]));
  const z5 = times(add(t10, t12, -1), Math.sin(Math.PI / 8));
  const z2 = add(times(t10, Math.SQRT2 * Math.sin(Math.PI / 8)), z5);
  const z4 = add(times(t12, Math.SQRT2 * Math.cos(Math.PI / 8)), z5);
  const z3 = times(t11, Math.SQRT1_2);
  const [z11, z13] = [add(differences[3], z3), add(differences[3], z3, -1)];
  for (const [p, q] of [
    [z13, z2],
    [z11, z4],
  ] as const) {
    add(p, q);
    add(p, q, -1);
  }
  return made;
}

/** By how much the DCT's numbers can exceed inputs of −1…1, and of 0…1. */
export const GROWTH: { readonly signed: number; readonly positive: number } = {
  signed: Math.max(...intermediates().map((f) => f.reduce((sum, weight) => sum + Math.abs(weight), 0))),
  positive: Math.max(
    ...intermediates().map((f) =>
      Math.max(
        f.reduce((sum, weight) => sum + Math.max(0, weight), 0),
        f.reduce((sum, weight) => sum - Math.min(0, weight), 0),
      ),
    ),
  ),
};

/** The inverse of the last step, 8 outputs of 8 frequencies: the orthonormal basis × 8192, row per frequency. */
export const INVERSE_SCALE = 8192;
export const INVERSE: Int16Array = Int16Array.from(DCT_BASIS, (entry) => Math.round(entry * INVERSE_SCALE));
