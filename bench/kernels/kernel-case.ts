import type { Work } from './work.ts';

/** A kernel with inputs that it can be timed on. */
export interface KernelCase {
  /** Its folder in kernels/, or how it is called there. */
  readonly kernel: string;
  readonly what: string;
  readonly work: Work;
  /** Makes it ready. */
  prepare(): Promise<ReadyKernel>;
}

export interface ReadyKernel {
  /** Once more on the same inputs. */
  run(): unknown;
  /** What the last run gave, and what is right. */
  results(): Promise<{ readonly given: ArrayLike<number>; readonly expected: ArrayLike<number> }>;
  /** Error of the results, relative to the largest of them, from which on it is not timed. */
  readonly tolerance: number;
}
