/** Times calls: warm-up first, then samples in turn, so that a machine that slows down meanwhile slows all alike. */

/** Time of one call in microseconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface TimingPlan {
  /** Samples of each. */
  readonly rounds: number;
  /** Minimum length of a sample: clocks do not tell single microseconds apart, those of browsers not even 100. */
  readonly sampleMilliseconds: number;
  /** Minimum length of the warm-up: until then compilers are at work. Above 0. */
  readonly warmUpMilliseconds: number;
  /** A sample is a multiple of so many calls, 1 by default: those that go through different inputs, each as often. */
  readonly cycle?: number;
  /** Awaited before each sample. */
  readonly pause?: () => Promise<unknown>;
}

/** Runs so many calls; returns the microseconds that they took together. */
export type Sampler = (calls: number) => Promise<number>;

/** The last result stays reachable, so that no call can be optimised away. */
const sink: unknown[] = [];

/** Samples of a call in this process. `call` gets the number of the call within the sample. */
export function samplerOf(call: (index: number) => Promise<unknown>): Sampler {
  return async (calls) => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) sink[0] = await call(index);
    return (performance.now() - start) * 1000;
  };
}

/** Times everything in turn, each round in another order. */
export async function timeInTurn(samplers: readonly Sampler[], plan: TimingPlan): Promise<Timing[]> {
  const calls: number[] = [];
  for (const sampler of samplers) calls.push(await warmUp(sampler, plan));
  const samples = samplers.map((): number[] => []);
  for (let round = 0; round < plan.rounds; round++) {
    for (let turn = 0; turn < samplers.length; turn++) {
      const index = (turn + round) % samplers.length;
      await plan.pause?.();
      samples[index].push((await samplers[index](calls[index])) / calls[index]);
    }
  }
  return samples.map(summarize);
}

/** Returns how many calls make one sample. */
async function warmUp(
  sampler: Sampler,
  { sampleMilliseconds, warmUpMilliseconds, cycle = 1 }: TimingPlan,
): Promise<number> {
  let calls = cycle;
  let spent = 0;
  for (;;) {
    const microseconds = await sampler(calls);
    spent += microseconds / 1000;
    const wanted = (sampleMilliseconds * 1000 * calls) / microseconds;
    const next = Math.max(1, Math.ceil(wanted / cycle)) * cycle;
    if (spent >= warmUpMilliseconds) return next;
    calls = Math.min(next, calls * 16);
  }
}

export function summarize(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}
