import type { ReadyKernel } from './kernel-case.ts';

/** Runs it once; throws where its results are not what they should be. */
export async function check(name: string, { run, results, tolerance }: ReadyKernel): Promise<void> {
  await run();
  const { given, expected } = await results();
  if (given.length !== expected.length)
    throw new Error(`${name}: ${given.length} results, expected ${expected.length}: not timed`);
  const most = Array.from(expected).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  for (let at = 0; at < expected.length; at++) {
    const error = Math.abs(given[at] - expected[at]) / most;
    if (!(error <= tolerance))
      throw new Error(`${name}: element ${at} is ${given[at]}, expected ${expected[at]}: not timed`);
  }
}
