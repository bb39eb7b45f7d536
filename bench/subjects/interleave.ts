import { setTimeout as pause } from 'node:timers/promises';
import type { SubjectProcess } from './process.ts';

export interface TimingPlan {
  /** Timed samples of each subject; the subjects take turns. */
  readonly rounds: number;
  /** Least length of one sample, and of the warm-up before the first. */
  readonly sampleMilliseconds: number;
  readonly warmUpMilliseconds: number;
}

export const FULL_PLAN: TimingPlan = { rounds: 9, sampleMilliseconds: 50, warmUpMilliseconds: 250 };
/** Shows that everything works, not how fast. */
export const QUICK_PLAN: TimingPlan = { rounds: 2, sampleMilliseconds: 5, warmUpMilliseconds: 20 };

/** Time of one call in microseconds. */
export interface CallTiming {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Threads of a pool spin for a moment after a call; the next subject shall not have to share with them. */
const SETTLE_MILLISECONDS = 10;

/**
 * Times subjects in turn, each round in another order, so that noise of the machine hits all alike.
 * `batches`: how many different batches a subject goes through, so that what it skips in one is averaged.
 */
export async function timeInTurn(
  subjects: readonly SubjectProcess[],
  batch: number,
  batches: number,
  plan: TimingPlan,
): Promise<CallTiming[]> {
  const calls: number[] = [];
  for (const subject of subjects) calls.push(await warmUp(subject, batch, batches, plan));
  const samples: number[][] = subjects.map(() => []);
  for (let round = 0; round < plan.rounds; round++) {
    for (let turn = 0; turn < subjects.length; turn++) {
      const index = (turn + round) % subjects.length;
      await pause(SETTLE_MILLISECONDS);
      const request = { ask: 'time', batch, batches, calls: calls[index] } as const;
      const { microseconds } = await subjects[index].ask(request);
      samples[index].push(microseconds / calls[index]);
    }
  }
  return samples.map(summarize);
}

/** Calls until the engine has compiled what it will; returns how many calls make one sample. */
async function warmUp(
  subject: SubjectProcess,
  batch: number,
  batches: number,
  { sampleMilliseconds, warmUpMilliseconds }: TimingPlan,
): Promise<number> {
  let calls = batches;
  let spent = 0;
  for (;;) {
    const { microseconds } = await subject.ask({ ask: 'time', batch, batches, calls });
    spent += microseconds / 1000;
    const wanted = (sampleMilliseconds * 1000 * calls) / microseconds;
    // Whole rounds through the batches: each counts the same.
    const next = Math.max(1, Math.ceil(wanted / batches)) * batches;
    if (spent >= warmUpMilliseconds) return next;
    calls = Math.min(next, calls * 16);
  }
}

export function summarize(samples: readonly number[]): CallTiming {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}
