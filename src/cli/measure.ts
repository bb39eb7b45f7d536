/** How often and how long a measurement repeats. */
export interface MeasureOptions {
  /** Fewest timed samples. */
  readonly repeats: number;
}

/** Milliseconds of calls before timing begins: until then compilers are at work. */
const WARM_UP = 40;
/** Milliseconds that a sample takes at least: a clock does not tell single microseconds apart. */
const SAMPLE = 0.1;

/** Median time of a call in microseconds. Calls run one after another; short ones are timed several at a time. */
export async function medianMicroseconds(
  call: () => Promise<unknown>,
  { repeats }: MeasureOptions,
): Promise<number> {
  const begin = performance.now();
  let calls = 0;
  do {
    await call();
    calls++;
  } while (performance.now() - begin < WARM_UP);
  const together = Math.max(1, Math.ceil(SAMPLE / ((performance.now() - begin) / calls)));
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    for (let k = 0; k < together; k++) await call();
    times.push(((performance.now() - start) * 1000) / together);
  }
  times.sort((a, b) => a - b);
  const middle = times.length >> 1;
  return times.length % 2 === 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}
