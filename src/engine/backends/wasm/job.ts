import type { Kernels } from './module.ts';

/**
 * A batch that threads share out among themselves, as 32-bit integers in shared memory. Whoever is free takes the next group
 * of images.
 */
export const JOB_NUMBER = 0;
/** First group that nobody has taken. */
export const JOB_NEXT = 1;
/** Threads that have finished, the one that gave the job not counted. */
export const JOB_DONE = 2;
export const JOB_NETWORK = 3;
export const JOB_COUNT = 4;
/** Images of a group. */
export const JOB_GROUP = 5;
/** Addresses, and bytes from one image to the next. */
export const JOB_INPUT = 6;
export const JOB_INPUT_STEP = 7;
export const JOB_OUTPUT = 8;
export const JOB_OUTPUT_STEP = 9;
export const JOB_WORDS = 10;

/** `JOB_NUMBER` that ends a thread. */
export const LAST_JOB = -1;

/** Runs groups until none is left. `work`: this thread's own work memory. */
export function takeGroups(kernels: Required<Kernels>, job: Int32Array, work: number): void {
  const group = job[JOB_GROUP];
  for (;;) {
    const first = Atomics.add(job, JOB_NEXT, 1) * group;
    if (first >= job[JOB_COUNT]) return;
    kernels.runLanes(
      job[JOB_NETWORK],
      work,
      job[JOB_INPUT] + first * job[JOB_INPUT_STEP],
      Math.min(group, job[JOB_COUNT] - first),
      job[JOB_OUTPUT] + first * job[JOB_OUTPUT_STEP],
    );
  }
}

/** What a thread is started with. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the job. */
  readonly job: number;
  readonly work: number;
}
