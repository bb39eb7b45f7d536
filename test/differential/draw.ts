import type { Constant } from '../../src/graph/graph.ts';
import { elementCount } from '../../src/graph/shape.ts';
import { Random } from '../../src/random.ts';

/** Random choices from a seed. */
export class Draw {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  ints(count: number, min: number, max: number): number[] {
    return Array.from({ length: count }, () => this.int(min, max));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.int(0, choices.length - 1)];
  }

  chance(part: number): boolean {
    return this.#random.next() < part;
  }

  number(min: number, max: number): number {
    return min + this.#random.next() * (max - min);
  }

  order(count: number): number[] {
    return [...this.#random.permutation(count)];
  }

  /** A tensor of numbers around `center`, at most `size` away. */
  constant(shape: readonly number[], size = 1, center = 0): Constant {
    const values = Float32Array.from(
      { length: elementCount(shape) },
      () => center + size * this.#random.symmetric(),
    );
    return { shape, values };
  }

  /** Weights that keep the size of values, `inputs` of which are added up. */
  weights(shape: readonly number[], inputs: number): Constant {
    return this.constant(shape, Math.sqrt(3 / inputs));
  }
}
