import { seededRandom } from '../jpeg/pictures.ts';

/** Draws of the fuzzer; the same seed draws the same. */
export class Random {
  private readonly next: () => number;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  /** 0 … limit − 1. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** Mostly small numbers, now and then one at which something turns over. */
  size(max: number): number {
    if (this.chance(0.6)) return this.below(40);
    const edges = [0, 1, 7, 8, 9, 63, 64, 127, 128, 255, 256, 4095, 4096, 32767, 32768, 65534, 65535];
    const large = [65536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];
    return Math.min(this.pick([...edges, ...edges, ...large]), max);
  }
}
