import type { TimingPlan } from '../src/timing.ts';

export const FULL_PLAN: TimingPlan = { rounds: 9, sampleMilliseconds: 50, warmUpMilliseconds: 250 };
/** Shows that everything works, not how fast. */
export const QUICK_PLAN: TimingPlan = { rounds: 2, sampleMilliseconds: 5, warmUpMilliseconds: 20 };
