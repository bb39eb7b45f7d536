import { samplerOf, type Timing, type TimingPlan, timeInTurn } from '../src/timing.ts';

export const FULL_PLAN: TimingPlan = { rounds: 9, sampleMilliseconds: 50, warmUpMilliseconds: 250 };
/** Shows that everything works, not how fast. */
export const QUICK_PLAN: TimingPlan = { rounds: 2, sampleMilliseconds: 5, warmUpMilliseconds: 20 };

/** Times one call of this process. */
export async function timeCall(call: () => Promise<unknown>, quick: boolean): Promise<Timing> {
  const [timing] = await timeInTurn([samplerOf(call)], quick ? QUICK_PLAN : FULL_PLAN);
  return timing;
}
