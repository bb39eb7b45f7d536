/** Resident set of the process, in bytes, after a garbage collection. */
export function residentSet(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('needs node --expose-gc, or memory says nothing about leaks');
  collect();
  return process.memoryUsage.rss();
}

/** A quarter of the samples: what is taken meanwhile (compiled code, buffers that are kept) is no leak. */
const WARM_UP = 0.25;

export interface Growth {
  /** Bytes at the end of the warm-up and at the end; for each the least of three samples, as collection is lazy. */
  readonly warm: number;
  readonly end: number;
  readonly max: number;
  /** Whether the end is more than `allowance` above the warm-up. */
  readonly grows: boolean;
}

/** Judges samples that were taken at even distances. `allowance`: bytes by which the process may grow, whatever for. */
export function judgeGrowth(samples: readonly number[], allowance: number): Growth {
  if (samples.length < 8) throw new Error(`${samples.length} samples, expected at least 8`);
  const first = Math.ceil(samples.length * WARM_UP);
  const warm = Math.min(...samples.slice(first - 1, first + 2));
  const end = Math.min(...samples.slice(-3));
  return { warm, end, max: Math.max(...samples), grows: end - warm > allowance };
}
