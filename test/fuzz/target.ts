import type { Random } from './random.ts';

/** A reader to be fuzzed. */
export interface Target {
  /** Real files, small; what is generated starts from them. */
  readonly seeds: readonly Uint8Array[];
  /** An input that knows the format's structure: mutated within it, with lengths and checksums put right. */
  generate(random: Random): Uint8Array;
  /**
   * Reads the input in every way that there is. Throws what the reader throws; rejects where reading takes its time.
   *
   * @param variant a number that is drawn anew for each input, for what is not done every time
   */
  read(bytes: Uint8Array, variant: number): void | Promise<void>;
  /** Most bytes of typed arrays that `read` may take for an input, all in all: what docs/limits.md promises. */
  memoryCap(bytes: Uint8Array): number;
}
