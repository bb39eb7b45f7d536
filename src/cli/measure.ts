/** How often and how long a measurement repeats. */
export interface MeasureOptions {
  /** Fewest timed calls. */
  readonly repeats: number;
  /** Calls before timing begins. */
  readonly warmUp: number;
}

/** Median time of a call in microseconds. Calls run one after another. */
export async function medianMicroseconds(
  call: () => Promise<unknown>,
  options: MeasureOptions,
): Promise<number> {
  for (let i = 0; i < options.warmUp; i++) await call();
  const times: number[] = [];
  for (let i = 0; i < options.repeats; i++) {
    const start = performance.now();
    await call();
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  return times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}
